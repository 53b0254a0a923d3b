#include "tests/support/guest.h"

#include <filesystem>

#include "build_paths.h"

namespace hypergauge::testing {
namespace {

const std::string kSource = HYPERGAUGE_SOURCE_DIR;
const std::string kKernel = kSource + "/build/guest/kernel";
const std::string kScript = kSource + "/scripts/guest.sh";

}  // namespace

std::string Guest::Missing() {
  if (!std::filesystem::exists(StaticPrograms() + "/hypergauge-probe")) {
    return "build the preset probe-static first";
  }
  if (!std::filesystem::exists(kKernel + "/complete")) {
    return "run scripts/guest.sh kernel build/guest/kernel first";
  }
  return "";
}

std::string Guest::StaticPrograms() {
  return kSource + "/build/probe-static/bin";
}

Guest::Guest(const TempDir& folder, const std::string& name, const std::string& command,
             const GuestShape& shape)
    : dir_((folder.path() / name).string()),
      qemu_({kScript, "start", "--dir", dir_, "--kernel-dir", kKernel, "--bin-dir",
             StaticPrograms(), "--name", name, "--cpus", std::to_string(shape.cpus), "--memory",
             std::to_string(shape.memory_mib), "--append", shape.kernel_parameters, "--run",
             command}) {}

Finished Guest::PowerOff() const {
  return RunProcess({kScript, "stop", "--dir", dir_});
}

}  // namespace hypergauge::testing
