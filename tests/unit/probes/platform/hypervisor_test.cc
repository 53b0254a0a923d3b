#include "probes/platform/hypervisor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>

namespace hypergauge::probes {
namespace {

// A CPU whose hypervisor, if it has one, signs at these bases; `features` is what stands behind.
Cpuid Cpu(bool hypervisor_bit, const std::map<uint32_t, std::string>& signatures,
          uint32_t features = 0) {
  return [=](uint32_t leaf) -> std::optional<CpuidRegisters> {
    CpuidRegisters registers;
    if (leaf == 1) registers.ecx = hypervisor_bit ? 0x80000201U : 0x201U;
    for (const auto& [base, bytes] : signatures) {
      if (leaf == base + 1) registers.eax = features;
      if (leaf != base) continue;
      std::string signature = bytes;
      signature.resize(12, '\0');
      registers.eax = base + 1;
      std::memcpy(&registers.ebx, signature.data(), 4);
      std::memcpy(&registers.ecx, signature.data() + 4, 4);
      std::memcpy(&registers.edx, signature.data() + 8, 4);
    }
    return registers;
  };
}

constexpr uint32_t kStealTime = 1U << 5U;

TEST(DetectPlatform, AnswersOnThisMachine) {
  const auto platform = DetectPlatform();
  EXPECT_FALSE(platform.name().empty());
  EXPECT_FALSE(platform.hypervisor().empty());
  ASSERT_GE(platform.layers_size(), 1);
  EXPECT_GE(platform.evidence_size(), 1);
  EXPECT_NE(platform.layers(0).kind(), "unknown");
}

TEST(DefaultRole, IsThatOfTheContainerFirst) {
  v1::Platform platform;
  EXPECT_EQ(DefaultRole(platform, ""), v1::ROLE_HOST);
  EXPECT_EQ(DefaultRole(platform, "big"), v1::ROLE_GUEST);
  platform.set_container("docker");
  EXPECT_EQ(DefaultRole(platform, ""), v1::ROLE_CONTAINER);
  EXPECT_EQ(DefaultRole(platform, "big"), v1::ROLE_CONTAINER);
}

TEST(MachineCpuid, ReadsTheRegistersAsTheyAre) {
#ifdef __x86_64__
  const auto vendor = MachineCpuid(0);
  ASSERT_TRUE(vendor);
  EXPECT_GE(vendor->eax, 1U);
  EXPECT_NE(vendor->ebx, 0U);
#else
  EXPECT_FALSE(MachineCpuid(0));
#endif
}

TEST(ReportsSteal, BelievesKvmsFeatureBitAndXen) {
  EXPECT_TRUE(ReportsSteal(Cpu(true, {{0x40000000, "KVMKVMKVM"}}, kStealTime)));
  EXPECT_FALSE(ReportsSteal(Cpu(true, {{0x40000000, "KVMKVMKVM"}}, ~kStealTime)));
  EXPECT_TRUE(ReportsSteal(Cpu(true, {{0x40000000, "XenVMMXenVMM"}})));
  EXPECT_FALSE(ReportsSteal(Cpu(true, {{0x40000000, "Microsoft Hv"}}, kStealTime)));
  EXPECT_FALSE(ReportsSteal(Cpu(false, {})));
}

TEST(ReportsSteal, FindsKvmBehindMicrosoftsInterface) {
  const std::map<uint32_t, std::string> both = {{0x40000000, "Microsoft Hv"},
                                                {0x40000100, "KVMKVMKVM"}};
  EXPECT_TRUE(ReportsSteal(Cpu(true, both, kStealTime)));
  EXPECT_FALSE(ReportsSteal(Cpu(true, both, ~kStealTime)));
}

TEST(ReportsSteal, IsNotPromisedWithoutCpuid) {
  EXPECT_FALSE(ReportsSteal([](uint32_t) -> std::optional<CpuidRegisters> { return {}; }));
}

}  // namespace
}  // namespace hypergauge::probes
