// Machines whose kernel prints what runs them: s390, POWER and SPARC.
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

Layer PartitionLayer(std::string_view characteristics) {
  auto layer =
      VmLayer("pr-sm", "lpar", Confidence::kCertain,
              "/proc/sysinfo: LPAR Number, LPAR Characteristics " + Shown(characteristics));
  layer.guest_type = "LPAR";
  return layer;
}

Layer ControlProgramLayer(std::string_view program) {
  const auto evidence = "/proc/sysinfo: Control Program " + Shown(program);
  if (BeginsNoCase(program, "KVM")) {
    return VmLayer("kvm", "kvm-s390", Confidence::kCertain, evidence);
  }
  if (!BeginsNoCase(program, "z/VM")) {
    return UnknownLayer(evidence);
  }
  auto layer = VmLayer("zvm", "zvm", Confidence::kCertain, evidence);
  const auto blank = program.rfind(' ');
  if (blank != std::string_view::npos) layer.version = Shown(program.substr(blank + 1));
  return layer;
}

// VM00 is the innermost; the partition is what they all run in.
Layers AskSysinfo(const MachineFacts& facts) {
  const auto sysinfo = facts.Text("/proc/sysinfo");
  Layers layers;
  for (const auto program : ControlPrograms(sysinfo)) {
    layers.push_back(ControlProgramLayer(program));
  }
  if (ValueOf(sysinfo, "LPAR Number")) {
    layers.push_back(PartitionLayer(ValueOf(sysinfo, "LPAR Characteristics").value_or("")));
  }
  return layers;
}

bool IsPower(const MachineFacts& facts) {
  return facts.arch.empty() || facts.arch.starts_with("ppc");
}

Layers AskPowerKvm(const MachineFacts& facts) {
  if (!IsPower(facts) || !ContainsNoCase(TreeHypervisor(facts), "linux,kvm")) return {};
  if (!facts.arch.starts_with("ppc")) return {};
  return {VmLayer("kvm", "kvm-pseries", Confidence::kCertain, "device tree hypervisor linux,kvm")};
}

Layers AskPowerQemu(const MachineFacts& facts) {
  if (!IsPower(facts)) return {};
  const auto machine = ValueOf(facts.Text("/proc/cpuinfo"), "machine").value_or("");
  if (!ContainsNoCase(machine, "emulated by qemu") && !TreeHas(facts, "qemu,pseries") &&
      !facts.Exists("/proc/device-tree/chosen/qemu,graphic-width")) {
    return {};
  }
  // KVM is told by its node alone; where the tree is not known it stays open who runs the CPU.
  return {VmLayer("qemu", "qemu", Confidence::kAcceleratorUnknown, "a pSeries made by QEMU")};
}

Layers AskPowerNv(const MachineFacts& facts) {
  if (!IsPower(facts)) return {};
  if (ValueOf(facts.Text("/proc/cpuinfo"), "platform") != "PowerNV") return {};
  return {MakeLayer(LayerKind::kMetal, "none", "none", Confidence::kCertain,
                    "/proc/cpuinfo: platform PowerNV")};
}

Layers AskPowerVm(const MachineFacts& facts) {
  if (!IsPower(facts)) return {};
  const auto lparcfg = facts.Text("/proc/ppc64/lparcfg");
  const auto shared = ValueOf(lparcfg, "shared_processor_mode");
  const bool by_tree = facts.Exists("/proc/device-tree/ibm,partition-name") &&
                       facts.Exists("/proc/device-tree/hmc-managed?");
  const bool by_cpu = ValueOf(facts.Text("/proc/cpuinfo"), "platform") == "pSeries";
  if (!shared && !ValueOf(lparcfg, "partition_id") && !by_tree && !by_cpu) return {};
  const char* sign = by_tree ? "device tree: partition name and hmc-managed?" : "platform pSeries";
  auto layer = VmLayer("powervm", "lpar",
                       lparcfg.empty() && !by_tree ? Confidence::kLow : Confidence::kCertain,
                       lparcfg.empty() ? sign : "/proc/ppc64/lparcfg");
  if (shared) layer.guest_type = *shared == "1" ? "shared" : "dedicated";
  return {layer};
}

Layers AskLdoms(const MachineFacts& facts) {
  if (!facts.arch.starts_with("sparc") || !facts.Exists("/dev/mdesc")) return {};
  const std::string evidence = "/dev/mdesc exists";
  if (!facts.Exists("/sys/class/vlds/ctrl") || !facts.Exists("/sys/class/vlds/sp")) {
    return {VmLayer("ldoms", "ldoms", Confidence::kCertain, evidence)};
  }
  auto layer = MakeLayer(LayerKind::kMetal, "ldoms", "ldoms-control", Confidence::kCertain,
                         evidence + ", and the control domain's channels");
  layer.guest_type = "root";
  return {layer};
}

}  // namespace

std::vector<DetectionRow> MainframeRows() {
  return {
      {"s390-sysinfo", "/proc/sysinfo VMnn Control Program, LPAR Number",
       "zvm / zvm, kvm / kvm-s390, pr-sm / lpar; VM00 is the innermost",
       "Linux, arch/s390/kernel/sysinfo.c; util-linux, lscpu-virt.c", AskSysinfo},
      {"power-kvm", "device tree /hypervisor on POWER", "kvm / kvm-pseries",
       "systemd, src/basic/virt.c, detect_vm_device_tree", AskPowerKvm},
      {"power-qemu", "/proc/cpuinfo machine, device tree /chosen on POWER", "qemu / qemu",
       "virt-what; systemd, src/basic/virt.c", AskPowerQemu},
      {"power-nv", "/proc/cpuinfo platform", "none / none", "virt-what", AskPowerNv},
      {"powervm", "/proc/ppc64/lparcfg, device tree partition name",
       "powervm / lpar, shared or dedicated", "virt-what; util-linux, lscpu-virt.c", AskPowerVm},
      {"ldoms", "/dev/mdesc and /sys/class/vlds on SPARC",
       "ldoms / ldoms, or ldoms-control, a host", "virt-what", AskLdoms},
  };
}

}  // namespace hypergauge::probes
