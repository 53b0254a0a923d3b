#include "probes/benchmarks/network/content.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hypergauge::probes {
namespace {

// The sink's SHA-256 of `size` bytes of our servers' content, where `change` may spoil some.
std::string Taken(uint64_t size, uint64_t spoiled_at = UINT64_MAX) {
  ContentSink sink;
  while (sink.size() < size) {
    const auto room = sink.Room();
    const auto part = std::min<uint64_t>(room.size(), size - sink.size());
    for (uint64_t i = 0; i < part; ++i) {
      const uint64_t at = sink.size() + i;
      room[i] = ContentBlock()[at % ContentBlock().size()];
      if (at == spoiled_at) ++room[i];
    }
    sink.Commit(part);
  }
  return sink.Sha256().value();
}

TEST(Content, HasTheDigestOfWhatComes) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 20,
                              uint64_t{ContentSink::kKept}, uint64_t{ContentSink::kKept} + 1}) {
    EXPECT_EQ(Taken(size), ContentSha256(size).value()) << size;
  }
}

TEST(Content, HasAnotherDigestWhenOneByteIsWrong) {
  const uint64_t size = ContentSink::kKept + 10;
  for (const uint64_t at : {uint64_t{0}, uint64_t{ContentSink::kKept} - 1, size - 1}) {
    EXPECT_NE(Taken(size, at), ContentSha256(size).value()) << at;
  }
  EXPECT_NE(ContentSha256(size - 1).value(), ContentSha256(size).value());
}

TEST(ContentSink, BeginsAnewWhenCleared) {
  ContentSink sink;
  sink.Room()[0] = 'x';
  sink.Commit(1);
  sink.Clear();
  EXPECT_EQ(sink.size(), 0U);
  EXPECT_EQ(sink.Sha256().value(), ContentSha256(0).value());
}

// What all builds give out, or peers of different builds could not understand each other.
TEST(Content, NeverChanges) {
  EXPECT_EQ(ContentSha256(uint64_t{16} << 20).value(),
            "a7e695fe5325906fc43a197d2bc7fa7521281a5174ede662b869a53a7a086154");
}

}  // namespace
}  // namespace hypergauge::probes
