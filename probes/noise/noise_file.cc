#include "probes/noise/noise_file.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "base/printable.h"
#include "probes/durable_file.h"
#include "probes/noise/noise_output.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostBytes = size_t{4} << 20U;
constexpr size_t kMostEntries = 1'000;
constexpr size_t kNameBytes = 128;

std::filesystem::path NoiseFile(const std::filesystem::path& storage) {
  return storage / "noise.json";
}

std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return "";
  return Printable(found->get_ref<const std::string&>(), kNameBytes);
}

// Negative for none.
double Ratio(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return -1;
  const double ratio = found->get<double>();
  return std::isfinite(ratio) ? ratio : -1;
}

uint64_t Count(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

Result<v1::NoiseFloor> Entry(const Json& json, const std::string& place) {
  v1::NoiseFloor entry;
  entry.set_suite(Text(json, "suite"));
  entry.set_blocks(static_cast<uint32_t>(std::min<uint64_t>(Count(json, "blocks"), UINT32_MAX)));
  entry.set_measured_unix_nanos(
      static_cast<int64_t>(std::min<uint64_t>(Count(json, "measured_unix_nanos"), INT64_MAX)));
  entry.set_benchmark(Text(json, "benchmark"));
  entry.set_family(Text(json, "family"));
  entry.set_floor_ratio(std::max(0.0, Ratio(json, "floor_ratio")));
  entry.set_detectable_ratio(std::max(0.0, Ratio(json, "detectable_ratio")));
  entry.set_rounds(static_cast<uint32_t>(std::min<uint64_t>(Count(json, "rounds"), UINT32_MAX)));
  if (entry.benchmark().empty()) return Fail(ErrorCode::kCorrupt, place + " names no benchmark");
  if (const auto labels = json.find("labels"); labels != json.end() && labels->is_object()) {
    for (const auto& [name, value] : labels->items()) {
      if (value.is_string()) {
        (*entry.mutable_labels())[Printable(name, kNameBytes)] =
            Printable(value.get_ref<const std::string&>(), kNameBytes);
      }
    }
  }
  return entry;
}

bool HasFigures(const Json& json) {
  return Ratio(json, "floor_ratio") >= 0 && Ratio(json, "detectable_ratio") >= 0;
}

// What noise.json holds once per file where an older version wrote it, and per entry today.
Json Inherited(const Json& file, Json entry) {
  for (const char* name : {"suite", "blocks", "measured", "measured_unix_nanos"}) {
    if (!entry.contains(name) && file.contains(name)) entry[name] = file[name];
  }
  return entry;
}

std::string KeyOf(const Json& entry) {
  const auto labels = entry.find("labels");
  return Json{Text(entry, "suite"), Text(entry, "benchmark"), Text(entry, "family"),
              labels == entry.end() ? Json::object() : *labels}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Adds the entries with figures whose quantities `entries` lacks.
void Merge(const Json& file, std::set<std::string>& keys, Json& entries) {
  for (const auto& each : file["noise"]) {
    if (entries.size() == kMostEntries) return;
    if (!HasFigures(each)) continue;
    auto entry = Inherited(file, each);
    if (keys.insert(KeyOf(entry)).second) entries.push_back(std::move(entry));
  }
}

// The text of the file; empty where there is none, or a damaged one.
Result<std::string> Present(const std::filesystem::path& path) {
  auto text = ReadHead(path, kMostBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return "";
  if (!text) return text;
  return ParseNoise(*text) ? *text : "";
}

}  // namespace

Result<void> WriteNoise(const std::filesystem::path& storage, const NoiseReport& report) {
  std::error_code error;
  std::filesystem::create_directories(storage, error);
  if (error) return tl::unexpected(FromErrno(error.value(), "folder " + storage.string()));
  const auto present = Present(NoiseFile(storage));
  if (!present) return tl::unexpected(present.error());
  Json kept{{"schema", 1}, {"noise", Json::array()}};
  std::set<std::string> keys;
  Merge(Json::parse(NoiseJson(report)), keys, kept["noise"]);
  if (!present->empty()) Merge(Json::parse(*present), keys, kept["noise"]);
  return WriteFileDurably(NoiseFile(storage),
                          kept.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<std::vector<v1::NoiseFloor>> ParseNoise(std::string_view text) {
  const auto json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Fail(ErrorCode::kCorrupt, "is no JSON object");
  const auto noise = json.find("noise");
  if (noise == json.end() || !noise->is_array()) {
    return Fail(ErrorCode::kCorrupt, "has no array noise");
  }
  if (noise->size() > kMostEntries) {
    return Fail(ErrorCode::kCorrupt, "noise has " + std::to_string(noise->size()) + " entries");
  }
  std::vector<v1::NoiseFloor> entries;
  for (size_t i = 0; i < noise->size(); ++i) {
    const std::string place = "noise[" + std::to_string(i) + "]";
    if (!(*noise)[i].is_object()) return Fail(ErrorCode::kCorrupt, place + " is no object");
    auto entry = Entry(Inherited(json, (*noise)[i]), place);
    if (!entry) return tl::unexpected(entry.error());
    if (HasFigures((*noise)[i])) entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::vector<v1::NoiseFloor>> ReadNoise(const std::filesystem::path& storage) {
  const auto path = NoiseFile(storage);
  const auto text = ReadHead(path, kMostBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<v1::NoiseFloor>();
  if (!text) return tl::unexpected(text.error());
  auto entries = ParseNoise(*text);
  if (!entries) return Annotate(entries.error(), path.string());
  return entries;
}

}  // namespace hypergauge::probes
