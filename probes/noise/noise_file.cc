#include "probes/noise/noise_file.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "probes/durable_file.h"
#include "probes/noise/noise_output.h"
#include "probes/printable.h"

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
  if (!json.is_object()) return Fail(ErrorCode::kCorrupt, place + " is no object");
  v1::NoiseFloor entry;
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

}  // namespace

Result<void> WriteNoise(const std::filesystem::path& storage, const NoiseReport& report) {
  std::error_code error;
  std::filesystem::create_directories(storage, error);
  if (error) return tl::unexpected(FromErrno(error.value(), "folder " + storage.string()));
  return WriteFileDurably(NoiseFile(storage), NoiseJson(report));
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
  const auto suite = Text(json, "suite");
  const auto blocks = std::min<uint64_t>(Count(json, "blocks"), UINT32_MAX);
  const auto measured = std::min<uint64_t>(Count(json, "measured_unix_nanos"), INT64_MAX);
  std::vector<v1::NoiseFloor> entries;
  for (size_t i = 0; i < noise->size(); ++i) {
    auto entry = Entry((*noise)[i], "noise[" + std::to_string(i) + "]");
    if (!entry) return tl::unexpected(entry.error());
    if (!HasFigures((*noise)[i])) continue;
    entry->set_suite(suite);
    entry->set_blocks(static_cast<uint32_t>(blocks));
    entry->set_measured_unix_nanos(static_cast<int64_t>(measured));
    entries.push_back(std::move(*entry));
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
