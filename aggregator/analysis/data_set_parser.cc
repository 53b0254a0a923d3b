#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "aggregator/analysis/data_set.h"
#include "base/printable.h"

namespace hypergauge::analysis {
namespace {

// Sorted by name: nlohmann::ordered_json looks each name up among all before it.
using Json = nlohmann::json;

constexpr size_t kMostBytes = size_t{1} << 20U;
constexpr size_t kMostEntries = 10'000;
constexpr size_t kMostFeatures = 1'000;
constexpr size_t kTextBytes = 1024;
constexpr size_t kNameBytes = 64;
// Deeper than any data set; the parser works on a stack of its own, but destroying what it made
// does not.
constexpr int kMostDepth = 16;

// What is wrong and where; caught in ParseDataSet. The JSON library throws as well.
struct Wrong {
  ErrorCode code;
  std::string text;
};

[[noreturn]] void Refuse(const std::string& place, const std::string& why) {
  throw Wrong{ErrorCode::kInvalidArgument, place + " " + why};
}

void CheckCount(const std::string& place, size_t count, size_t most) {
  if (count <= most) return;
  throw Wrong{ErrorCode::kResourceExhausted, place + " has " + std::to_string(count) +
                                                 " entries; at most " + std::to_string(most) +
                                                 " are taken"};
}

std::string ToText(const Json& value, const std::string& place) {
  if (!value.is_string()) Refuse(place, std::string("is ") + value.type_name() + ", not a string");
  return Printable(value.get_ref<const std::string&>(), kTextBytes);
}

// Empty where it is missing.
std::string OptionalText(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  return found == object.end() ? "" : ToText(*found, where + name);
}

std::string Text(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) Refuse(where + name, "is missing");
  auto text = ToText(*found, where + name);
  if (text.empty()) Refuse(where + name, "is empty");
  return text;
}

bool Flag(const Json& object, const char* name, bool otherwise, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) return otherwise;
  if (!found->is_boolean()) Refuse(where + name, "is neither true nor false");
  return found->get<bool>();
}

const Json& Array(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  const std::string place = where + name;
  if (found == object.end()) Refuse(place, "is missing");
  if (!found->is_array()) {
    Refuse(place, std::string("is ") + found->type_name() + ", not an array");
  }
  CheckCount(place, found->size(), kMostEntries);
  return *found;
}

// An object that may be missing; null then.
const Json* OptionalObject(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return nullptr;
  if (!found->is_object()) Refuse(name, std::string("is ") + found->type_name() + ", no object");
  CheckCount(name, found->size(), kMostFeatures);
  return &*found;
}

DataSetNode Node(const Json& json, const std::string& where) {
  const auto role = Text(json, "role", where);
  if (role != "host" && role != "guest" && role != "container") {
    Refuse(where + "role", "is \"" + role + "\"; it is host, guest or container");
  }
  return {.node = Text(json, "node", where),
          .platform = Text(json, "platform", where),
          .is_host = role == "host",
          .product = OptionalText(json, "product", where),
          .host = OptionalText(json, "host", where),
          .hardware = OptionalText(json, "hardware", where)};
}

std::vector<double> Samples(const Json& json, const std::string& where) {
  const auto& array = Array(json, "samples", where);
  if (array.empty()) Refuse(where + "samples", "is empty");
  std::vector<double> samples;
  for (const auto& each : array) {
    const std::string place = where + "samples[" + std::to_string(samples.size()) + "]";
    if (!each.is_number()) Refuse(place, std::string("is ") + each.type_name() + ", not a number");
    const double sample = each.get<double>();
    if (!std::isfinite(sample) || sample <= 0) {
      Refuse(place, "is " + each.dump() + "; figures are finite and above 0");
    }
    samples.push_back(sample);
  }
  return samples;
}

DataSetResult ResultOf(const Json& json, const std::string& where) {
  DataSetResult result;
  result.node = Text(json, "node", where);
  result.benchmark = Text(json, "benchmark", where);
  result.metric = OptionalText(json, "metric", where);
  result.unit = Text(json, "unit", where);
  result.higher_is_better = !Flag(json, "lower_is_better", true, where);
  // The pilot's own words for what its dd measured.
  const bool says_cache = result.metric.find("page cache not excluded") != std::string::npos;
  result.cached = Flag(json, "cached", says_cache, where);
  result.samples = Samples(json, where);
  return result;
}

void AddNodes(const Json& json, DataSet& data) {
  std::set<std::string> names;
  for (const auto& each : Array(json, "nodes", "")) {
    const std::string place = "nodes[" + std::to_string(data.nodes.size()) + "]";
    if (!each.is_object()) Refuse(place, "is no object");
    data.nodes.push_back(Node(each, place + "."));
    if (!names.insert(data.nodes.back().node).second) {
      Refuse(place + ".node", "is \"" + data.nodes.back().node + "\", as an earlier one is");
    }
  }
}

void AddResults(const Json& json, DataSet& data) {
  std::set<std::string> nodes;
  std::set<std::vector<std::string>> seen;
  for (const auto& node : data.nodes) nodes.insert(node.node);
  for (const auto& each : Array(json, "results", "")) {
    const std::string place = "results[" + std::to_string(data.results.size()) + "]";
    if (!each.is_object()) Refuse(place, "is no object");
    auto result = ResultOf(each, place + ".");
    if (!nodes.contains(result.node)) {
      Refuse(place + ".node", "is \"" + result.node + "\", which is not in nodes");
    }
    if (!seen.insert({result.node, result.benchmark, result.unit}).second) {
      Refuse(place, "gives " + result.benchmark + " of \"" + result.node + "\" in " + result.unit +
                        " a second time");
    }
    data.results.push_back(std::move(result));
  }
}

void AddFeatures(const Json& json, DataSet& data) {
  const auto* features = OptionalObject(json, "features");
  if (features == nullptr) return;
  for (const auto& [platform, row] : features->items()) {
    const std::string place = "features." + Printable(platform, kTextBytes);
    if (!row.is_object()) Refuse(place, "is no object");
    CheckCount(place, row.size(), kMostFeatures);
    auto& list = data.features[Printable(platform, kTextBytes)];
    for (const auto& [name, value] : row.items()) {
      const auto printable = Printable(name, kTextBytes);
      list.emplace_back(printable, ToText(value, place + "." + printable));
    }
  }
}

void AddConclusions(const Json& json, DataSet& data) {
  const auto* conclusions = OptionalObject(json, "conclusions");
  if (conclusions == nullptr) return;
  for (const auto& [name, value] : conclusions->items()) {
    const auto subject = Printable(name, kTextBytes);
    const std::string place = "conclusions." + subject;
    std::string text;
    if (value.is_array()) {
      CheckCount(place, value.size(), kMostFeatures);
      for (size_t i = 0; i < value.size(); ++i) {
        text += (i == 0 ? "" : ", ") + ToText(value[i], place + "[" + std::to_string(i) + "]");
      }
    } else {
      text = ToText(value, place);
    }
    data.conclusions.emplace_back(subject, std::move(text));
  }
}

DataSet Read(std::string_view text) {
  const auto not_too_deep = [](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
    if (depth > kMostDepth) Refuse("the file", "is nested too deep");
    return true;
  };
  const auto json = Json::parse(text, not_too_deep);
  if (!json.is_object()) Refuse("the file", "holds no object");
  DataSet data;
  data.name = OptionalText(json, "name", "");
  if (!data.name.empty()) {
    if (auto named = CheckDataSetName(data.name); !named) Refuse("name", named.error().message);
  }
  data.source = OptionalText(json, "source", "");
  AddNodes(json, data);
  AddResults(json, data);
  AddFeatures(json, data);
  AddConclusions(json, data);
  if (data.results.empty()) Refuse("results", "is empty");
  return data;
}

}  // namespace

Result<DataSet> ParseDataSet(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Fail(ErrorCode::kResourceExhausted,
                "a data set is at most 1 MiB long, not " + std::to_string(text.size()) + " bytes");
  }
  try {
    return Read(text);
  } catch (const Wrong& wrong) {
    return Fail(wrong.code, wrong.text);
  } catch (const Json::parse_error& error) {
    return Fail(ErrorCode::kInvalidArgument, "no JSON at byte " + std::to_string(error.byte) +
                                                 ": " + Printable(error.what(), kTextBytes));
  } catch (const Json::exception& error) {  // a number that no double holds
    return Fail(ErrorCode::kInvalidArgument, Printable(error.what(), kTextBytes));
  }
}

Result<void> CheckDataSetName(const std::string& name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool fine = !name.empty() && name.size() <= kNameBytes && plain(name[0]) &&
                    std::all_of(name.begin(), name.end(), [&](char c) {
                      return plain(c) || c == '.' || c == '_' || c == '-';
                    });
  if (fine) return {};
  return Fail(
      ErrorCode::kInvalidArgument,
      "\"" + Printable(name, kTextBytes) +
          "\" is no name of a data set: small letters, digits, '.', '_' and '-', 64 at most");
}

}  // namespace hypergauge::analysis
