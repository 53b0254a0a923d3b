#include "probes/benchmarks/kernel/system_facts.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

constexpr const char* kFolder = "sys/devices/system/cpu/vulnerabilities/";

struct Vulnerability {
  const char* name;
  const char* line;
};

std::string MitigationsOf(const std::vector<Vulnerability>& all) {
  const TempDir root;
  for (const auto& each : all) root.Write(std::string(kFolder) + each.name, each.line);
  return Mitigations(root.path());
}

TEST(SystemFacts, MitigationsAreOnWhenTheKernelMitigatesOne) {
  EXPECT_EQ(MitigationsOf({{"l1tf", "Not affected\n"},
                           {"mds", "Vulnerable; SMT vulnerable\n"},
                           {"meltdown", "Mitigation: PTI\n"}}),
            "on");
  EXPECT_EQ(MitigationsOf({{"itlb_multihit", "KVM: Mitigation: VMX disabled\n"}}), "on");
}

TEST(SystemFacts, MitigationsAreOffWhenTheCpuIsLeftVulnerable) {
  EXPECT_EQ(MitigationsOf({{"l1tf", "Not affected\n"}, {"meltdown", "Vulnerable\n"}}), "off");
}

TEST(SystemFacts, MitigationsAreUnneededOnACpuThatIsNotAffected) {
  EXPECT_EQ(MitigationsOf({{"l1tf", "Not affected\n"}, {"meltdown", "Not affected\n"}}),
            "unneeded");
}

TEST(SystemFacts, AreUnknownWhereTheKernelDoesNotTell) {
  const TempDir root;
  EXPECT_EQ(Mitigations(root.path()), "unknown");
  EXPECT_EQ(Clocksource(root.path()), "unknown");
  root.Write(std::string(kFolder) + "mds", "");
  root.Write("sys/devices/system/clocksource/clocksource0/current_clocksource", "");
  EXPECT_EQ(Mitigations(root.path()), "unknown");
  EXPECT_EQ(Clocksource(root.path()), "unknown");
}

TEST(SystemFacts, GiveTheClocksource) {
  const TempDir root;
  root.Write("sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock\n");
  EXPECT_EQ(Clocksource(root.path()), "kvm-clock");
}

}  // namespace
}  // namespace hypergauge::probes
