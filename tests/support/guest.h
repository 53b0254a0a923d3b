#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {

/// What a guest may have that is not scripts/guest.sh's default.
struct GuestShape {
  std::string kernel_parameters;
  int cpus = 2;
  int memory_mib = 512;
  std::string uuid = {};  ///< empty: the guest has none
  std::string mac = {};   ///< empty: the one that QEMU gives to everybody
  /// Stands in front of the command line, to start QEMU elsewhere: {"nsenter", ...}.
  std::vector<std::string> wrapper = {};
};

/// A real guest under QEMU's emulation with the static programs. Those come from the preset
/// probe-static and the kernel from `scripts/guest.sh kernel`; ./check makes both before it runs
/// the tests.
class Guest {
 public:
  /// Empty when there is all that a guest needs; else what is missing.
  [[nodiscard]] static std::string Missing();

  /// Where the programs of guests are, which run on the host as well.
  [[nodiscard]] static std::string StaticPrograms();

  /// The kernel of guests.
  [[nodiscard]] static std::string Kernel();

  /// Boots and runs the shell command, in a folder of the guest's name.
  Guest(const TempDir& folder, const std::string& name, const std::string& command,
        const GuestShape& shape = {});

  [[nodiscard]] Process& qemu() { return qemu_; }

  /// Ends the command and powers off. `qemu()` ends then.
  [[nodiscard]] Finished PowerOff() const;

 private:
  std::vector<std::string> wrapper_;
  std::string dir_;
  Process qemu_;
};

}  // namespace hypergauge::testing
