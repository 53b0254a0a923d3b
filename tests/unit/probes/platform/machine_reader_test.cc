#include "probes/platform/machine_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <regex>

#include "build_paths.h"
#include "probes/platform/detection.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A machine's files, made as the kernel shows them.
class Machine {
 public:
  void Has(const std::string& path, const std::string& content) const {
    folder_.Write(path, content);
  }
  void Links(const std::string& path, const std::string& target) const {
    fs::create_directories((root() / path).parent_path());
    fs::create_symlink(target, root() / path);
  }
  [[nodiscard]] const fs::path& root() const { return folder_.path(); }
  [[nodiscard]] MachineFacts Facts(const MachineSource& source = {}) const {
    return ReadMachineFacts(root(), source);
  }

 private:
  testing::TempDir folder_;
};

Cpuid Signed(const std::string& bytes, bool bit = true) {
  return [=](uint32_t leaf) -> std::optional<CpuidRegisters> {
    CpuidRegisters registers;
    if (leaf == 1) registers.ecx = bit ? 0x80000000U : 0;
    if (leaf == 0x40000000) {
      std::string signature = bytes;
      signature.resize(12, '\0');
      registers.eax = 0x40000001;
      std::memcpy(&registers.ebx, signature.data(), 4);
      std::memcpy(&registers.ecx, signature.data() + 4, 4);
      std::memcpy(&registers.edx, signature.data() + 8, 4);
    }
    return registers;
  };
}

MachineSource Source(Cpuid cpuid, std::optional<int> product = std::nullopt) {
  MachineSource source;
  source.arch = "x86_64";
  source.cpuid = std::move(cpuid);
  source.vmware_backdoor = [product] { return product; };
  return source;
}

// As the machines that this project is tested on: made out of a container's image.
TEST(ReadMachineFacts, TellsFirecrackerFromItsImagesDocker) {
  Machine machine;
  machine.Has(".dockerenv", "");
  machine.Links("proc/self/ns/pid", "pid:[4026531836]");
  machine.Links("proc/self/ns/cgroup", "cgroup:[4026531835]");
  machine.Has("proc/self/cgroup", "9:name=systemd:/\n0::/\n");
  for (const std::string hid : {"ACPI0013", "AMZNC10C", "VMGENCTR", "LNXSYSTM"}) {
    machine.Has("sys/bus/acpi/devices/" + hid + ":00/hid", hid + "\n");
  }
  const auto detection = Detect(machine.Facts(Source(Signed("KVMKVMKVM"))));
  ASSERT_EQ(detection.layers.size(), 1U);
  EXPECT_EQ(ToPlatform(detection).name(), "firecracker");
}

TEST(ReadMachineFacts, TellsADockerContainerByItsNamespaces) {
  Machine machine;
  machine.Has(".dockerenv", "");
  machine.Links("proc/self/ns/pid", "pid:[4026532512]");
  EXPECT_EQ(Detect(machine.Facts()).layers.front().hypervisor, "docker");
}

TEST(ReadMachineFacts, ReadsFirmware) {
  Machine machine;
  machine.Has("sys/class/dmi/id/sys_vendor", "QEMU\n");
  machine.Has("sys/class/dmi/id/product_serial", "SECRET\n");
  std::string bios(0x18, '\0');
  bios[1] = 0x18;
  bios[0x13] = 0x1c;
  machine.Has("sys/firmware/dmi/tables/DMI", bios + std::string("\0\0", 2));
  machine.Has("sys/bus/pci/devices/0000:00:01.0/vendor", "0x1AF4\n");
  machine.Has("sys/bus/pci/devices/0000:00:01.0/device", "0x1000\n");
  machine.Has("sys/bus/pci/devices/broken/vendor", "0x8086\n");
  machine.Has("sys/class/net/eth0/address", "BC:24:11:00:00:01\n");
  machine.Has("sys/class/net/eth0/device/vendor", "");
  machine.Has("sys/class/net/veth1/address", "52:54:00:00:00:02\n");
  std::string fadt(276, '\0');
  fadt.replace(10, 6, "BOCHS ");
  machine.Has("sys/firmware/acpi/tables/FACP", fadt);
  fs::create_directories(machine.root() / "sys/bus/acpi/devices");
  const auto facts = machine.Facts();
  EXPECT_EQ(facts.Dmi("sys_vendor"), "QEMU");
  EXPECT_FALSE(facts.dmi.contains("product_serial"));
  EXPECT_EQ(facts.smbios_vm_bit, true);
  EXPECT_EQ(*facts.pci, std::set<std::string>{"1af4:1000"});
  EXPECT_EQ(*facts.mac_ouis, std::set<std::string>{"bc:24:11"});
  EXPECT_EQ(facts.acpi_oem_id, "BOCHS");
  EXPECT_FALSE(facts.hypervisor_bit);
  EXPECT_TRUE(facts.unread.contains("cpuid"));
}

TEST(ReadMachineFacts, ReadsTheDeviceTreesNodes) {
  Machine machine;
  machine.Has("proc/device-tree/compatible", std::string("linux,dummy-virt\0", 17));
  machine.Has("proc/device-tree/ptp@0/compatible", std::string("amazon,vmclock\0", 15));
  EXPECT_EQ(Detect(machine.Facts()).layers.front().product, "firecracker");
}

// As on real machines, where the kernel shows the device tree in /sys.
TEST(ReadMachineFacts, FollowsAbsoluteLinksInsideOfTheRoot) {
  Machine machine;
  machine.Links("proc/device-tree", "/sys/firmware/devicetree/base");
  machine.Has("sys/firmware/devicetree/base/compatible", std::string("linux,dummy-virt\0", 17));
  machine.Has("sys/firmware/devicetree/base/clk/compatible", std::string("amazon,vmclock\0", 15));
  EXPECT_EQ(Detect(machine.Facts()).layers.front().product, "firecracker");
}

TEST(ReadMachineFacts, DoesNotLeaveTheRoot) {
  Machine machine;
  const testing::TempDir outside;
  outside.Write("hid", "QEMU0002\n");
  machine.Links("proc/version", outside.Write("version", "outside").string());
  machine.Links("sys/bus/acpi/devices", outside.path().string());
  machine.Links("etc/os-release",
                "../../../../../../../../../.." + (outside.path() / "version").string());
  const auto facts = machine.Facts();
  EXPECT_TRUE(facts.absent.contains("/proc/version"));
  EXPECT_TRUE(facts.absent.contains("/etc/os-release"));
  EXPECT_FALSE(facts.acpi_hids);
}

TEST(ReadMachineFacts, ReadsPidOnesEnvironment) {
  Machine machine;
  machine.Has("proc/1/environ", std::string("TERM=xterm\0container=lxc\0broken", 31));
  const auto facts = machine.Facts();
  ASSERT_TRUE(facts.init_environment);
  EXPECT_EQ(facts.init_environment->at("container"), "lxc");
  EXPECT_EQ(Detect(facts).layers.front().hypervisor, "lxc");
}

TEST(ReadMachineFacts, AsksTheBackdoorOfVmwareAlone) {
  Machine machine;
  auto facts = machine.Facts(Source(Signed("VMwareVMware"), 4));
  EXPECT_EQ(Detect(facts).layers.front().product, "vmware-workstation");
  facts = machine.Facts(Source(Signed("KVMKVMKVM"), 2));
  EXPECT_FALSE(facts.vmware_backdoor_product);
  EXPECT_THAT(facts.unread.at("vmware_backdoor_product"), HasSubstr("not asked"));
  // QEMU can wear VMware's tables, but not lose its own ACPI device.
  machine.Has("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n");
  machine.Has("sys/bus/acpi/devices/QEMU0002:00/hid", "QEMU0002\n");
  facts = machine.Facts(Source(Signed(""), 2));
  EXPECT_FALSE(facts.vmware_backdoor_product);
}

TEST(ReadMachineFacts, SurvivesFilesThatAreNone) {
  Machine machine;
  machine.Has("proc/cpuinfo", std::string(1 << 20, '\xff'));
  machine.Has("proc/self/cgroup", std::string(1 << 20, ':'));
  machine.Has("sys/class/dmi/id/sys_vendor", std::string("\0\x01\xff\x80", 4));
  machine.Has("sys/class/dmi/id/product_name", std::string(1 << 20, 'V'));
  machine.Has("sys/firmware/dmi/tables/DMI", "\x7f");
  machine.Has("sys/firmware/acpi/tables/FACP", "FA");
  machine.Has("sys/bus/acpi/devices/X/hid", "");
  machine.Has("sys/hypervisor/properties/features", "zz");
  machine.Has("proc/vz", "");
  fs::create_directories(machine.root() / "proc/version");
  fs::create_directories(machine.root() / "proc/sys/kernel");
  ASSERT_EQ(mkfifo((machine.root() / "proc/sys/kernel/osrelease").c_str(), 0600), 0);
  machine.Links("proc/mounts", "mounts");
  const auto facts = machine.Facts();
  EXPECT_EQ(facts.files.at("/proc/cpuinfo").size(), size_t{256} << 10U);
  EXPECT_LE(facts.dmi.at("product_name").size(), 512U);
  EXPECT_EQ(facts.unread.at("/proc/version"), "not a regular file");
  EXPECT_EQ(facts.unread.at("/proc/sys/kernel/osrelease"), "not a regular file");
  EXPECT_TRUE(facts.unread.contains("/proc/mounts"));
  EXPECT_FALSE(facts.smbios_vm_bit);
  EXPECT_FALSE(Detect(facts).layers.empty());
}

TEST(ReadMachineFacts, NamesWhatIsAbsent) {
  Machine machine;
  const auto facts = machine.Facts();
  EXPECT_TRUE(facts.Absent("/sys/class/dmi/id"));
  EXPECT_TRUE(facts.Absent("/.dockerenv"));
  EXPECT_TRUE(facts.Empty());
  EXPECT_EQ(Detect(facts).layers.front().kind, LayerKind::kUnknown);
}

// Of a machine without files all that is looked for is absent.
TEST(ReadMachineFacts, LooksForWhatTheRowsAskFor) {
  const auto absent = Machine().Facts().absent;
  const auto is_looked_for = [&](const std::string& path) {
    return std::any_of(absent.begin(), absent.end(), [&](const std::string& gone) {
      return gone == path || gone.starts_with(path + "/") || path.starts_with(gone + "/");
    });
  };
  // The names in /etc that are looked for in lists of mounts are no files to read.
  const std::regex literal(
      R"re("(?!/etc/host|/etc/resolv)(/(proc|sys|dev|etc|run|var)/[^ ",]+|/\.[a-z]+)")re");
  int found = 0;
  for (const auto& file : fs::directory_iterator(HYPERGAUGE_SOURCE_DIR "/probes/platform")) {
    const auto name = file.path().filename().string();
    if (!name.ends_with("_rows.cc") && name != "row_tools.cc") continue;
    const auto text = testing::ReadFile(file.path());
    for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
      EXPECT_TRUE(is_looked_for((*at)[1])) << name << ": " << (*at)[1];
      ++found;
    }
  }
  EXPECT_GT(found, 40);
}

TEST(ReadMachineFacts, TakesTheArchitectureFromTheKernelWhereNobodyTellsIt) {
  const Machine machine;
  machine.Has("proc/sys/kernel/arch", "x86_64\n");
  EXPECT_EQ(machine.Facts().arch, "x86_64");
  machine.Has("proc/sys/kernel/arch", "aarch64\n");
  EXPECT_EQ(machine.Facts(Source(Signed(""))).arch, "x86_64");
}

TEST(ReadCpuidFacts, FindsWhatStandsBehindMicrosoft) {
  MachineFacts facts;
  ReadCpuidFacts(
      [](uint32_t leaf) -> std::optional<CpuidRegisters> {
        if (leaf == 1) return CpuidRegisters{.ecx = 0x80000000U};
        const auto sign = [&](const char* text) {
          CpuidRegisters registers{.eax = leaf + 1};
          std::memcpy(&registers.ebx, text, 4);
          std::memcpy(&registers.ecx, text + 4, 4);
          std::memcpy(&registers.edx, text + 8, 4);
          return registers;
        };
        if (leaf == 0x40000000) return sign("Microsoft Hv");
        if (leaf == 0x40000200) return sign("XenVMMXenVMM");
        if (leaf == 0x40000300) return sign("NovaNovaNova");
        return CpuidRegisters{.eax = 7, .ebx = 0x20202020, .ecx = 0x20202020, .edx = 0x20202020};
      },
      facts);
  EXPECT_EQ(facts.signatures.size(), 3U);
  EXPECT_EQ(facts.signatures.at(0x40000300).bytes, "NovaNovaNova");
  EXPECT_EQ(facts.signatures.at(0x40000200).bytes, "XenVMMXenVMM");
  EXPECT_EQ(facts.cpuid.at(0x40000001).eax, 7U);
  EXPECT_FALSE(facts.cpuid.contains(0x40000002));
}

TEST(ReadMachineFacts, ReadsThisMachine) {
  const auto facts = ReadMachineFacts("/", ThisMachine());
  EXPECT_FALSE(facts.arch.empty());
  EXPECT_FALSE(facts.Text("/proc/version").empty());
  EXPECT_TRUE(facts.links.contains("/proc/self/ns/pid"));
}

}  // namespace
}  // namespace hypergauge::probes
