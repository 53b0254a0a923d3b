#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probes/platform/placement/identity.h"

/// The command lines of programs that run guests.
namespace hypergauge::probes {

struct VmmCommand {
  GuestIdentity guest;
  /// The file that says what the command line does not (Firecracker); empty where there is none.
  std::string config_file;
};

/// `cmdline` is /proc/PID/cmdline: arguments that end with NUL. Nothing where argument 0 names none
/// of qemu-system-*, qemu-kvm, kvm, cloud-hypervisor and firecracker; a guest without an identity
/// where it says none. Of QEMU: -uuid, -smbios type=1, -device and -nic and -net nic with an
/// address, also as JSON; -incoming. Options may begin with one dash or two. Source: qemu(1),
/// cloud-hypervisor and firecracker --help.
[[nodiscard]] std::optional<VmmCommand> ParseVmmCommand(std::string_view cmdline);

/// Firecracker's configuration file: the guest_mac of its network-interfaces. Anything else, bytes
/// that are no JSON included, says nothing. Source: firecracker, docs/getting-started.md.
[[nodiscard]] GuestIdentity ParseFirecrackerConfig(std::string_view json);

}  // namespace hypergauge::probes
