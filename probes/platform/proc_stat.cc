#include "probes/platform/proc_stat.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kStatBytes = size_t{4} << 20U;  // the "cpu" lines of 50,000 CPUs
enum Field : size_t { kUser, kNice, kSystem, kIdle, kIoWait, kIrq, kSoftIrq, kSteal, kFields };

using Ticks = std::array<uint64_t, kFields>;

// The numbers behind "cpu ".
Result<Ticks> ParseTicks(std::string_view line, const std::string& file) {
  Ticks ticks{};
  const char* at = line.data() + 3;
  const char* const end = line.data() + line.size();
  for (auto& value : ticks) {
    while (at != end && *at == ' ') ++at;
    if (at == end) {
      return Fail(ErrorCode::kUnsupported, file + ": the \"cpu\" line has fewer than 8 fields");
    }
    const auto [rest, error] = std::from_chars(at, end, value);
    if (error != std::errc() || (rest != end && *rest != ' ')) {
      return Fail(ErrorCode::kCorrupt,
                  file + ": the \"cpu\" line holds something else than numbers");
    }
    at = rest;
  }
  return ticks;
}

int CountCpus(std::string_view stat) {
  int count = 0;
  for (size_t at = stat.find("\ncpu"); at != std::string_view::npos; at = stat.find("\ncpu", at)) {
    at += 4;
    if (at < stat.size() && std::isdigit(static_cast<unsigned char>(stat[at])) != 0) ++count;
  }
  return count;
}

}  // namespace

Result<CpuTimes> ParseCpuTimes(std::string_view stat, const std::string& file) {
  if (!stat.starts_with("cpu ")) {
    return Fail(ErrorCode::kCorrupt, file + ": does not begin with a \"cpu\" line");
  }
  const auto ticks = ParseTicks(stat.substr(0, stat.find('\n')), file);
  if (!ticks) return tl::unexpected(ticks.error());
  const auto& value = *ticks;
  const double tick = 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto to_time = [&](uint64_t count) {
    constexpr double kMost = 9e18;  // 285 years: no conversion overflows
    return std::chrono::nanoseconds(
        static_cast<int64_t>(std::min(kMost, static_cast<double>(count) * tick)));
  };
  return CpuTimes{.busy = to_time(value[kUser] + value[kNice] + value[kSystem]),
                  .interrupts = to_time(value[kIrq] + value[kSoftIrq]),
                  .steal = to_time(value[kSteal]),
                  .cpus = CountCpus(stat)};
}

Result<CpuTimes> ReadCpuTimes(const std::filesystem::path& proc_root) {
  const auto path = proc_root / "stat";
  const auto stat = ReadHead(path, kStatBytes);
  if (!stat) return tl::unexpected(stat.error());
  return ParseCpuTimes(*stat, path.string());
}

}  // namespace hypergauge::probes
