// CPUID leaf 0 from user space: under every hypervisor on x86 the guest is left and entered again,
// and nothing else happens. On metal it is what remains: an instruction that waits for all before
// it, some tens of nanoseconds. A container has its host's figure.
#include <cctype>

#include "probes/benchmark.h"
#include "probes/benchmarks/kernel/cpuid.h"
#include "probes/benchmarks/kernel/operations.h"

namespace hypergauge::probes {

std::string VendorName(const VendorRegisters& vendor) {
  std::string name;
  for (const uint32_t word : vendor) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      const auto letter = static_cast<unsigned char>(word >> shift);
      name += std::isprint(letter) != 0 ? static_cast<char>(letter) : '?';
    }
  }
  return name;
}

namespace {

class KernelVmexit final : public Benchmark {
 public:
#if defined(__x86_64__) || defined(__i386__)
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    vendor_ = ReadVendor();
    context.report.answer = "\"" + VendorName(vendor_) + "\" each time";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    constexpr int64_t kChunk = 1000;  // 70 ms where a hypervisor runs under another one
    const auto seconds = SecondsPerOperation(context, kChunk, [&](int64_t count) {
      return ReadVendorAgainAndAgain(count, vendor_, ReadVendor);
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  VendorRegisters vendor_{};
#else
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    return Fail(ErrorCode::kUnsupported, "kernel_vmexit needs the CPUID instruction of x86");
  }

  Result<void> Prepare(Context& context) override {
    return Available(context);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    return tl::unexpected(Available(context).error());
  }
#endif
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_vmexit",
        .version = 1,
        .category = "kernel",
        .help = "CPUID, which every hypervisor on x86 intercepts: the way out of a guest and back; "
                "on metal only the instruction",
        .quantities = {{.family = "kernel_vmexit_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one CPUID instruction, leaf 0"}},
        .work = {{Suite::kLight, {.size = 2'000, .work_unit = "2,000 x CPUID leaf 0"}},
                 {Suite::kStandard, {.size = 20'000, .work_unit = "20,000 x CPUID leaf 0"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelVmexit>(); });

}  // namespace
}  // namespace hypergauge::probes
