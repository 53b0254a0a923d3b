#include "probes/environment_digest.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace hypergauge::probes {
namespace {

v1::Environment Machine() {
  v1::Environment environment;
  environment.set_kernel_release("6.1.0");
  environment.set_online_cpus(2);
  environment.set_memory_bytes(1024);
  (*environment.mutable_facts())["smt"] = "on";
  (*environment.mutable_facts())["swap"] = "none";
  return environment;
}

v1::Platform Metal() {
  v1::Platform platform;
  platform.set_name("metal");
  platform.add_layers()->set_kind("metal");
  return platform;
}

// Of a machine with that one thing changed.
std::string Changed(const std::function<void(v1::Environment&, v1::Platform&)>& change) {
  auto environment = Machine();
  auto platform = Metal();
  change(environment, platform);
  return EnvironmentDigest(environment, platform);
}

TEST(EnvironmentDigest, IsTheSameForEqualMachines) {
  const auto digest = EnvironmentDigest(Machine(), Metal());
  EXPECT_EQ(digest, EnvironmentDigest(Machine(), Metal()));
  // A figure of an earlier release must not change: it would begin a new epoch on every node.
  EXPECT_EQ(digest, "dff6345625dfde9cf14f1812b8267b1f909c2e1cc8b13d8dc892e62d83cc3c63");
}

TEST(EnvironmentDigest, ChangesWithWhateverPredictsFigures) {
  using E = v1::Environment;
  using P = v1::Platform;
  std::set<std::string> digests = {EnvironmentDigest(Machine(), Metal())};
  const auto is_new = [&](const auto& change) { return digests.insert(Changed(change)).second; };
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_kernel_release("6.1.1"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_architecture("x86_64"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_cpu_model("Xeon"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_online_cpus(3); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_memory_bytes(1025); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_os_release("Debian"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_clocksource("hpet"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.set_work_filesystem("xfs"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { (*e.mutable_facts())["smt"] = "off"; }));
  EXPECT_TRUE(is_new([](E& e, P&) { e.mutable_facts()->erase("smt"); }));
  EXPECT_TRUE(is_new([](E& e, P&) { (*e.mutable_facts())["new"] = ""; }));
  EXPECT_TRUE(is_new([](E&, P& p) { p.set_name("kvm"); }));
  EXPECT_TRUE(is_new([](E&, P& p) { p.set_version("9"); }));
  EXPECT_TRUE(is_new([](E&, P& p) { p.mutable_layers(0)->set_guest_type("PV"); }));
  EXPECT_TRUE(is_new([](E&, P& p) { p.add_layers()->set_kind("vm"); }));
}

TEST(EnvironmentDigest, LeavesOutWhatSaysNothingOfTheMachine) {
  using E = v1::Environment;
  using P = v1::Platform;
  const auto digest = EnvironmentDigest(Machine(), Metal());
  EXPECT_EQ(Changed([](E& e, P&) { e.add_noise()->set_benchmark("null"); }), digest);
  EXPECT_EQ(Changed([](E& e, P&) { e.set_digest("0"); }), digest);
  EXPECT_EQ(Changed([](E&, P& p) { p.add_evidence("CPUID"); }), digest);
}

TEST(EnvironmentDigest, DoesNotFollowABalloon) {
  const auto with = [](uint64_t memory) {
    return Changed([&](v1::Environment& environment, v1::Platform&) {
      (*environment.mutable_facts())["memory_present"] = "512 pages";
      environment.set_memory_bytes(memory);
    });
  };
  EXPECT_EQ(with(1024), with(512));
}

// One long value must not pass for two short ones.
TEST(EnvironmentDigest, TellsWhereAValueEnds) {
  const auto one = [](v1::Environment& environment, v1::Platform&) {
    (*environment.mutable_facts())["smt"] = "on\n9:fact.swap=4:none";
    environment.mutable_facts()->erase("swap");
  };
  EXPECT_NE(Changed(one), EnvironmentDigest(Machine(), Metal()));
}

}  // namespace
}  // namespace hypergauge::probes
