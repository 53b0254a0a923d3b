#pragma once

#include <sys/resource.h>

#include <fstream>
#include <sstream>
#include <string>

namespace hypergauge::probes {

/// A machine with little memory left, as long as the object lives: arrays that are sized by the
/// memory are small, and tests that only look at answers are quick.
class SmallMemory {
 public:
  SmallMemory() {
    getrlimit(RLIMIT_DATA, &old_);
    rlimit limit = old_;
    limit.rlim_cur = DataBytes() + (rlim_t{128} << 20);
    setrlimit(RLIMIT_DATA, &limit);
  }
  ~SmallMemory() { setrlimit(RLIMIT_DATA, &old_); }
  SmallMemory(const SmallMemory&) = delete;
  SmallMemory& operator=(const SmallMemory&) = delete;

 private:
  static rlim_t DataBytes() {
    std::ifstream lines("/proc/self/status");
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string name;
      rlim_t kibibytes = 0;
      if (words >> name >> kibibytes && name == "VmData:") return kibibytes << 10;
    }
    return 0;
  }

  rlimit old_{};
};

}  // namespace hypergauge::probes
