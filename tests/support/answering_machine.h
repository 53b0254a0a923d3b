#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace hypergauge::testing {

/// What `hypergauge-probe detect --format json` said in a machine, for root and for a user without
/// rights: its first object; null where there was no answer, or one that is no JSON.
struct Answers {
  nlohmann::json root;
  nlohmann::json nobody;
  std::string output;  ///< the machine's whole console
};

/// The parameter of a guest's kernel that has a container in the guest answer, not the guest.
inline constexpr char kInContainerOfGuest[] = "hypergauge_nested=1";

/// Machines of several kinds that are started only to run the static probe and to say what it
/// takes them for. All see the same files: busybox, the probe and nothing else. Containers need
/// root. A machine that does not answer ends after a minute.
class AnsweringMachine {
 public:
  /// Empty when there is all that they need; else what is missing.
  [[nodiscard]] static std::string Missing();

  AnsweringMachine();

  /// QEMU's software emulation with these flags; Debian's cloud kernel with these parameters.
  [[nodiscard]] Answers InQemu(const std::vector<std::string>& flags,
                               const std::string& kernel_parameters = "") const;

  /// The paravirtual Dom0 of Xen, which runs in QEMU with this CPU.
  [[nodiscard]] Answers InXen(const std::string& cpu) const;

  [[nodiscard]] Answers InUserModeLinux(const std::string& kernel_parameters = "") const;
  [[nodiscard]] Answers InNspawn() const;
  [[nodiscard]] Answers InLxc() const;

  /// Namespaces of its own, and no container manager that would tell its name.
  [[nodiscard]] Answers InNamespaces() const;

  /// This machine itself: `root` only, and as whoever runs the test.
  [[nodiscard]] static Answers Here();

 private:
  /// A copy of the files, since container managers write into what they start.
  [[nodiscard]] std::string Root(const std::string& name) const;

  TempDir folder_;
  std::string initramfs_;
};

}  // namespace hypergauge::testing
