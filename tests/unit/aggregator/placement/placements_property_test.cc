// Whatever hosts and guests say in whatever order: what must hold of placements at every moment.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "aggregator/placement/placements.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kNodes = 7;
constexpr int kSteps = 400;
constexpr int kSeeds = 60;

std::string Id(int node) {
  return "id-" + std::to_string(node);
}
std::string Label(int node) {
  return "node" + std::to_string(node);
}

// Any node may claim any, itself included, with any kind of evidence.
class RandomFleet {
 public:
  explicit RandomFleet(unsigned seed) : random_(seed) {}

  int Any(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  NodeClaims Claims(int node) {
    NodeClaims claims;
    claims.node_id = Id(node);
    claims.label = claims.name = Label(node);
    claims.connected = Any(4) > 0;
    claims.own_digests = {"uuid:u" + std::to_string(Any(8) == 0 ? Any(kNodes) : node),
                          "mac:m" + std::to_string(Any(8) == 0 ? Any(kNodes) : node)};
    for (int i = Any(4); i > 0; --i) {
      const std::string guest = std::to_string(Any(kNodes));
      switch (Any(4)) {
        case 0:
          claims.guest_digests.push_back("mac:m" + guest);
          break;
        case 1:
          claims.guest_digests.push_back("incoming:u" + guest);
          break;
        case 2:
          claims.guest_digests.push_back("hint:m" + guest);
          break;
        default:
          claims.guest_digests.push_back("uuid:u" + guest);
      }
    }
    if (Any(10) == 0) claims.declared_host = Label(Any(kNodes + 1));
    if (Any(10) == 0) claims.reported_host = Label(Any(kNodes + 1));
    return claims;
  }

 private:
  std::mt19937 random_;
};

struct Epoch {
  std::string host;
  int64_t began = 0;
  int64_t ended = 0;
};

// What the store would hold, made of changes alone.
class History {
 public:
  void Note(const std::vector<PlacementChange>& changes, int64_t now) {
    std::set<std::string> seen;
    for (const auto& change : changes) {
      EXPECT_TRUE(seen.insert(change.node_id).second) << change.node_id << " changes twice";
      auto& epochs = of_[change.node_id];
      const std::string last = epochs.empty() ? "" : epochs.back().host;
      EXPECT_EQ(change.before.host, last) << change.node_id;
      if (!change.moved) continue;
      EXPECT_NE(change.before.host, change.after.host);
      const int64_t began = change.after.began_unix_nanos;
      EXPECT_GE(began, now);
      if (!epochs.empty()) {
        EXPECT_LT(epochs.back().began, began);
        epochs.back().ended = began;
      }
      epochs.push_back({change.after.host, began, 0});
    }
  }

  void Forget(const std::string& node_id) { of_.erase(node_id); }

  // Never two hosts: of a node's epochs exactly one lasts, and each ends where the next one begins.
  void Check(const Placements& placements) const {
    for (const auto& [node_id, epochs] : of_) {
      const auto* place = placements.Find(node_id);
      ASSERT_NE(place, nullptr);
      EXPECT_EQ(place->host, epochs.empty() ? "" : epochs.back().host) << node_id;
      for (size_t i = 0; i < epochs.size(); ++i) {
        EXPECT_EQ(epochs[i].ended, i + 1 < epochs.size() ? epochs[i + 1].began : 0) << node_id;
      }
    }
  }

 private:
  std::map<std::string, std::vector<Epoch>> of_;
};

void CheckNoCircles(const Placements& placements) {
  for (int node = 0; node < kNodes; ++node) {
    std::set<std::string> seen;
    std::string at = Id(node);
    while (!at.empty()) {
      ASSERT_TRUE(seen.insert(at).second) << at << " runs on itself";
      const auto* place = placements.Find(at);
      at = place == nullptr ? "" : place->host_id;
    }
  }
}

TEST(PlacementsPropertyTest, NeverTwoHostsNorACircleNorAGapBetweenEpochs) {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomFleet fleet(seed);
    Placements placements;
    History history;
    int64_t now = 0;
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      ++now;
      const int node = fleet.Any(kNodes);
      switch (fleet.Any(12)) {
        case 0:
          history.Note(placements.Remove(Id(node), now), now);
          history.Forget(Id(node));
          break;
        case 1:
          history.Note(placements.Disconnect(Id(node), now), now);
          break;
        case 2:
          now += Placements::kGrace.count() / 2;
          history.Note(placements.Expire(now), now);
          break;
        default:
          history.Note(placements.Put(fleet.Claims(node), now), now);
      }
      history.Check(placements);
      CheckNoCircles(placements);
    }
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
