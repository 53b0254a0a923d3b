#include "probes/benchmarks/cpu/build.h"

#include <stdlib.h>

#include <cerrno>
#include <sstream>
#include <system_error>

namespace hypergauge::probes {

Result<ScratchFolder> ScratchFolder::Make(const std::filesystem::path& parent) {
  std::string name = parent / "hypergauge-compile-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) return tl::unexpected(FromErrno(errno, "mkdtemp " + name));
  ScratchFolder folder;
  folder.path_ = name;
  return folder;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string TellingLine(const std::string& output) {
  std::istringstream lines(output);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("rror") != std::string::npos) return line;
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

}  // namespace hypergauge::probes
