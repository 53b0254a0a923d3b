#include "probes/platform/cgroup_rows.h"

#include <algorithm>
#include <string_view>

#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kIdDigits = 12;

bool BeginsWithId(std::string_view text) {
  const auto digits = text.substr(0, kIdDigits);
  return digits.size() == kIdDigits && std::all_of(digits.begin(), digits.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool Holds(const CgroupRow& row, std::string_view name) {
  if (row.how == CgroupRow::kIs || row.how == CgroupRow::kParent) return name == row.name;
  if (row.how == CgroupRow::kEnds) return name.ends_with(row.name);
  if (!name.starts_with(row.name)) return false;
  return row.how == CgroupRow::kBegins ||
         BeginsWithId(name.substr(std::string_view(row.name).size()));
}

const CgroupRow* RowOf(std::string_view name) {
  const auto& rows = CgroupRows();
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const CgroupRow& row) { return Holds(row, name); });
  return found == rows.end() ? nullptr : &*found;
}

// systemd-nspawn's machines have a scope each in machine.slice, libvirt's have names of their own.
bool IsNspawnScope(std::string_view slice, std::string_view name) {
  return slice == "machine.slice" && name.ends_with(".scope") &&
         !name.starts_with("machine-qemu") && !name.starts_with("libvirt");
}

// containerd writes "pod0.slice:cri-containerd:ID" where it makes the paths itself.
std::string_view WithoutPrefixes(std::string_view name) {
  const auto colon = name.find(":cri-containerd:");
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct Walk {
  const CgroupRow* innermost = nullptr;
  bool nspawn = false;
  bool kubepods = false;
  bool containerd_service = false;
};

Walk WalkDown(std::string_view path) {
  Walk walk;
  std::string_view slice;
  for (const auto name : Split(path, '/')) {
    walk.kubepods = walk.kubepods || name.starts_with("kubepods");
    walk.containerd_service = walk.containerd_service || name == "containerd.service";
    const auto* row = RowOf(WithoutPrefixes(name));
    // A machine may have that folder for itself; with an id in it, it is a container's.
    if (row != nullptr && row->how == CgroupRow::kParent) row = nullptr;
    if (const auto* parent = RowOf(slice);
        parent != nullptr && parent->how == CgroupRow::kParent && BeginsWithId(name)) {
      row = parent;
    }
    if (row != nullptr) {
      walk.innermost = row;
      walk.nspawn = false;
    } else if (IsNspawnScope(slice, name)) {
      walk.innermost = nullptr;
      walk.nspawn = true;
    }
    slice = name;
  }
  return walk;
}

std::optional<CgroupMatch> MatchPath(std::string_view path) {
  const auto walk = WalkDown(path);
  if (walk.nspawn) {
    return CgroupMatch{"systemd-nspawn", "systemd-nspawn", "cgroup: a scope in machine.slice"};
  }
  if (walk.kubepods) {
    // A kubelet's pods; where containerd alone made the path, nobody else vouches for one.
    const char* runtime = walk.innermost == nullptr ? "containerd" : walk.innermost->product;
    return CgroupMatch{walk.containerd_service ? "docker" : "kubernetes", runtime,
                       "cgroup name kubepods"};
  }
  if (walk.innermost == nullptr) return std::nullopt;
  return CgroupMatch{walk.innermost->hypervisor, walk.innermost->product,
                     std::string("cgroup name ") + walk.innermost->name};
}

}  // namespace

const std::vector<CgroupRow>& CgroupRows() {
  using Row = CgroupRow;
  constexpr const char* kFacter = "libwhereami and facter, cgroup fixtures";
  constexpr const char* kOhai = "ohai, lib/ohai/plugins/linux/virtualization.rb";
  static const std::vector<CgroupRow> kRows = {
      {"docker", Row::kIs, "docker", "docker", kFacter},
      {"docker-", Row::kId, "docker", "docker", "Docker with the systemd cgroup driver"},
      {"dind", Row::kIs, "docker", "docker", "Docker in Docker"},
      {"actions_job", Row::kParent, "docker", "docker", kOhai},
      {"ecs", Row::kIs, "docker", "docker", "Amazon ECS agent, task cgroups"},
      {"buildkit", Row::kIs, "docker", "buildkit", "BuildKit, executor/oci"},
      {"libpod-", Row::kId, "podman", "podman", "podman, libpod"},
      {"libpod_", Row::kBegins, "podman", "podman", "podman, libpod"},
      {"cri-containerd-", Row::kId, "docker", "containerd", kOhai},
      {"cri-containerd:", Row::kId, "docker", "containerd", kOhai},
      {"nerdctl-", Row::kId, "docker", "containerd", "nerdctl"},
      {"containerd-", Row::kId, "docker", "containerd", "containerd"},
      {"crio-", Row::kId, "kubernetes", "cri-o", "CRI-O, internal/config/cgmgr"},
      {"lxc", Row::kIs, "lxc", "lxc", kFacter},
      {".lxc", Row::kIs, "lxc", "lxc", "lxc issue 4319"},
      {"lxc.payload", Row::kBegins, "lxc", "lxc", "LXC 4, lxc.container.conf"},
      {"machine-lxc", Row::kBegins, "lxc-libvirt", "lxc-libvirt", "libvirt, cgroups.rst"},
      {".libvirt-lxc", Row::kEnds, "lxc-libvirt", "lxc-libvirt", "libvirt, cgroups.rst"},
      {"machine-rkt", Row::kBegins, "rkt", "rkt", "rkt"},
      {"systemd-nspawn@", Row::kBegins, "systemd-nspawn", "systemd-nspawn",
       "systemd, units/systemd-nspawn@.service"},
      {"garden", Row::kIs, "garden", "garden", "Cloud Foundry Garden"},
      {"mesos", Row::kIs, "mesos", "mesos", "Apache Mesos"},
  };
  return kRows;
}

std::optional<CgroupMatch> MatchCgroup(const MachineFacts& facts) {
  for (const char* file : {"/proc/self/cgroup", "/proc/1/cgroup"}) {
    for (const auto path : CgroupPaths(facts.Text(file))) {
      if (auto match = MatchPath(path)) return match;
    }
  }
  return std::nullopt;
}

}  // namespace hypergauge::probes
