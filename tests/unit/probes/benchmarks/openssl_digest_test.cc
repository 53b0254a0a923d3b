#include "probes/benchmarks/openssl_digest.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(OpensslDigest, IsThatOfFips180AndBeginsAnew) {
  auto digest = Digest::Fetch("SHA256").value();
  for (const std::string_view part : {"ab", "c"}) digest.Add(std::as_bytes(std::span(part)));
  EXPECT_EQ(digest.Finish().value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest.Finish().value(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(OpensslDigest, OfAnUnknownAlgorithmIsUnsupported) {
  const auto digest = Digest::Fetch("SHA-NONE");
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(digest.error().message, "OpenSSL offers no SHA-NONE here");
}

}  // namespace
}  // namespace hypergauge::probes
