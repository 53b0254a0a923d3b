#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

#include <stdlib.h>

#include "build_paths.h"

namespace hypergauge::probes {

FakeTools::FakeTools() {
  const char* path = getenv("PATH");
  path_ = path == nullptr ? "/usr/bin:/bin" : path;
  setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
}

FakeTools::~FakeTools() {
  setenv("PATH", path_.c_str(), 1);
}

void FakeTools::Add(const std::string& name, const std::string& body) const {
  const auto script =
      folder_.Write(name, "#!/bin/sh\ncase $1 in --version|-dumpfullversion) echo \"" + name +
                              " version 1.2.3\"; exit 0;; esac\n" + body);
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
}

void FakeTools::HideOthers() const {
  setenv("PATH", folder_.path().c_str(), 1);
}

std::string TestData(const std::string& name) {
  return testing::ReadFile(std::filesystem::path(HYPERGAUGE_SOURCE_DIR) /
                           "tests/unit/probes/benchmarks/tools/testdata" / name);
}

}  // namespace hypergauge::probes
