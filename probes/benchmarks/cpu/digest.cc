#include "probes/benchmarks/cpu/digest.h"

#include <openssl/crypto.h>

#include <charconv>
#include <span>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace hypergauge::probes {
namespace {

constexpr uint32_t kShaInEbx = 1U << 29U;       // CPUID leaf 7, EBX
constexpr uint64_t kShaInArmcap = 0b11U << 3U;  // SHA-1 and SHA-256

#if defined(__x86_64__) || defined(__i386__)
bool CpuHasShaInstructions() {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & kShaInEbx) != 0;
}
#else
bool CpuHasShaInstructions() {
  return true;
}  // libcrypto asked the kernel
#endif

// The number behind `name`, or behind the colon after it when `part` is 1.
bool ReadNumber(std::string_view settings, std::string_view name, int part, uint64_t& number) {
  auto at = settings.find(name);
  if (at == std::string_view::npos) return false;
  settings = settings.substr(at + name.size());
  if (part == 1) {
    at = settings.find_first_of(": ");
    if (at == std::string_view::npos || settings[at] != ':') return false;
    settings = settings.substr(at + 1);
  }
  if (!settings.starts_with("0x")) return false;
  settings = settings.substr(2);
  return std::from_chars(settings.data(), settings.data() + settings.size(), number, 16).ec ==
         std::errc();
}

}  // namespace

std::vector<uint8_t> DigestBlock() {
  std::vector<uint8_t> block(kDigestBlockBytes);
  uint32_t x = 1;
  for (auto& byte : block) {
    x = x * 1664525U + 1013904223U;
    byte = static_cast<uint8_t>(x >> 24U);
  }
  return block;
}

Result<void> CheckDigest(std::string_view what, std::string_view digest,
                         std::string_view expected) {
  if (digest == expected) return {};
  return Fail(ErrorCode::kWrongAnswer, "the digest of " + std::string(what) + " came out as " +
                                           std::string(digest) + " instead of " +
                                           std::string(expected));
}

std::string ShaInstructionsIn(std::string_view cpu_settings) {
  uint64_t number = 0;
  if (ReadNumber(cpu_settings, "OPENSSL_ia32cap=", 1, number)) {
    return (number & kShaInEbx) != 0 ? "yes" : "no";
  }
  if (ReadNumber(cpu_settings, "OPENSSL_armcap=", 0, number)) {
    return (number & kShaInArmcap) == kShaInArmcap ? "yes" : "no";
  }
  return "unknown";
}

std::string ShaInstructions() {
  const char* settings = OPENSSL_info(OPENSSL_INFO_CPU_SETTINGS);
  const auto used = ShaInstructionsIn(settings == nullptr ? "" : settings);
  return used == "yes" && !CpuHasShaInstructions() ? "no" : used;
}

Result<void> DigestBenchmark::Prepare(Context& context) {
  auto digest = Digest::Fetch(spec_.algorithm);
  if (!digest) return tl::unexpected(digest.error());
  digest_ = std::make_unique<Digest>(std::move(*digest));
  for (const auto& vector : spec_.vectors) {
    const auto found = digest_->Of(std::as_bytes(std::span(vector.text)));
    if (!found) return tl::unexpected(found.error());
    const std::string what = "\"" + std::string(vector.text) + "\"";
    if (auto right = CheckDigest(what, *found, vector.digest); !right) return right;
  }
  block_ = DigestBlock();
  context.report.threads = 1;
  context.report.libraries["openssl"] = OpenSSL_version(OPENSSL_VERSION_STRING);
  if (spec_.has_instructions) context.report.labels["sha_instructions"] = ShaInstructions();
  context.report.answer = "the vectors of " + spec_.source + ", and every block's digest " +
                          std::string(spec_.block_digest);
  return {};
}

Result<std::vector<double>> DigestBenchmark::Sample(Context& context) {
  auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
    for (int64_t i = 0; i < context.size; ++i) {
      const auto found = digest_->Of(std::as_bytes(std::span(block_)));
      if (!found) return tl::unexpected(found.error());
      auto right = CheckDigest("the block of 64 KiB", *found, spec_.block_digest);
      if (!right) return right;
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
    }
    return {};
  });
  if (!seconds) return tl::unexpected(seconds.error());
  const auto bytes = static_cast<double>(context.size) * static_cast<double>(block_.size());
  return std::vector<double>{bytes / *seconds};
}

Descriptor DescribeDigest(const std::string& name, const std::string& title) {
  return Descriptor{
      .name = name,
      .version = 1,
      .category = "cpu",
      .help = title + " of blocks of 64 KiB by OpenSSL, on one thread",
      .quantities = {{.family = name + "_bytes_per_second",
                      .unit = "bytes_per_second",
                      .direction = Direction::kHigherIsBetter,
                      .help = "Bytes a second that " + title + " digests on one thread"}},
      .work = {{Suite::kLight, {.size = 500, .work_unit = "500 blocks of 64 KiB"}},
               {Suite::kStandard, {.size = 5'000, .work_unit = "5,000 blocks of 64 KiB"}}},
      .resources = {"cpu"},
  };
}

}  // namespace hypergauge::probes
