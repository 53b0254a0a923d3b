#include "probes/benchmarks/cpu/digest.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr std::string_view kWrong = "0123";

DigestSpec Sha256Spec() {
  return {.algorithm = "SHA256",
          .source = "FIPS 180-4",
          .vectors = {{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}},
          .block_digest = "a6a98d7f309f68d83fe9b3107daca4afa067687e1dfdcf00e131fefe020e5659"};
}

Error ErrorOf(const DigestSpec& spec) {
  DigestBenchmark benchmark(spec);
  auto context = QuickContext(1);
  if (auto prepared = benchmark.Prepare(context); !prepared) return prepared.error();
  const auto sample = benchmark.Sample(context);
  return sample ? Error{ErrorCode::kInternal, "no error"} : sample.error();
}

TEST(Digest, FailsWithAWrongVector) {
  auto spec = Sha256Spec();
  spec.vectors[0].digest = kWrong;
  const auto error = ErrorOf(spec);
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(error.message,
            "the digest of \"abc\" came out as "
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad instead of 0123");
}

TEST(Digest, FailsWithAWrongDigestOfABlock) {
  auto spec = Sha256Spec();
  spec.block_digest = kWrong;
  const auto error = ErrorOf(spec);
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_NE(error.message.find("the block of 64 KiB"), std::string::npos);
}

TEST(Digest, FailsWhenOneBitOfTheBlockIsNotDigested) {
  auto sha256 = Digest::Fetch("SHA256").value();
  auto block = DigestBlock();
  EXPECT_TRUE(CheckDigest("it", sha256.Of(std::as_bytes(std::span(block))).value(),
                          Sha256Spec().block_digest));
  block.back() ^= 1;
  EXPECT_FALSE(CheckDigest("it", sha256.Of(std::as_bytes(std::span(block))).value(),
                           Sha256Spec().block_digest));
}

TEST(Digest, IsUnsupportedWhereOpenSslDoesNotOfferIt) {
  auto spec = Sha256Spec();
  spec.algorithm = "SHA257";
  const auto error = ErrorOf(spec);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_EQ(error.message, "OpenSSL offers no SHA257 here");
}

TEST(Digest, TellsWhetherOpenSslUsesShaInstructions) {
  EXPECT_EQ(ShaInstructionsIn("OPENSSL_ia32cap=0xfffa3203578bffff:0x20000000"), "yes");
  EXPECT_EQ(ShaInstructionsIn("OPENSSL_ia32cap=0xfffa3203578bffff:0x1fffffffdfffffff"), "no");
  EXPECT_EQ(ShaInstructionsIn("OPENSSL_ia32cap=0xfffa3203578bffff:0x0 env:~0x0:~0x20000000"), "no");
  EXPECT_EQ(ShaInstructionsIn("OPENSSL_armcap=0xbd"), "yes");
  EXPECT_EQ(ShaInstructionsIn("OPENSSL_armcap=0x1"), "no");
  EXPECT_EQ(ShaInstructionsIn("N/A"), "unknown");
  EXPECT_EQ(ShaInstructionsIn(""), "unknown");
}

}  // namespace
}  // namespace hypergauge::probes
