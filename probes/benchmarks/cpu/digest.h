#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/openssl_digest.h"

/// What the benchmarks of hash functions share: OpenSSL's digests over one block of 64 KiB.
namespace hypergauge::probes {

inline constexpr size_t kDigestBlockBytes = 65536;

struct DigestVector {
  std::string_view text;
  std::string_view digest;  ///< lower-case hexadecimal
};

/// A hash function and its known answers.
struct DigestSpec {
  std::string algorithm;              ///< OpenSSL's name: "SHA256"
  std::string source;                 ///< of the vectors: "FIPS 180-4"
  std::vector<DigestVector> vectors;  ///< checked before anything is timed
  std::string_view block_digest;      ///< of DigestBlock(), found by another implementation
  bool has_instructions = false;      ///< whether CPUs have instructions for it
};

/// The block that is digested: bytes 31 to 24 of x, x = 1664525 x + 1013904223 mod 2^32 from 1.
[[nodiscard]] std::vector<uint8_t> DigestBlock();

/// Errors: kWrongAnswer, with both, unless they are equal; `what` names the bytes.
[[nodiscard]] Result<void> CheckDigest(std::string_view what, std::string_view digest,
                                       std::string_view expected);

/// "yes" when the CPU has instructions for SHA and libcrypto uses them, "no", or "unknown" on
/// architectures whose capabilities we cannot read.
[[nodiscard]] std::string ShaInstructions();

/// The same from what libcrypto says of its CPU settings: "OPENSSL_ia32cap=0x...:0x..." or
/// "OPENSSL_armcap=0x...".
/// Source: OPENSSL_ia32cap(3): bit 64 + 29 is that of the SHA extensions; arm_arch.h: bits 3 and 4.
[[nodiscard]] std::string ShaInstructionsIn(std::string_view cpu_settings);

/// Digests the block context.size times a batch; the figure is in bytes per second.
class DigestBenchmark final : public Benchmark {
 public:
  explicit DigestBenchmark(DigestSpec spec) : spec_(std::move(spec)) {}

  [[nodiscard]] Result<void> Prepare(Context& context) override;
  [[nodiscard]] Result<std::vector<double>> Sample(Context& context) override;

 private:
  DigestSpec spec_;
  std::vector<uint8_t> block_;
  std::unique_ptr<Digest> digest_;
};

/// The descriptor of such a benchmark: cpu_md5 has the family cpu_md5_bytes_per_second.
[[nodiscard]] Descriptor DescribeDigest(const std::string& name, const std::string& title);

}  // namespace hypergauge::probes
