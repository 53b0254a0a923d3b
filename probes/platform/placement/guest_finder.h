#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "probes/platform/placement/identity.h"
#include "probes/platform/placement/vmm_command.h"

namespace hypergauge::probes {

/// Finds the guests that run on this machine, again and again and cheaply: a process that runs no
/// guest is looked at only while it is young, since it may yet become QEMU by exec, and once in a
/// while. Not for several threads.
///
/// Sources, below the root folder: proc/PID/cmdline; run/libvirt/{qemu,lxc,libxl}/*.xml of running
/// domains, and etc/libvirt/*/NAME.xml as hints where run/libvirt/*/NAME.pid lives;
/// etc/pve/qemu-server/ID.conf where run/qemu-server/ID.pid lives; the configuration of each LXC
/// container that has a monitor process, and etc/pve/lxc/ID.conf with it; the tables of bridges, as
/// hints. What cannot be read says nothing.
class GuestFinder {
 public:
  explicit GuestFinder(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] std::vector<GuestIdentity> Find();

 private:
  // What is known of a process.
  struct Process {
    int looks = 0;
    bool seen = false;  // in the present round
    std::optional<VmmCommand> command;
    std::filesystem::path container;  // the folder of the LXC container that it is the monitor of
  };

  void LookAtProcesses();
  void Look(const std::filesystem::path& folder, Process& process) const;
  void AddProxmox(std::vector<GuestIdentity>& guests) const;
  void AddContainers(std::vector<GuestIdentity>& guests) const;
  void AddLibvirt(const std::string& driver, std::vector<GuestIdentity>& guests) const;
  void AddDomain(const std::filesystem::path& file, std::vector<GuestIdentity>& guests) const;
  [[nodiscard]] bool Lives(int pid) const { return pid > 0 && processes_.contains(pid); }
  [[nodiscard]] std::filesystem::path RunFolder() const;

  const std::filesystem::path root_;
  int round_ = 0;
  std::map<int, Process> processes_;
};

}  // namespace hypergauge::probes
