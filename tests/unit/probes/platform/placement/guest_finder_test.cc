#include "probes/platform/placement/guest_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using hypergauge::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";
constexpr const char* kMac = "52:54:00:ab:cd:ef";
constexpr int kFullRound = 12;

class GuestFinderTest : public ::testing::Test {
 protected:
  void Process(int pid, const std::vector<std::string>& arguments) const {
    std::string cmdline;
    for (const auto& argument : arguments) cmdline += argument + '\0';
    root_.Write("proc/" + std::to_string(pid) + "/cmdline", cmdline);
  }
  void End(int pid) const {
    std::filesystem::remove_all(root_.path() / "proc" / std::to_string(pid));
  }
  static std::string Domain(const std::string& state, int pid, const std::string& mac = kMac) {
    return "<domstatus state='" + state + "' pid='" + std::to_string(pid) +
           "'><domain><devices><interface><mac address='" + mac +
           "'/></interface></devices></domain></domstatus>";
  }
  static GuestIdentity Card(Evidence evidence = Evidence::kRunning) {
    return {{}, {kMac}, evidence};
  }

  TempDir root_;
  GuestFinder finder_{root_.path()};
};

TEST_F(GuestFinderTest, AnEmptyRootHasNoGuests) {
  EXPECT_THAT(finder_.Find(), IsEmpty());
}

TEST_F(GuestFinderTest, GuestsComeAndGoWithTheirProcesses) {
  Process(1, {"/sbin/init"});
  Process(50, {"qemu-system-x86_64", "-uuid", kUuid});
  root_.Write("proc/uptime", "1 1");
  EXPECT_THAT(finder_.Find(), ElementsAre(GuestIdentity{{kUuid}, {}, Evidence::kRunning}));
  End(50);
  EXPECT_THAT(finder_.Find(), IsEmpty());
}

TEST_F(GuestFinderTest, AYoungProcessThatBecomesQemuIsSeenAtOnceAndAnOldOneLater) {
  Process(50, {"/bin/sh", "start-guest"});
  EXPECT_THAT(finder_.Find(), IsEmpty());
  Process(60, {"/bin/sh", "sleep"});
  Process(50, {"qemu-kvm", "-uuid", kUuid});
  EXPECT_EQ(finder_.Find().size(), 1U);
  for (int round = 2; round < kFullRound; ++round) EXPECT_EQ(finder_.Find().size(), 1U);
  Process(60, {"qemu-kvm", "-uuid", "11223344-5566-7788-99aa-bbccddeeff00"});
  EXPECT_EQ(finder_.Find().size(), 2U);
}

TEST_F(GuestFinderTest, FirecrackersFileIsReadAsItsProcessSeesIt) {
  Process(50, {"firecracker", "--config-file", "/vm.json"});
  root_.Write("proc/50/root/vm.json",
              std::string(R"({"network-interfaces":[{"guest_mac":")") + kMac + "\"}]}");
  Process(51, {"firecracker", "--config-file", "vm.json"});
  root_.Write("proc/51/cwd/vm.json",
              R"({"network-interfaces":[{"guest_mac":"52:54:00:ab:cd:01"}]})");
  Process(52, {"firecracker", "--config-file", "/none.json"});
  EXPECT_THAT(finder_.Find(),
              UnorderedElementsAre(Card(), GuestIdentity{{}, {"52:54:00:ab:cd:01"}, {}}));
}

TEST_F(GuestFinderTest, NoFifoThatAProcessNamesKeepsItWaiting) {
  Process(50, {"firecracker", "--config-file", "/vm.json"});
  Process(51, {"[lxc monitor] /tmp web"});
  std::filesystem::create_directories(root_.path() / "proc/50/root");
  std::filesystem::create_directories(root_.path() / "tmp/web");
  ASSERT_EQ(mkfifo((root_.path() / "proc/50/root/vm.json").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo((root_.path() / "tmp/web/config").c_str(), 0600), 0);
  EXPECT_THAT(finder_.Find(), IsEmpty());
}

TEST_F(GuestFinderTest, LibvirtsRunningDomainsCountWhileTheirProcessLives) {
  root_.Write("run/libvirt/lxc/box.xml", Domain("running", 70));
  EXPECT_THAT(finder_.Find(), IsEmpty());
  Process(70, {"/usr/lib/libvirt/libvirt_lxc", "--name", "box"});
  EXPECT_THAT(finder_.Find(), ElementsAre(Card()));
  root_.Write("run/libvirt/lxc/box.xml", Domain("shutoff", 70));
  EXPECT_THAT(finder_.Find(), IsEmpty());
  root_.Write("run/libvirt/lxc/box.xml", Domain("running", 70).substr(0, 60));
  EXPECT_THAT(finder_.Find(), IsEmpty());
}

TEST_F(GuestFinderTest, LibvirtKnowsWhenAnIncomingGuestHasArrived) {
  Process(70, {"qemu-system-x86_64", "-uuid", kUuid, "-incoming", "defer"});
  root_.Write("run/libvirt/qemu/web.xml", Domain("paused", 70));
  const GuestIdentity coming{{kUuid}, {}, Evidence::kIncoming};
  EXPECT_THAT(finder_.Find(), UnorderedElementsAre(coming, Card(Evidence::kIncoming)));
  root_.Write("run/libvirt/qemu/web.xml", Domain("running", 70));
  EXPECT_THAT(finder_.Find(), UnorderedElementsAre(coming, Card()));
}

TEST_F(GuestFinderTest, DefinitionsAreHintsAndOnlyWhereTheDomainRuns) {
  root_.Write("etc/libvirt/qemu/web.xml",
              std::string("<domain><devices><interface><mac address='") + kMac +
                  "'/></interface></devices></domain>");
  EXPECT_THAT(finder_.Find(), IsEmpty());
  root_.Write("run/libvirt/qemu/web.pid", "70\n");
  EXPECT_THAT(finder_.Find(), IsEmpty());
  Process(70, {"qemu-system-x86_64"});
  EXPECT_THAT(finder_.Find(), ElementsAre(Card(Evidence::kHint)));
}

TEST_F(GuestFinderTest, ProxmoxMachinesCountWhileTheyRun) {
  root_.Write("etc/pve/qemu-server/101.conf", std::string("net0: virtio=") + kMac + "\n");
  root_.Write("run/qemu-server/101.pid", "70\n");
  EXPECT_THAT(finder_.Find(), IsEmpty());
  Process(70, {"/usr/bin/kvm"});
  EXPECT_THAT(finder_.Find(), ElementsAre(Card()));
}

TEST_F(GuestFinderTest, ContainersOfLxcCountWhileTheirMonitorLives) {
  root_.Write("var/lib/lxc/web/config", std::string("lxc.net.0.hwaddr = ") + kMac + "\n");
  root_.Write("etc/pve/lxc/web.conf", "net0: hwaddr=52:54:00:ab:cd:01\n");
  EXPECT_THAT(finder_.Find(), IsEmpty());
  Process(70, {"[lxc monitor] /var/lib/lxc web"});
  EXPECT_THAT(finder_.Find(),
              UnorderedElementsAre(Card(), GuestIdentity{{}, {"52:54:00:ab:cd:01"}, {}}));
  // A title that leads out of the folder of containers.
  for (const char* title : {"[lxc monitor] /var/lib/lxc ..", "[lxc monitor] relative web",
                            "[lxc monitor] ", "[lxc monitor] /x"}) {
    Process(70, {title});
    EXPECT_THAT(finder_.Find(), IsEmpty()) << title;
  }
}

TEST_F(GuestFinderTest, FoldersInPlaceOfFilesAndLoopsAreLeftOut) {
  std::filesystem::create_directories(root_.path() / "proc/80/cmdline");
  std::filesystem::create_directories(root_.path() / "run/libvirt/qemu/web.xml");
  std::filesystem::create_directories(root_.path() / "etc/pve");
  std::filesystem::create_symlink("lxc", root_.path() / "etc/pve/lxc");
  std::filesystem::create_symlink("net", root_.path() / "sys");
  Process(81, {std::string(2'000'000, 'q')});
  EXPECT_THAT(finder_.Find(), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::probes
