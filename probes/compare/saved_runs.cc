#include "probes/compare/saved_runs.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostFileBytes = size_t{64} << 20U;
constexpr size_t kMostRuns = 10'000;
constexpr size_t kMostMeasures = 1'000;
constexpr size_t kMostSamples = 10'000;
constexpr size_t kMostSamplesInAll = 1'000'000;
constexpr size_t kMostMarks = 100;
constexpr size_t kTextBytes = 1024;

// What is wrong and where; caught in ParseSavedRuns. Twenty lookups read better without a Result
// each, and the JSON library throws as well.
struct Wrong {
  ErrorCode code;
  std::string text;
};

[[noreturn]] void Refuse(const std::string& place, const std::string& why) {
  throw Wrong{ErrorCode::kCorrupt, place + " " + why};
}

void CheckCount(const std::string& place, size_t count, size_t most) {
  if (count <= most) return;
  throw Wrong{ErrorCode::kResourceExhausted, place + " has " + std::to_string(count) +
                                                 " entries; at most " + std::to_string(most) +
                                                 " are taken"};
}

const Json& Member(const Json& object, const char* name, const std::string& place) {
  const auto found = object.find(name);
  if (found == object.end()) Refuse(place, "is missing");
  return *found;
}

std::string Text(const Json& object, const char* name, const std::string& where) {
  const std::string place = where + "." + name;
  const auto& value = Member(object, name, place);
  if (!value.is_string()) Refuse(place, std::string("is ") + value.type_name() + ", not a string");
  return Printable(value.get_ref<const std::string&>(), kTextBytes);
}

uint32_t Count(const Json& object, const char* name, const std::string& where) {
  const std::string place = where + "." + name;
  const auto& value = Member(object, name, place);
  if (!value.is_number_unsigned() || value.get<uint64_t>() > std::numeric_limits<uint32_t>::max()) {
    Refuse(place, "is no count");
  }
  return value.get<uint32_t>();
}

bool Flag(const Json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) return false;
  if (!found->is_boolean()) Refuse(where + "." + name, "is neither true nor false");
  return found->get<bool>();
}

const Json& Array(const Json& object, const char* name, const std::string& place, size_t most) {
  const auto& value = Member(object, name, place);
  if (!value.is_array()) Refuse(place, std::string("is ") + value.type_name() + ", not an array");
  CheckCount(place, value.size(), most);
  return value;
}

std::map<std::string, std::string> Labels(const Json& object, const std::string& where) {
  const auto found = object.find("labels");
  if (found == object.end()) return {};
  const std::string place = where + ".labels";
  if (!found->is_object()) Refuse(place, "is no object");
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : found->items()) {
    if (!value.is_string()) Refuse(place, "holds something else than strings");
    labels[Printable(name, kTextBytes)] =
        Printable(value.get_ref<const std::string&>(), kTextBytes);
  }
  return labels;
}

bool HigherIsBetter(const Json& object, const std::string& where) {
  const auto word = Text(object, "direction", where);
  if (word != "higher" && word != "lower") {
    Refuse(where + ".direction", "is \"" + word + "\"; it is higher or lower");
  }
  return word == "higher";
}

std::vector<double> Samples(const Json& object, const std::string& where) {
  const std::string place = where + ".samples";
  const auto& array = Array(object, "samples", place, kMostSamples);
  if (array.empty()) Refuse(place, "is empty");
  std::vector<double> samples;
  samples.reserve(array.size());
  for (const auto& each : array) {
    const std::string here = place + "[" + std::to_string(samples.size()) + "]";
    if (!each.is_number()) Refuse(here, std::string("is ") + each.type_name() + ", not a number");
    const double sample = each.get<double>();
    if (!std::isfinite(sample) || sample < 0) {
      Refuse(here, "is " + each.dump() + "; figures are finite and not negative");
    }
    samples.push_back(sample);
  }
  return samples;
}

// Files of before the marks have none.
bool HasMark(const Json& object, const std::string& mark, const std::string& where) {
  if (!object.contains("marks")) return false;
  const std::string place = where + ".marks";
  bool found = false;
  for (const auto& each : Array(object, "marks", place, kMostMarks)) {
    if (!each.is_string()) Refuse(place, "holds something else than strings");
    found = found || each == mark;
  }
  return found;
}

SavedMeasure Measure(const Json& json, const std::string& place) {
  if (!json.is_object()) Refuse(place, "is no object");
  return {.family = Text(json, "family", place),
          .labels = Labels(json, place),
          .unit = Text(json, "unit", place),
          .higher_is_better = HigherIsBetter(json, place),
          .unranked = Flag(json, "unranked", place),
          .samples = Samples(json, place)};
}

SavedRun Run(const Json& json, const std::string& place) {
  if (!json.is_object()) Refuse(place, "is no object");
  SavedRun run{.benchmark = Text(json, "benchmark", place),
               .version = Count(json, "version", place),
               .suite = Text(json, "suite", place),
               .threads = Count(json, "threads", place),
               .verdict = Text(json, "verdict", place),
               .verdict_reason = Text(json, "verdict_reason", place),
               .bench_sha256 = Text(json, "bench_sha256", place),
               .cached = HasMark(json, "cached", place),
               .labels = Labels(json, place),
               .measures = {}};
  for (const auto& each : Array(json, "measures", place + ".measures", kMostMeasures)) {
    run.measures.push_back(
        Measure(each, place + ".measures[" + std::to_string(run.measures.size()) + "]"));
  }
  if (run.verdict == "clean" && run.measures.empty()) {
    Refuse(place + ".measures", "is empty, but the verdict is clean");
  }
  return run;
}

std::vector<SavedRun> Runs(const Json& json) {
  if (!json.is_object()) Refuse("the file", "holds no object");
  std::vector<SavedRun> runs;
  size_t samples = 0;
  for (const auto& each : Array(json, "runs", "runs", kMostRuns)) {
    runs.push_back(Run(each, "runs[" + std::to_string(runs.size()) + "]"));
    for (const auto& measure : runs.back().measures) samples += measure.samples.size();
    CheckCount("the file", samples, kMostSamplesInAll);
  }
  return runs;
}

}  // namespace

Result<std::vector<SavedRun>> ParseSavedRuns(std::string_view text) {
  try {
    return Runs(Json::parse(text));
  } catch (const Wrong& wrong) {
    return Fail(wrong.code, wrong.text);
  } catch (const Json::parse_error& error) {
    return Fail(ErrorCode::kCorrupt, "no JSON at byte " + std::to_string(error.byte) + ": " +
                                         Printable(error.what(), kTextBytes));
  } catch (const Json::exception& error) {  // a number that no double holds
    return Fail(ErrorCode::kCorrupt, Printable(error.what(), kTextBytes));
  }
}

Result<std::vector<SavedRun>> ReadSavedRuns(const std::filesystem::path& path) {
  const auto text = ReadHead(path, kMostFileBytes + 1);
  if (!text) return tl::unexpected(text.error());
  if (text->size() > kMostFileBytes) {
    return Fail(ErrorCode::kResourceExhausted, path.string() + " is larger than 64 MiB");
  }
  auto runs = ParseSavedRuns(*text);
  if (!runs) return Annotate(runs.error(), path.string());
  return runs;
}

}  // namespace hypergauge::probes
