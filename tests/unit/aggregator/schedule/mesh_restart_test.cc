#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include "aggregator/schedule/mesh.h"

/// A mesh after a restart, which knows nothing of the turns before.
namespace hypergauge::aggregator {
namespace {

TEST(MeshTest, StartsWhereTheLastOneWas) {
  const auto first_of = [](const std::string& client, uint64_t turn) {
    Mesh mesh;
    mesh.StartAt(turn);
    for (const std::string host : {"h0", "h1", "h2", "h3"}) {
      mesh.Put(host, host, true, true);
      for (const char* guest : {"g0", "g1", "g2"}) mesh.Put(host + guest, host, false, true);
    }
    return mesh.Next(client, [](const std::string& /*host*/) { return true; });
  };
  std::set<std::string> servers;
  for (uint64_t turn = 0; turn < 4; ++turn) servers.insert(first_of("h0", turn).server);
  EXPECT_EQ(servers, (std::set<std::string>{"h1", "h2", "h3"}));
  std::set<std::tuple<PairKind, std::string>> pairs;
  for (uint64_t turn = 0; turn < 36; ++turn) {
    const auto choice = first_of("h0g0", turn);
    pairs.emplace(choice.kind, choice.server);
  }
  // Four hosts, two siblings, and most of the nine guests elsewhere: what skips the own host
  // repeats.
  EXPECT_GE(pairs.size(), 4U + 2 + 7);
}

}  // namespace
}  // namespace hypergauge::aggregator
