// Containers: what shares the kernel of a machine. The first row that answers wins.
#include <algorithm>
#include <optional>

#include "probes/platform/cgroup_rows.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/manager_rows.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

Layer ContainerLayer(std::string hypervisor, std::string product, Confidence confidence,
                     std::string evidence) {
  return MakeLayer(LayerKind::kContainer, std::move(hypervisor), std::move(product), confidence,
                   std::move(evidence));
}

// Linux, include/linux/proc_ns.h: the namespaces that the kernel boots with.
constexpr std::string_view kInitialPid = "pid:[4026531836]";
constexpr std::string_view kInitialCgroup = "cgroup:[4026531835]";

std::optional<bool> IsInitial(const MachineFacts& facts, const char* path,
                              std::string_view initial) {
  const auto link = facts.links.find(path);
  if (link == facts.links.end()) return std::nullopt;
  return Trimmed(link->second) == initial;
}

// In the machine's own namespaces what containers leave behind means nothing: images of machines
// are made out of those of containers. Kernels before 4.6 have no cgroup namespaces.
bool InInitialNamespaces(const MachineFacts& facts) {
  return IsInitial(facts, "/proc/self/ns/pid", kInitialPid) == true &&
         IsInitial(facts, "/proc/self/ns/cgroup", kInitialCgroup).value_or(true);
}

std::optional<std::string> Variable(const std::optional<std::map<std::string, std::string>>& from,
                                    const std::string& name) {
  if (!from) return std::nullopt;
  const auto found = from->find(name);
  if (found == from->end()) return std::nullopt;
  return std::string(Trimmed(found->second));
}

std::string_view KernelRelease(const MachineFacts& facts) {
  return Trimmed(facts.Text("/proc/sys/kernel/osrelease"));
}

Layers AskGvisor(const MachineFacts& facts) {
  const auto version = facts.Text("/proc/version");
  if (!ContainsNoCase(version, "gvisor") && !ContainsNoCase(KernelRelease(facts), "gvisor") &&
      version.find("#1 SMP Sun Jan 10 15:06:54 PST 2016") == std::string_view::npos) {
    return {};
  }
  return {ContainerLayer("gvisor", "gvisor", Confidence::kCertain, "/proc/version is gVisor's")};
}

std::string OpenvzProduct(const MachineFacts& facts) {
  return ContainsNoCase(KernelRelease(facts), ".vz") ? "virtuozzo" : "openvz";
}

Layers AskOpenvz(const MachineFacts& facts) {
  // CloudLinux has folders of the same names, and LVE instead.
  if (facts.Exists("/proc/lve/list") || facts.Exists("/proc/bc")) return {};
  for (const char* path : {"/proc/self/status", "/proc/1/status"}) {
    const auto id = ValueOf(facts.Text(path), "envID");
    if (!id) continue;
    if (*id == "0") return {};
    return {ContainerLayer("openvz", OpenvzProduct(facts), Confidence::kCertain,
                           std::string(path) + ": envID is not 0")};
  }
  if (!facts.Exists("/proc/vz")) return {};
  const bool certain = facts.Absent("/proc/bc");
  return {ContainerLayer("openvz", OpenvzProduct(facts),
                         certain ? Confidence::kCertain : Confidence::kHeuristic,
                         certain ? "/proc/vz without /proc/bc" : "/proc/vz exists")};
}

Layers AskVserver(const MachineFacts& facts) {
  for (const char* key : {"VxID", "s_context"}) {
    const auto id = ValueOf(facts.Text("/proc/self/status"), key);
    if (!id || WholeNumber(*id).value_or(0) == 0) continue;
    return {ContainerLayer("linux-vserver", "linux-vserver", Confidence::kCertain,
                           std::string("/proc/self/status: ") + key + " is not 0")};
  }
  return {};
}

Layers AskZone(const MachineFacts& facts) {
  const bool by_version = ContainsNoCase(facts.Text("/proc/version"), "BrandZ virtual linux");
  if (!by_version && Variable(facts.init_environment, "container") != "zone") return {};
  return {ContainerLayer("illumos-lx", "illumos-lx", Confidence::kCertain,
                         by_version ? "/proc/version: BrandZ virtual linux" : "container=zone")};
}

Layers AskWsl1(const MachineFacts& facts) {
  // "4.4.0-19041-Microsoft"; WSL 2 and Azure's kernels write it small.
  const auto release = KernelRelease(facts);
  const bool by_release = release.ends_with("-Microsoft");
  if (!by_release && facts.Text("/proc/version").find("-Microsoft ") == std::string_view::npos) {
    return {};
  }
  return {ContainerLayer("wsl", "wsl1", Confidence::kCertain, "the kernel is WSL 1's")};
}

Layers AskWsl2(const MachineFacts& facts) {
  // Azure's kernels are Microsoft's as well, and a kernel that the user made has any name.
  const bool named =
      KernelRelease(facts).find("WSL") != std::string_view::npos ||
      facts.Text("/proc/version").find("-microsoft-standard-WSL") != std::string_view::npos;
  const bool marked = facts.Exists("/run/WSL") ||
                      facts.Exists("/proc/sys/fs/binfmt_misc/WSLInterop") ||
                      facts.Exists("/proc/sys/fs/binfmt_misc/WSLInterop-late");
  const bool told = ContainsNoCase(KernelRelease(facts), "microsoft") &&
                    (Variable(facts.own_environment, "WSL_DISTRO_NAME") ||
                     Variable(facts.own_environment, "WSL_INTEROP"));
  if (!named && !marked && !told) return {};
  return {ContainerLayer("wsl", "wsl2", Confidence::kCertain,
                         named ? "the kernel is WSL 2's" : "WSL's files or variables")};
}

std::string LxcProduct(const MachineFacts& facts) {
  if (facts.Exists("/dev/incus")) return "incus";
  if (facts.Exists("/dev/lxd")) return "lxd";
  const auto release = KernelRelease(facts);
  return release.ends_with("-pve") ? "proxmox-ve" : "lxc";
}

Layer NamedLayer(const MachineFacts& facts, std::string_view word, const std::string& evidence) {
  for (const auto& manager : ManagerRows()) {
    if (manager.word != word) continue;
    auto layer =
        ContainerLayer(manager.hypervisor, manager.product, Confidence::kCertain, evidence);
    if (layer.product == "lxc") layer.product = LxcProduct(facts);
    if (layer.hypervisor == "openvz") layer.product = OpenvzProduct(facts);
    return layer;
  }
  return ContainerLayer("container-other", "container-other", Confidence::kHeuristic, evidence);
}

// "oci" says only that somebody follows that standard: other signs tell who.
bool NamesManager(std::string_view word) {
  return !word.empty() && word != "oci";
}

Layers AskContainerManager(const MachineFacts& facts) {
  for (const char* path : {"/run/host/container-manager", "/run/systemd/container"}) {
    const auto word = Lower(Trimmed(facts.Text(path)));
    if (!NamesManager(word)) continue;
    return {NamedLayer(facts, word, std::string(path) + " is " + Shown(word))};
  }
  return {};
}

Layers AskEnvironment(const MachineFacts& facts) {
  for (const auto* from : {&facts.init_environment, &facts.own_environment}) {
    const auto word = Lower(Variable(*from, "container").value_or(""));
    if (NamesManager(word)) return {NamedLayer(facts, word, "container=" + Shown(word))};
  }
  return {};
}

bool InKubernetes(const MachineFacts& facts) {
  return Variable(facts.own_environment, "KUBERNETES_SERVICE_HOST") ||
         Variable(facts.init_environment, "KUBERNETES_SERVICE_HOST") ||
         facts.Exists("/var/run/secrets/kubernetes.io/serviceaccount") ||
         facts.Exists("/run/secrets/kubernetes.io/serviceaccount");
}

// Both engines lay files of their own over /etc, and their root is never a plain disk: a marker in
// a namespace without the former and with the latter came with the image, and another tool made the
// namespace. A list without /proc is not the whole list and decides nothing.
bool IsLeftBehind(const MachineFacts& facts) {
  bool is_whole = false;
  bool is_plain_disk = false;
  for (const auto line : Split(facts.Text("/proc/mounts"), '\n')) {
    const auto words = Split(line, ' ');
    if (words.size() < 3) continue;
    if (words[1] == "/") {
      is_plain_disk = (words[2].starts_with("ext") || words[2] == "xfs") &&
                      words[0].find("docker") == std::string_view::npos;
    }
    if (words[1] == "/proc") is_whole = true;
    if (words[1] == "/etc/hosts" || words[1] == "/etc/hostname" || words[1] == "/etc/resolv.conf") {
      return false;
    }
  }
  return is_whole && is_plain_disk;
}

Layers AskPodman(const MachineFacts& facts) {
  if (!facts.Exists("/run/.containerenv") || IsLeftBehind(facts)) return {};
  // CRI-O leaves the same marker.
  const auto cgroup = MatchCgroup(facts);
  if (InKubernetes(facts) || (cgroup && cgroup->hypervisor == "kubernetes")) {
    return {ContainerLayer("kubernetes", "cri-o", Confidence::kHeuristic,
                           "/run/.containerenv in a Kubernetes pod")};
  }
  auto layer =
      ContainerLayer("podman", "podman", Confidence::kCertain, "/run/.containerenv exists");
  const auto engine = ValueOf(facts.Text("/run/.containerenv"), "engine").value_or("");
  constexpr std::string_view kPrefix = "\"podman-";
  if (engine.starts_with(kPrefix) && engine.ends_with('"')) {
    layer.version = Shown(engine.substr(kPrefix.size(), engine.size() - kPrefix.size() - 1));
  }
  return {layer};
}

Layers AskDockerMarker(const MachineFacts& facts) {
  if (IsLeftBehind(facts)) return {};
  for (const char* path : {"/.dockerenv", "/.dockerinit"}) {
    if (!facts.Exists(path)) continue;
    return {
        ContainerLayer("docker", "docker", Confidence::kCertain, std::string(path) + " exists")};
  }
  return {};
}

Layers AskKubernetes(const MachineFacts& facts) {
  if (!InKubernetes(facts)) return {};
  const auto cgroup = MatchCgroup(facts);
  // Docker and CRI-O leave markers, containerd leaves none.
  return {ContainerLayer("kubernetes", cgroup ? cgroup->product : "containerd",
                         cgroup ? Confidence::kCertain : Confidence::kHeuristic,
                         "Kubernetes' variables or service account")};
}

Layers AskCgroup(const MachineFacts& facts) {
  const auto match = MatchCgroup(facts);
  if (!match) return {};
  // A path is not left behind: who shares the machine's namespaces is in a container all the same.
  auto layer = ContainerLayer(
      match->hypervisor, match->product,
      InInitialNamespaces(facts) ? Confidence::kHeuristic : Confidence::kCertain, match->evidence);
  if (layer.product == "lxc") layer.product = LxcProduct(facts);
  return {layer};
}

Layers AskLxcfs(const MachineFacts& facts) {
  for (const char* path : {"/proc/mounts", "/proc/1/mounts"}) {
    if (!HasLxcfsOverProc(facts.Text(path))) continue;
    return {ContainerLayer("lxc", LxcProduct(facts), Confidence::kHeuristic,
                           std::string(path) + ": lxcfs over /proc")};
  }
  // In LXD's virtual machines its agent makes the socket too.
  const bool in_vm = facts.Dmi("board_name") == "LXD" || facts.Dmi("board_name") == "Incus";
  if (in_vm || (!facts.Exists("/dev/lxd") && !facts.Exists("/dev/incus"))) return {};
  return {ContainerLayer("lxc", LxcProduct(facts), Confidence::kHeuristic,
                         "the folder that LXD gives its containers")};
}

// systemd, src/basic/virt.c, running_in_cgroupns. Of version 2 the root has no type; kernels that
// tell their features have a type everywhere else. Of version 1 the root alone has a release agent.
std::string CgroupNamespaceSign(const MachineFacts& facts) {
  const bool has_type = facts.Exists("/sys/fs/cgroup/cgroup.type");
  const bool is_root =
      facts.Absent("/sys/fs/cgroup/cgroup.type") && facts.Exists("/sys/kernel/cgroup/features");
  if (has_type || (facts.Exists("/sys/fs/cgroup/cgroup.events") && !is_root)) {
    return "/sys/fs/cgroup is not the root of the cgroups";
  }
  if (facts.Exists("/sys/fs/cgroup/systemd") &&
      facts.Absent("/sys/fs/cgroup/systemd/release_agent")) {
    return "/sys/fs/cgroup/systemd is not the root of the cgroups";
  }
  return "";
}

Layers AskNamespaces(const MachineFacts& facts) {
  const auto pid = IsInitial(facts, "/proc/self/ns/pid", kInitialPid);
  std::string evidence;
  if (pid == false) {
    evidence = "/proc/self/ns/pid is not the initial one";
  } else if (!pid) {
    evidence = CgroupNamespaceSign(facts);
    for (const auto* from : {&facts.init_environment, &facts.own_environment}) {
      const bool is_set = !Variable(*from, "container").value_or("").empty();
      if (is_set && evidence.empty()) evidence = "$container is set";
    }
  }
  if (evidence.empty()) return {};
  return {ContainerLayer("container-other", "container-other", Confidence::kHeuristic, evidence)};
}

// Behind the gate: nothing in the machine's own namespaces is a container.
template <Layers (*ask)(const MachineFacts&)>
Layers Gated(const MachineFacts& facts) {
  return InInitialNamespaces(facts) ? Layers() : ask(facts);
}

}  // namespace

const std::vector<DetectionRow>& ContainerRows() {
  constexpr const char* kSystemd = "systemd, src/basic/virt.c; CONTAINER_INTERFACE.md";
  static const std::vector<DetectionRow> kRows = {
      {"gvisor", "/proc/version", "gvisor / gvisor", "gVisor, pkg/sentry/fsimpl/proc", AskGvisor},
      {"openvz", "/proc/vz without /proc/bc, envID in status, no /proc/lve/list",
       "openvz / openvz or virtuozzo", "systemd, src/basic/virt.c; facter", AskOpenvz},
      {"linux-vserver", "/proc/self/status VxID", "linux-vserver / linux-vserver", "virt-what",
       AskVserver},
      {"illumos-lx", "/proc/version, container=zone", "illumos-lx / illumos-lx", "virt-what",
       AskZone},
      {"wsl1", "kernel release ends in -Microsoft", "wsl / wsl1", "util-linux, lscpu-virt.c",
       AskWsl1},
      {"container-manager", "/run/host/container-manager, /run/systemd/container",
       "the word there; proxmox-ve by the kernel, lxd and incus by their folders", kSystemd,
       Gated<AskContainerManager>},
      {"container-env", "container= of PID 1 and of its own", "the word there", kSystemd,
       Gated<AskEnvironment>},
      {"podman", "/run/.containerenv, unless the mounts say that it was left behind",
       "podman / podman; kubernetes / cri-o in a pod", "podman, docs: run/.containerenv; CRI-O",
       Gated<AskPodman>},
      {"docker", "/.dockerenv, /.dockerinit, unless the mounts say that they were left behind",
       "docker / docker", kSystemd, Gated<AskDockerMarker>},
      {"kubernetes", "KUBERNETES_SERVICE_HOST, service account",
       "kubernetes / containerd, or by the cgroup", "Kubernetes, accessing the API from a pod",
       Gated<AskKubernetes>},
      {"cgroup", "/proc/self/cgroup, /proc/1/cgroup", "by the table of cgroup names",
       "see the cgroup names below", AskCgroup},
      {"lxcfs", "lxcfs mounted over /proc, /dev/lxd, /dev/incus",
       "lxc / lxc, lxd, incus or proxmox-ve", "lxcfs; LXD, doc/dev-lxd.md", Gated<AskLxcfs>},
      {"wsl2", "WSL in the kernel's name, WSL's files, Microsoft's kernel and WSL's variables",
       "wsl / wsl2", "systemd pull request 15614; WSL issue 423", AskWsl2},
      {"namespaces",
       "/proc/self/ns/pid; where it is not known, /sys/fs/cgroup/cgroup.type, cgroup.events, "
       "systemd/release_agent, container=",
       "container-other / container-other", "Linux, include/linux/proc_ns.h; systemd pull 17902",
       Gated<AskNamespaces>},
  };
  return kRows;
}

}  // namespace hypergauge::probes
