#include "probes/platform/hypervisor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace hypergauge::probes {
namespace {

// A CPU whose hypervisor, if it has one, gives this signature.
Cpuid Cpu(bool hypervisor_bit, std::string signature = "") {
  signature.resize(12, '\0');
  return [=](uint32_t leaf) -> std::optional<CpuidRegisters> {
    CpuidRegisters registers;
    if (leaf == 1) registers.ecx = hypervisor_bit ? 0x80000201U : 0x201U;
    if (leaf == 0x40000000U) {
      std::memcpy(&registers.ebx, signature.data(), 4);
      std::memcpy(&registers.ecx, signature.data() + 4, 4);
      std::memcpy(&registers.edx, signature.data() + 8, 4);
    }
    return registers;
  };
}

struct Known {
  const char* signature;
  const char* word;
};

class Signatures : public ::testing::TestWithParam<Known> {};

TEST_P(Signatures, BecomesItsWord) {
  const auto platform = DetectPlatform(Cpu(true, GetParam().signature));
  EXPECT_EQ(platform.name(), GetParam().word);
  EXPECT_EQ(platform.hypervisor(), GetParam().word);
  ASSERT_EQ(platform.evidence_size(), 1);
  EXPECT_NE(platform.evidence(0).find(GetParam().signature), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Table, Signatures,
                         ::testing::Values(Known{"KVMKVMKVM", "kvm"}, Known{"TCGTCGTCGTCG", "qemu"},
                                           Known{"VMwareVMware", "vmware"},
                                           Known{"XenVMMXenVMM", "xen"},
                                           Known{"Microsoft Hv", "hyperv"},
                                           Known{"VBoxVBoxVBox", "virtualbox"},
                                           Known{"NovaHypervis", "unknown"}));

TEST(DetectPlatform, FindsBareMetal) {
  // What leaf 0x40000000 says without the hypervisor bit is a copy of another leaf.
  const auto platform = DetectPlatform(Cpu(false, "KVMKVMKVM"));
  EXPECT_EQ(platform.name(), "metal");
  EXPECT_EQ(platform.hypervisor(), "none");
}

TEST(DetectPlatform, ShowsAnUnknownSignatureAsText) {
  const auto platform = DetectPlatform(Cpu(true, "\x01\xff\"\n"));
  EXPECT_EQ(platform.name(), "unknown");
  EXPECT_EQ(platform.evidence(0), "CPUID signature \"?\"\"");
}

TEST(DetectPlatform, SaysThatAnArchitectureHasNoCpuid) {
  const auto platform =
      DetectPlatform([](uint32_t) -> std::optional<CpuidRegisters> { return std::nullopt; });
  EXPECT_EQ(platform.name(), "unknown");
}

TEST(DetectPlatform, AgreesWithThisKernelAboutTheHypervisorBit) {
  const auto platform = DetectPlatform(MachineCpuid);
  EXPECT_FALSE(platform.name().empty());
#ifdef __x86_64__
  // The vendor in leaf 0 proves that the registers are read as they are.
  const auto vendor = MachineCpuid(0);
  ASSERT_TRUE(vendor);
  EXPECT_GE(vendor->eax, 1U);
  EXPECT_NE(vendor->ebx, 0U);
#endif
}

Cpuid KvmWithFeatures(uint32_t features) {
  return [features](uint32_t leaf) -> std::optional<CpuidRegisters> {
    if (leaf == 0x40000001) return CpuidRegisters{.eax = features};
    return Cpu(true, "KVMKVMKVM")(leaf);
  };
}

TEST(ReportsSteal, BelievesKvmsFeatureBitAndXen) {
  EXPECT_TRUE(ReportsSteal(KvmWithFeatures(1U << 5U)));
  EXPECT_FALSE(ReportsSteal(KvmWithFeatures(~(1U << 5U))));
  EXPECT_TRUE(ReportsSteal(Cpu(true, "XenVMMXenVMM")));
  EXPECT_FALSE(ReportsSteal(Cpu(true, "Microsoft Hv")));
  EXPECT_FALSE(ReportsSteal(Cpu(false, "KVMKVMKVM")));
}

}  // namespace
}  // namespace hypergauge::probes
