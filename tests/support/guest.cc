#include "tests/support/guest.h"

#include <filesystem>

#include "build_paths.h"

namespace hypergauge::testing {
namespace {

const std::string kSource = HYPERGAUGE_SOURCE_DIR;
const std::string kKernel = kSource + "/build/guest/kernel";
const std::string kScript = kSource + "/scripts/guest.sh";

std::vector<std::string> StartCommand(const std::string& dir, const std::string& name,
                                      const std::string& command, const GuestShape& shape) {
  auto argv = shape.wrapper;
  argv.insert(argv.end(), {kScript,        "start",
                           "--dir",        dir,
                           "--kernel-dir", kKernel,
                           "--bin-dir",    Guest::StaticPrograms(),
                           "--name",       name,
                           "--cpus",       std::to_string(shape.cpus),
                           "--memory",     std::to_string(shape.memory_mib),
                           "--append",     shape.kernel_parameters,
                           "--uuid",       shape.uuid,
                           "--mac",        shape.mac,
                           "--run",        command});
  return argv;
}

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

std::string Guest::Kernel() {
  return kKernel + "/vmlinuz";
}

Guest::Guest(const TempDir& folder, const std::string& name, const std::string& command,
             const GuestShape& shape)
    : wrapper_(shape.wrapper),
      dir_((folder.path() / name).string()),
      qemu_(StartCommand(dir_, name, command, shape)) {}

Finished Guest::PowerOff() const {
  auto argv = wrapper_;
  argv.insert(argv.end(), {kScript, "stop", "--dir", dir_});
  return RunProcess(argv);
}

}  // namespace hypergauge::testing
