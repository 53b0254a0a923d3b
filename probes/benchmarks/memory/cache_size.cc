#include "probes/benchmarks/memory/cache_size.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kUnknownBytes = uint64_t{32} << 20U;

struct Cache {
  int level = 0;
  uint64_t bytes = 0;
  std::string cpus;  ///< that share it
};

std::string FirstLine(const fs::path& file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

Cache ReadCache(const fs::path& folder) {
  Cache cache;
  if (FirstLine(folder / "type") == "Instruction") return cache;
  char unit = 0;
  std::ifstream(folder / "level") >> cache.level;
  std::ifstream(folder / "size") >> cache.bytes >> unit;
  if (unit == 'K') cache.bytes <<= 10U;
  if (unit == 'M') cache.bytes <<= 20U;
  cache.cpus = FirstLine(folder / "shared_cpu_list");
  return cache;
}

// The highest one of a CPU; level 0 where there is none.
Cache LastCacheOf(const fs::path& cpu) {
  Cache last;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(cpu / "cache", missing)) {
    if (!entry.path().filename().string().starts_with("index")) continue;
    auto cache = ReadCache(entry.path());
    if (cache.level > last.level) last = std::move(cache);
  }
  if (last.cpus.empty()) last.cpus = cpu.filename();
  return last;
}

}  // namespace

LastLevelCache ReadLastLevelCache(const fs::path& root) {
  std::map<std::string, uint64_t> caches;  // by the CPUs that share it
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(root / "sys/devices/system/cpu", missing)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("cpu") || name.find_first_not_of("0123456789", 3) != std::string::npos) {
      continue;
    }
    const auto cache = LastCacheOf(entry.path());
    if (cache.bytes > 0) caches[cache.cpus] = cache.bytes;
  }
  if (caches.empty()) return {.largest = kUnknownBytes, .total = kUnknownBytes};
  LastLevelCache result;
  for (const auto& [cpus, bytes] : caches) {
    result.largest = std::max(result.largest, bytes);
    result.total += bytes;
  }
  return result;
}

}  // namespace hypergauge::probes
