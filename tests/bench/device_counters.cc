#include "tests/bench/device_counters.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

namespace hypergauge::bench {
namespace {

constexpr uint64_t kSectorBytes = 512;

}  // namespace

Result<DeviceCounters> ParseDiskstats(const std::string& text, unsigned major, unsigned minor) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    unsigned line_major = 0;
    unsigned line_minor = 0;
    std::string name;
    uint64_t reads = 0;
    uint64_t skip = 0;
    DeviceCounters sectors;
    fields >> line_major >> line_minor >> name;
    if (!fields || line_major != major || line_minor != minor) continue;
    fields >> reads >> skip >> sectors.bytes_read >> skip >> skip >> skip >> sectors.bytes_written;
    if (!fields) return Fail(ErrorCode::kCorrupt, "/proc/diskstats: short line of " + name);
    return DeviceCounters{.bytes_read = sectors.bytes_read * kSectorBytes,
                          .bytes_written = sectors.bytes_written * kSectorBytes};
  }
  return Fail(ErrorCode::kNotFound, "/proc/diskstats has no device " + std::to_string(major) + ":" +
                                        std::to_string(minor));
}

Result<DeviceCounters> ReadDeviceCounters(const std::filesystem::path& folder) {
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0) {
    return tl::unexpected(FromErrno(errno, "folder " + folder.string()));
  }
  if (major(facts.st_dev) == 0) {
    return Fail(ErrorCode::kUnsupported,
                "folder " + folder.string() + " is on no block device of its own");
  }
  std::ifstream file("/proc/diskstats");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return ParseDiskstats(text, major(facts.st_dev), minor(facts.st_dev));
}

}  // namespace hypergauge::bench
