#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "probes/benchmarks/kernel/cpuid.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

VendorRegisters RegistersOf(const char* name) {
  VendorRegisters vendor{};
  std::memcpy(vendor.data(), name, sizeof vendor);
  return vendor;
}

TEST(Vendor, IsReadAsTwelveLetters) {
  EXPECT_EQ(VendorName({0x756E6547, 0x49656E69, 0x6C65746E}), "GenuineIntel");
  EXPECT_EQ(VendorName(RegistersOf("AuthenticAMD")), "AuthenticAMD");
  EXPECT_EQ(VendorName({0, 0x41414141, 0x41414141}), "????AAAAAAAA");
}

TEST(Vendor, MustBeTheSameEachTime) {
  int64_t reads = 0;
  const auto amd = RegistersOf("AuthenticAMD");
  EXPECT_TRUE(ReadVendorAgainAndAgain(100, amd, [&] {
    ++reads;
    return amd;
  }));
  EXPECT_EQ(reads, 100);
  const auto wrong =
      ReadVendorAgainAndAgain(100, amd, [&] { return ++reads == 150 ? VendorRegisters{} : amd; });
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "CPUID gave the vendor \"????????????\" after \"AuthenticAMD\"");
}

#if defined(__x86_64__) || defined(__i386__)
TEST(KernelVmexit, FindsTheVendorThatTheKernelFound) {
  auto context = QuickContext(10);
  ASSERT_TRUE(RunQuickly("kernel_vmexit", context).status);
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string word;
  while (cpuinfo >> word && word != "vendor_id") {
  }
  cpuinfo >> word >> word;  // a colon, the name
  EXPECT_EQ(context.report.answer, "\"" + word + "\" each time");
}
#endif

}  // namespace
}  // namespace hypergauge::probes
