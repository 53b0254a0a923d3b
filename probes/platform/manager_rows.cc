#include "probes/platform/manager_rows.h"

namespace hypergauge::probes {

const std::vector<ManagerRow>& ManagerRows() {
  constexpr const char* kSystemd = "systemd, src/basic/virt.c, container_table";
  static const std::vector<ManagerRow> kRows = {
      {"lxc", "lxc", "lxc", kSystemd},
      {"lxc-libvirt", "lxc-libvirt", "lxc-libvirt", kSystemd},
      {"systemd-nspawn", "systemd-nspawn", "systemd-nspawn", kSystemd},
      {"docker", "docker", "docker", kSystemd},
      {"podman", "podman", "podman", kSystemd},
      {"rkt", "rkt", "rkt", kSystemd},
      {"wsl", "wsl", "wsl2", kSystemd},
      {"proot", "proot", "proot", kSystemd},
      {"pouch", "pouch", "pouch", kSystemd},
      {"openvz", "openvz", "openvz", "facter, lib/facter/resolvers/containers.rb"},
      {"openvzve", "openvz", "openvz", "facter pull request 2801"},
      {"crio", "kubernetes", "cri-o", "facter, lib/facter/resolvers/containers.rb"},
      {"containerd", "docker", "containerd", "this project: containerd's own word"},
      {"incus", "lxc", "incus", "this project: Incus' own word"},
  };
  return kRows;
}

}  // namespace hypergauge::probes
