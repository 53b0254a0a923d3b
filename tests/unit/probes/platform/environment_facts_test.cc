// The facts of whole machines, and of what no machine should be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "base/text_format.h"
#include "probes/platform/environment.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/hypervisor.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/platform/fixture_machine.h"

namespace hypergauge::probes {
namespace {

using testing::FixtureMachine;
using testing::MachineNames;
using testing::MakeMachine;
using testing::TempDir;
using Facts = std::map<std::string, std::string>;

v1::Environment Read(const std::filesystem::path& root, const std::filesystem::path& work_dir) {
  return ReadEnvironment(root, work_dir, DetectPlatform(root));
}

Facts FactsOf(const v1::Environment& environment) {
  return {environment.facts().begin(), environment.facts().end()};
}

Facts ReadFacts(const std::filesystem::path& root, const std::filesystem::path& work_dir) {
  return FactsOf(Read(root, work_dir));
}

class Machines : public ::testing::TestWithParam<std::string> {};

TEST_P(Machines, AreReadAsTheyAre) {
  const TempDir root;
  const auto machine = MakeMachine(GetParam(), root.path());
  EXPECT_EQ(ReadFacts(root.path(), machine.work_dir), machine.facts);
}

TEST_P(Machines, DoNotTellWhoTheyAre) {
  const TempDir root;
  const auto machine = MakeMachine(GetParam(), root.path());
  const auto text = Read(root.path(), machine.work_dir).DebugString();
  for (const auto* secret : {"deadbeef", "SERIAL1", "PHLJ", "3c:fd", "11111111", "0123456789abcdef",
                             "42 1a", "0353445343"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << text;
  }
}

// Of each file: cut after some bytes, and followed by garbage.
TEST_P(Machines, AreSurvivedInPieces) {
  const TempDir root;
  const auto machine = MakeMachine(GetParam(), root.path());
  using Walk = std::filesystem::recursive_directory_iterator;
  for (const auto& entry : Walk(root.path())) {
    if (!entry.is_regular_file()) continue;
    const auto size = entry.file_size();
    std::filesystem::resize_file(entry.path(), size / 2);
  }
  for (const auto& [name, value] : ReadFacts(root.path(), machine.work_dir)) {
    EXPECT_FALSE(value.empty()) << name;
    EXPECT_TRUE(IsUtf8(value)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Machines, ::testing::ValuesIn(MachineNames()),
                         [](const auto& param) { return param.param; });

TEST(EnvironmentFacts, EachRowIsReadOfSomeMachine) {
  std::set<std::string> seen = {"steal_reported"};  // which no file tells
  for (const auto& name : MachineNames()) {
    const TempDir root;
    for (const auto& [fact, value] : MakeMachine(name, root.path()).facts) seen.insert(fact);
  }
  for (const auto& fact : facts::AllFacts())
    EXPECT_TRUE(seen.contains(std::string(fact.name))) << fact.name;
}

TEST(EnvironmentFacts, NamesAreUniqueAndPlain) {
  std::set<std::string_view> names;
  for (const auto& fact : facts::AllFacts()) {
    EXPECT_TRUE(names.insert(fact.name).second) << fact.name << " is there twice";
    EXPECT_EQ(fact.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos)
        << fact.name;
    EXPECT_FALSE(fact.meaning.empty() || fact.source.empty()) << fact.name;
  }
}

TEST(EnvironmentFacts, OfAMachineWithNothingToReadThereAreNone) {
  const TempDir root;
  const auto nothing = Read(root.path(), "/work");
  EXPECT_TRUE(nothing.facts().empty()) << nothing.DebugString();
  EXPECT_EQ(nothing.ByteSizeLong(), 0U) << "of this machine: " << nothing.DebugString();
  EXPECT_TRUE(ReadFacts(root.path() / "missing", "/work").empty());
}

TEST(EnvironmentFacts, OfThisMachineAreTheSameTwice) {
  const auto first = Read("/", "/var/tmp");
  const auto second = Read("/", "/var/tmp");
  EXPECT_GT(first.facts_size(), 10);
  EXPECT_EQ(FactsOf(first), FactsOf(second));
}

// A machine whose every file was made something else.
class Hostile : public ::testing::Test {
 protected:
  Hostile() : machine_(MakeMachine("xeon", root_.path())) {
    using Walk = std::filesystem::recursive_directory_iterator;
    for (const auto& entry : Walk(root_.path())) {
      if (entry.is_regular_file() && !entry.is_symlink()) files_.push_back(entry.path());
    }
  }

  [[nodiscard]] v1::Environment ReadAgain() const { return Read(root_.path(), machine_.work_dir); }

  void ExpectBoundedText() const {
    const auto environment = ReadAgain();
    EXPECT_LE(environment.ByteSizeLong(), 65'536U);
    for (const auto& [name, value] : environment.facts()) {
      EXPECT_LE(value.size(), facts::kFactBytes) << name;
      EXPECT_TRUE(IsUtf8(value)) << name;
      EXPECT_EQ(value.find_first_of("\n\t\x1b"), std::string::npos) << name;
    }
  }

  const TempDir root_;
  const FixtureMachine machine_;
  std::vector<std::filesystem::path> files_;
};

TEST_F(Hostile, BinaryFiles) {
  std::string garbage;
  for (int i = 0; i < 70'000; ++i) garbage += static_cast<char>(i * 7);
  for (const auto& file : files_) root_.Write(file.lexically_relative(root_.path()), garbage);
  ExpectBoundedText();
}

TEST_F(Hostile, EnormousFiles) {
  for (const auto& file : files_) std::filesystem::resize_file(file, uint64_t{1} << 36U);
  ExpectBoundedText();
}

TEST_F(Hostile, EnormousLines) {
  const std::string line(300'000, 'a');
  for (const auto& file : files_) root_.Write(file.lexically_relative(root_.path()), line);
  ExpectBoundedText();
}

TEST_F(Hostile, FoldersInPlaceOfFiles) {
  for (const auto& file : files_) {
    std::filesystem::remove(file);
    std::filesystem::create_directories(file / "nested");
  }
  EXPECT_TRUE(ReadAgain().cpu_model().empty());
  ExpectBoundedText();
}

TEST_F(Hostile, LinksThatLeadToThemselves) {
  for (const auto& file : files_) {
    std::filesystem::remove(file);
    std::filesystem::create_symlink(file.filename(), file);
  }
  EXPECT_TRUE(ReadAgain().cpu_model().empty());
  ExpectBoundedText();
}

TEST_F(Hostile, PipesThatNobodyWritesTo) {
  for (const auto& file : files_) {
    std::filesystem::remove(file);
    ASSERT_EQ(mkfifo(file.c_str(), 0644), 0);
  }
  ExpectBoundedText();
}

TEST_F(Hostile, DisksThatStandOnThemselves) {
  const auto slaves = root_.path() / "sys/devices/virtual/block/md127/slaves";
  std::filesystem::remove_all(slaves);
  std::filesystem::create_directories(slaves / "md127");
  std::filesystem::create_directory_symlink("../../devices/virtual/block/md127",
                                            root_.path() / "sys/class/block/md127");
  EXPECT_FALSE(ReadAgain().facts().contains("disk_driver"));
}

TEST_F(Hostile, DevicesOutsideOfTheRoot) {
  const TempDir outside;
  outside.Write("queue/rotational", "0\n");
  const auto link = root_.path() / "sys/dev/block/9:127";
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink(outside.path(), link);
  EXPECT_FALSE(ReadAgain().facts().contains("rotational"));
}

TEST_F(Hostile, LinksThatLeaveTheRoot) {
  const testing::TempDir outside;
  outside.Write("run", "1\n");
  const auto link = root_.path() / "sys/kernel/mm/ksm";
  std::filesystem::remove_all(link);
  std::filesystem::create_directory_symlink(outside.path(), link);
  EXPECT_FALSE(ReadAgain().facts().contains("same_page_merging"));
  root_.Write("srv/ksm/run", "1\n");
  std::filesystem::remove(link);
  std::filesystem::create_directory_symlink("/srv/ksm", link);
  EXPECT_EQ(ReadAgain().facts().at("same_page_merging"), "on");
}

TEST_F(Hostile, ListsOfMoreCpusThanThereCanBe) {
  root_.Write("sys/devices/system/cpu/online", "0-4294967295\n");
  EXPECT_FALSE(ReadAgain().facts().contains("cpu_threads"));
  EXPECT_EQ(ReadAgain().online_cpus(), 0U);
}

v1::Platform PlatformOf(std::initializer_list<const char*> kinds) {
  v1::Platform platform;
  for (const auto* kind : kinds) platform.add_layers()->set_kind(kind);
  return platform;
}

// Hyper-V's root partition sees the hypervisor's flag, as Dom0 does, and owns the devices.
TEST(DeviceKinds, AreAsThePlatformSaysAndNotTheCpusFlag) {
  const TempDir root;
  const auto machine = MakeMachine("kvm", root.path());
  const auto facts = [&](const v1::Platform& platform) {
    return FactsOf(ReadEnvironment(root.path(), machine.work_dir, platform));
  };
  EXPECT_EQ(facts(PlatformOf({"metal"}))["nic_kind"], "paravirtual, physical");
  EXPECT_FALSE(facts(PlatformOf({"metal"})).contains("nested"));
  EXPECT_EQ(facts(PlatformOf({"vm"}))["nic_kind"], "paravirtual, passthrough");
  EXPECT_EQ(facts(PlatformOf({"container", "vm"}))["nic_kind"], "paravirtual, passthrough");
  EXPECT_EQ(facts(PlatformOf({"container", "metal"}))["nic_kind"], "paravirtual, physical");
}

TEST(DeviceKinds, OfXensFirstDomainArePhysical) {
  const TempDir root;
  const auto machine = MakeMachine("kvm", root.path());
  for (const auto* file : {"sys_vendor", "product_name", "product_version", "bios_vendor"}) {
    std::filesystem::remove(root.path() / "sys/class/dmi/id" / file);
  }
  root.Write("sys/hypervisor/type", "xen\n");
  root.Write("proc/xen/capabilities", "control_d\n");
  EXPECT_EQ(ReadFacts(root.path(), machine.work_dir)["nic_kind"], "paravirtual, physical");
}

TEST(GuestTools, AreThoseInstalledWhateverProcessesAreCalled) {
  const TempDir root;
  const auto tools = [&] { return ReadFacts(root.path(), "/work")["guest_tools"]; };
  root.Write("proc/700/comm", "qemu-ga\n");
  EXPECT_EQ(tools(), "");
  std::filesystem::create_directories(root.path() / "usr/sbin");
  EXPECT_EQ(tools(), "none");
  // The Guest Additions' installer makes a link to where the root is not.
  std::filesystem::create_symlink("/opt/VBoxGuestAdditions-7.0.20/sbin/VBoxService",
                                  root.path() / "usr/sbin/VBoxService");
  root.Write("usr/bin/qemu-ga", "");
  root.Write("usr/sbin/qemu-ga", "");
  EXPECT_EQ(tools(), "VBoxService, qemu-ga");
  root.Write("sys/module/vboxguest/version", "7.0.20 r163906\n");
  EXPECT_EQ(tools(), "VBoxService, qemu-ga, vboxguest 7.0.20 r163906");
}

TEST(GuestTools, HaveTheVersionsOfInstalledPackages) {
  const TempDir root;
  const auto tools = [&] { return ReadFacts(root.path(), "/work")["guest_tools"]; };
  const std::string other =
      "Package: open-vm-tools-desktop\nStatus: install ok installed\n"
      "Version: 9.9\n\n";
  root.Write("usr/bin/vmtoolsd", "");
  root.Write("var/lib/dpkg/status", other);
  EXPECT_EQ(tools(), "vmtoolsd");
  root.Write("var/lib/dpkg/status", other +
                                        "Package: open-vm-tools\nStatus: install ok installed\n"
                                        "Version: 2:12.2.0-1\nDepends: libc6\n");
  EXPECT_EQ(tools(), "vmtoolsd 2:12.2.0-1");
  // Removed but for its settings: the program is somebody else's.
  root.Write("var/lib/dpkg/status",
             "Package: open-vm-tools\nStatus: deinstall ok config-files\n"
             "Version: 2:12.2.0-1\n\n" +
                 other);
  EXPECT_EQ(tools(), "vmtoolsd");
}

TEST(StealReported, IsAskedOfAHypervisorOnly) {
  const auto rows = facts::VirtualizationFacts();
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [](const auto& each) { return each.name == "steal_reported"; });
  ASSERT_NE(row, rows.end());
  const auto read = [&](const Cpuid& cpuid) {
    return row->read({.root = facts::Rooted("/nowhere"), .work_dir = "/", .cpuid = cpuid});
  };
  const auto kvm = [](uint32_t steal) {
    return [steal](uint32_t leaf) -> std::optional<CpuidRegisters> {
      if (leaf == 1) return CpuidRegisters{.ecx = uint32_t{1} << 31U};
      if (leaf == 0x40000001) return CpuidRegisters{.eax = steal};
      return CpuidRegisters{.eax = 0x40000001, .ebx = 0x4b4d564b, .ecx = 0x564b4d56, .edx = 0x4d};
    };
  };
  EXPECT_EQ(read(kvm(1U << 5U)), "yes");
  EXPECT_EQ(read(kvm(0)), "no");
  EXPECT_EQ(read([](uint32_t) { return CpuidRegisters(); }), "");
  EXPECT_EQ(read([](uint32_t) { return std::nullopt; }), "");
  EXPECT_EQ(read({}), "");
}

}  // namespace
}  // namespace hypergauge::probes
