#include "aggregator/schedule/mesh.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace hypergauge::aggregator {
namespace {

using Pair = std::tuple<PairKind, std::string, std::string>;

constexpr PairKind kAllKinds[] = {PairKind::kHostHost, PairKind::kGuestHost,
                                  PairKind::kGuestSameHost, PairKind::kGuestOtherHost};

bool Always(const std::string& /*host*/) {
  return true;
}
bool Never(const std::string& /*host*/) {
  return false;
}

std::string HostName(int host) {
  return "h" + std::to_string(host);
}
std::string GuestName(int host, int guest) {
  return HostName(host) + "g" + std::to_string(guest);
}

/// What was measured, beside the machine that chose it.
class Fleet {
 public:
  void Put(const std::string& node, const std::string& host, bool is_host, bool answers = true) {
    mesh_.Put(node, host, is_host, answers);
    nodes_[node] = {.host = host, .is_host = is_host, .answers = answers};
  }
  void Remove(const std::string& node) {
    mesh_.Remove(node);
    nodes_.erase(node);
  }

  template <typename IsFree>
  Mesh::Choice Turn(const std::string& client, IsFree is_free) {
    const Mesh::Choice choice = mesh_.Next(client, is_free);
    if (!choice.server.empty()) {
      CheckPair(client, choice);
      mesh_.Done(client, choice);
      ++counts_[{choice.kind, client, choice.server}];
    }
    return choice;
  }

  /// All pairs that there can be.
  [[nodiscard]] std::set<Pair> Possible() const {
    std::set<Pair> pairs;
    for (const auto& [client, of_client] : nodes_) {
      for (const auto& [server, of_server] : nodes_) {
        const bool same = of_client.host == of_server.host;
        if (client == server || !of_server.answers) {
          continue;
        }
        if (of_server.is_host && (!of_client.is_host || !same)) {
          pairs.emplace(of_client.is_host ? PairKind::kHostHost : PairKind::kGuestHost, client,
                        server);
        } else if (!of_server.is_host && !of_client.is_host) {
          pairs.emplace(same ? PairKind::kGuestSameHost : PairKind::kGuestOtherHost, client,
                        server);
        }
      }
    }
    return pairs;
  }

  [[nodiscard]] int Count(const Pair& pair) const {
    const auto found = counts_.find(pair);
    return found == counts_.end() ? 0 : found->second;
  }
  [[nodiscard]] std::vector<std::string> Clients() const {
    std::vector<std::string> clients;
    for (const auto& [node, facts] : nodes_) {
      clients.push_back(node);
    }
    return clients;
  }
  [[nodiscard]] Mesh& mesh() { return mesh_; }

 private:
  struct Facts {
    std::string host;
    bool is_host;
    bool answers;
  };

  void CheckPair(const std::string& client, const Mesh::Choice& choice) const {
    ASSERT_NE(client, choice.server);
    ASSERT_TRUE(nodes_.contains(choice.server)) << choice.server;
    const Facts& from = nodes_.at(client);
    const Facts& to = nodes_.at(choice.server);
    ASSERT_TRUE(to.answers) << choice.server;
    switch (choice.kind) {
      case PairKind::kHostHost:
        ASSERT_TRUE(from.is_host && to.is_host && from.host != to.host);
        break;
      case PairKind::kGuestHost:
        ASSERT_TRUE(!from.is_host && to.is_host);
        break;
      case PairKind::kGuestSameHost:
        ASSERT_TRUE(!from.is_host && !to.is_host && from.host == to.host);
        break;
      case PairKind::kGuestOtherHost:
        ASSERT_TRUE(!from.is_host && !to.is_host && from.host != to.host);
        break;
    }
  }

  Mesh mesh_;
  std::map<std::string, Facts> nodes_;
  std::map<Pair, int> counts_;
};

/// Hosts of 0, 1, 2 ... guests.
Fleet Stairs(int hosts) {
  Fleet fleet;
  for (int host = 0; host < hosts; ++host) {
    fleet.Put(HostName(host), HostName(host), true);
    for (int guest = 0; guest < host; ++guest) {
      fleet.Put(GuestName(host, guest), HostName(host), false);
    }
  }
  return fleet;
}

/// The least and the greatest count of a client's pairs of a kind.
std::map<std::pair<std::string, PairKind>, std::pair<int, int>> Spread(const Fleet& fleet) {
  std::map<std::pair<std::string, PairKind>, std::pair<int, int>> spread;
  for (const Pair& pair : fleet.Possible()) {
    const auto& [kind, client, server] = pair;
    const int count = fleet.Count(pair);
    const auto [found, is_new] = spread.try_emplace({client, kind}, count, count);
    found->second.first = std::min(found->second.first, count);
    found->second.second = std::max(found->second.second, count);
  }
  return spread;
}

TEST(MeshTest, ChoosesNobodyForAStranger) {
  Mesh mesh;
  mesh.Put("h1", "h1", true, true);
  EXPECT_EQ(mesh.Next("h2", Always).server, "");
  mesh.Done("h2", {.server = "h1", .kind = PairKind::kHostHost});
  mesh.Done("h2", {});
  mesh.Remove("h2");
  EXPECT_EQ(mesh.Count(PairKind::kHostHost), 1U);
}

TEST(MeshTest, ANodeAloneHasNobodyToMeasureAgainst) {
  Mesh mesh;
  mesh.Put("h1", "h1", true, true);
  mesh.Put("g1", "unseen host", false, true);
  EXPECT_EQ(mesh.Next("h1", Always).server, "");
  mesh.Remove("h1");
  EXPECT_EQ(mesh.Next("g1", Always).server, "");
}

TEST(MeshTest, WhoAnswersNobodyIsNoServerButAClient) {
  Mesh mesh;
  mesh.Put("h1", "h1", true, true);
  mesh.Put("h2", "h2", true, false);
  EXPECT_EQ(mesh.Next("h1", Always).server, "");
  EXPECT_EQ(mesh.Next("h2", Always).server, "h1");
  mesh.Put("h2", "h2", true, true);
  EXPECT_EQ(mesh.Next("h1", Always).server, "h2");
  mesh.Put("h2", "h2", true, false);
  EXPECT_EQ(mesh.Next("h1", Always).server, "");
}

TEST(MeshTest, AsksOnlyForOtherHosts) {
  Mesh mesh;
  mesh.Put("h1", "h1", true, true);
  mesh.Put("g1", "h1", false, true);
  mesh.Put("g2", "h1", false, true);
  for (int i = 0; i < 4; ++i) {
    const Mesh::Choice choice = mesh.Next("g1", Never);
    EXPECT_TRUE(choice.server == "h1" || choice.server == "g2");
    mesh.Done("g1", choice);
  }
  EXPECT_EQ(mesh.Count(PairKind::kGuestHost), 2U);
  EXPECT_EQ(mesh.Count(PairKind::kGuestSameHost), 2U);
}

TEST(MeshTest, NextChangesNothing) {
  Fleet fleet = Stairs(5);
  for (const std::string& client : fleet.Clients()) {
    const Mesh::Choice first = fleet.mesh().Next(client, Always);
    EXPECT_EQ(fleet.mesh().Next(client, Always).server, first.server);
  }
}

TEST(MeshTest, OnePassMeasuresEveryPairOnce) {
  Fleet fleet = Stairs(7);
  for (const std::string& client : fleet.Clients()) {
    std::map<PairKind, std::set<std::string>> open;
    for (const auto& [kind, from, to] : fleet.Possible()) {
      if (from == client) {
        open[kind].insert(to);
      }
    }
    // Short kinds go round several times while the long ones go round once.
    std::map<PairKind, std::set<std::string>> left = open;
    for (size_t i = 0; i < 3 * fleet.Clients().size(); ++i) {
      const Mesh::Choice choice = fleet.Turn(client, Always);
      auto& servers = left[choice.kind];
      EXPECT_EQ(servers.erase(choice.server), 1U) << client << " again against " << choice.server;
      if (servers.empty()) {
        servers = open[choice.kind];
      }
    }
  }
  for (const auto& [client, spread] : Spread(fleet)) {
    EXPECT_GE(spread.first, 1) << client.first;
    EXPECT_LE(spread.second - spread.first, 1) << client.first;
  }
}

TEST(MeshTest, KindsTakeTurns) {
  Fleet fleet = Stairs(5);
  std::map<PairKind, int> kinds;
  for (int i = 0; i < 30; ++i) {
    ++kinds[fleet.Turn(GuestName(4, 1), Always).kind];
  }
  EXPECT_EQ(kinds[PairKind::kGuestHost], 10);
  EXPECT_EQ(kinds[PairKind::kGuestSameHost], 10);
  EXPECT_EQ(kinds[PairKind::kGuestOtherHost], 10);
  EXPECT_EQ(fleet.mesh().Count(PairKind::kGuestHost), 10U);
  EXPECT_EQ(fleet.mesh().Count(PairKind::kHostHost), 0U);
}

TEST(MeshTest, AYoungFleetSeesAllKinds) {
  Fleet fleet = Stairs(6);
  for (const std::string& client : fleet.Clients()) {
    fleet.Turn(client, Always);
  }
  for (const PairKind kind : kAllKinds) {
    EXPECT_GE(fleet.mesh().Count(kind), 3U) << static_cast<int>(kind);
  }
}

TEST(MeshTest, AKindThatWasOutOfReachDoesNotTakeOver) {
  Fleet fleet;
  fleet.Put("g1", "h1", false);
  fleet.Put("g2", "h1", false);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(fleet.Turn("g1", Always).kind, PairKind::kGuestSameHost);
  }
  fleet.Put("h1", "h1", true);
  int host_turns = 0;
  for (int i = 0; i < 20; ++i) {
    host_turns += fleet.Turn("g1", Always).kind == PairKind::kGuestHost ? 1 : 0;
  }
  EXPECT_GE(host_turns, 10);
  EXPECT_LE(host_turns, 12);
}

TEST(MeshTest, ClientsDifferInTheirOrder) {
  Fleet fleet;
  for (int host = 0; host < 100; ++host) {
    fleet.Put(HostName(host), HostName(host), true);
  }
  std::map<std::string, int> first;
  for (const std::string& client : fleet.Clients()) {
    ++first[fleet.Turn(client, Always).server];
  }
  EXPECT_GE(first.size(), 50U);
  for (const auto& [server, count] : first) {
    EXPECT_LE(count, 4) << server;
  }
}

TEST(MeshTest, PairsOfHostsAreCoveredBeforePairsOfGuests) {
  Fleet fleet;
  for (int host = 0; host < 10; ++host) {
    for (int guest = 0; guest < 5; ++guest) {
      fleet.Put(GuestName(host, guest), HostName(host), false);
    }
  }
  std::map<std::string, int> hosts;
  for (int i = 0; i < 18; ++i) {
    const Mesh::Choice choice = fleet.Turn(GuestName(0, 0), Always);
    if (choice.kind == PairKind::kGuestOtherHost) {
      ++hosts[choice.server.substr(0, 2)];
    }
  }
  EXPECT_EQ(hosts.size(), 9U);
}

TEST(MeshTest, WhoWasSkippedComesFirst) {
  Fleet fleet;
  for (int host = 0; host < 5; ++host) {
    fleet.Put(HostName(host), HostName(host), true);
  }
  const std::string wanted = fleet.mesh().Next("h0", Always).server;
  const auto without = [&](const std::string& host) { return host != wanted; };
  EXPECT_NE(fleet.Turn("h0", without).server, wanted);
  EXPECT_NE(fleet.Turn("h0", without).server, wanted);
  EXPECT_EQ(fleet.Turn("h0", Always).server, wanted);
  std::set<std::string> servers;
  for (int i = 0; i < 5; ++i) {
    servers.insert(fleet.Turn("h0", Always).server);
  }
  for (const auto& [client, spread] : Spread(fleet)) {
    if (client.first == "h0") {
      EXPECT_EQ(spread, std::pair(2, 2));
    }
  }
}

TEST(MeshTest, BusyHostsStayEven) {
  Fleet fleet = Stairs(9);
  std::mt19937 random(7);
  std::map<std::string, int> turns;
  for (int i = 0; i < 200; ++i) {
    for (const std::string& client : fleet.Clients()) {
      std::map<std::string, bool> free;
      const auto is_free = [&](const std::string& host) {
        return free.try_emplace(host, random() % 10 < 6).first->second;
      };
      turns[client] += fleet.Turn(client, is_free).server.empty() ? 0 : 1;
    }
  }
  for (const auto& [client, spread] : Spread(fleet)) {
    EXPECT_GE(spread.first, 1) << client.first << " starves";
    EXPECT_LE(spread.second - spread.first, 2) << client.first;
  }
  for (const auto& [client, count] : turns) {
    EXPECT_GE(count, 190) << client;
  }
}

TEST(MeshTest, NearlyAlwaysBusyHostsStarveNobody) {
  Fleet fleet;
  for (int host = 0; host < 40; ++host) {
    fleet.Put(HostName(host), HostName(host), true);
  }
  std::mt19937 random(11);
  for (int i = 0; i < 4000; ++i) {
    fleet.Turn("h0", [&](const std::string& /*host*/) { return random() % 20 == 0; });
  }
  const std::pair<int, int> spread = Spread(fleet).at({"h0", PairKind::kHostHost});
  EXPECT_GE(spread.first, 2 * spread.second / 3) << spread.second;
}

TEST(MeshTest, HostsOutOfReachHoldNobodyUp) {
  Fleet fleet;
  for (int host = 0; host < 100; ++host) {
    fleet.Put(HostName(host), HostName(host), true);
  }
  // A third is away for good, in one block of the ring.
  const auto is_there = [](const std::string& host) { return std::stoi(host.substr(1)) % 3 != 0; };
  for (int i = 0; i < 300; ++i) {
    ASSERT_NE(fleet.Turn("h1", is_there).server, "") << i;
  }
  for (int host = 0; host < 100; ++host) {
    if (host != 1 && host % 3 != 0) {
      const int count = fleet.Count({PairKind::kHostHost, "h1", HostName(host)});
      EXPECT_GE(count, 4) << host;
      EXPECT_LE(count, 5) << host;
    }
  }
}

TEST(MeshTest, AGuestThatMovesMeetsItsNewSiblings) {
  Fleet fleet = Stairs(4);
  for (int i = 0; i < 12; ++i) {
    fleet.Turn(GuestName(3, 0), Always);
  }
  fleet.Put(GuestName(3, 0), "h2", false);
  std::map<PairKind, std::set<std::string>> servers;
  for (int i = 0; i < 30; ++i) {
    const Mesh::Choice choice = fleet.Turn(GuestName(3, 0), Always);
    servers[choice.kind].insert(choice.server);
  }
  EXPECT_EQ(servers[PairKind::kGuestSameHost], (std::set<std::string>{"h2g0", "h2g1"}));
  EXPECT_EQ(servers[PairKind::kGuestOtherHost], (std::set<std::string>{"h1g0", "h3g1", "h3g2"}));
  EXPECT_EQ(servers[PairKind::kGuestHost], (std::set<std::string>{"h0", "h1", "h2", "h3"}));
}

TEST(MeshTest, AClientThatIsNoServerForAWhileGoesOnWhereItWas) {
  Fleet fleet = Stairs(6);
  std::set<std::string> guests;
  for (int i = 0; i < 28; ++i) {
    const Mesh::Choice choice = fleet.Turn(GuestName(1, 0), Always);
    if (choice.kind == PairKind::kGuestOtherHost) {
      EXPECT_TRUE(guests.insert(choice.server).second) << choice.server;
    }
    fleet.Put(GuestName(1, 0), "h1", false, false);
    fleet.Put(GuestName(1, 0), "h1", false, true);
  }
  EXPECT_EQ(guests.size(), 14U);
}

TEST(MeshTest, AServerThatLeavesDuringATurnLeavesNoTrace) {
  Mesh mesh;
  for (const char* host : {"h1", "h2", "h3"}) {
    mesh.Put(host, host, true, true);
  }
  const Mesh::Choice choice = mesh.Next("h1", Always);
  mesh.Remove(choice.server);
  mesh.Done("h1", choice);
  const Mesh::Choice other = mesh.Next("h1", Always);
  EXPECT_NE(other.server, choice.server);
  EXPECT_NE(other.server, "");
  mesh.Remove("h1");
  mesh.Done("h1", other);
  EXPECT_EQ(mesh.Count(PairKind::kHostHost), 2U);
}

/// Comes, goes, moves, and takes turns at random.
void Disturb(Fleet& fleet, std::mt19937& random, int events) {
  for (int i = 0; i < events; ++i) {
    const int host = static_cast<int>(random() % 8);
    const int guest = static_cast<int>(random() % 6);
    switch (random() % 8) {
      case 0:
        fleet.Remove(GuestName(host, guest));
        break;
      case 1:
        fleet.Put(GuestName(host, guest), HostName(static_cast<int>(random() % 8)), false);
        break;
      case 2:
        fleet.Put(HostName(host), HostName(host), true, random() % 4 != 0);
        break;
      case 3:
        fleet.Remove(HostName(host));
        break;
      default: {
        const std::vector<std::string> clients = fleet.Clients();
        if (!clients.empty()) {
          fleet.Turn(clients[random() % clients.size()],
                     [&](const std::string& /*name*/) { return random() % 2 == 0; });
        }
      }
    }
  }
}

TEST(MeshTest, ChoicesStayRightWhileNodesComeAndGo) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Fleet fleet;
    Disturb(fleet, random, 3000);
    // Whoever is there when it gets calm is reached within one pass of the longest kind.
    std::map<Pair, int> before;
    const std::set<Pair> possible = fleet.Possible();
    for (const Pair& pair : possible) {
      before[pair] = fleet.Count(pair);
    }
    for (size_t i = 0; i < 4 * (fleet.Clients().size() + Mesh::kMostOwed); ++i) {
      for (const std::string& client : fleet.Clients()) {
        fleet.Turn(client, Always);
      }
    }
    for (const Pair& pair : possible) {
      EXPECT_GT(fleet.Count(pair), before[pair])
          << "seed " << seed << ": " << std::get<1>(pair) << " to " << std::get<2>(pair);
    }
  }
}

/// The greatest number of questions that one call asks when nobody is free.
size_t MostAsked(const Mesh& mesh, const std::vector<std::string>& clients) {
  size_t most = 0;
  for (const std::string& client : clients) {
    size_t asked = 0;
    EXPECT_EQ(mesh.Next(client,
                        [&](const std::string& /*host*/) {
                          ++asked;
                          return false;
                        })
                  .server.substr(0, 1),
              client.find('g') == std::string::npos ? "" : "h");
    most = std::max(most, asked);
  }
  return most;
}

TEST(MeshTest, AskLittleOfALargeFleet) {
  Mesh mesh;
  std::vector<std::string> clients;
  for (int host = 0; host < 1000; ++host) {
    mesh.Put(HostName(host), HostName(host), true, true);
    clients.push_back(HostName(host));
    for (int guest = 0; guest < 20; ++guest) {
      mesh.Put(GuestName(host, guest), HostName(host), false, true);
      clients.push_back(GuestName(host, guest));
    }
  }
  std::mt19937 random(3);
  for (int i = 0; i < 5; ++i) {
    for (const std::string& client : clients) {
      mesh.Done(client,
                mesh.Next(client, [&](const std::string& /*host*/) { return random() % 4 == 0; }));
    }
  }
  EXPECT_GE(MostAsked(mesh, clients), 16U);
  EXPECT_LE(MostAsked(mesh, clients), Mesh::kMostAsked);
}

TEST(MeshTest, OneHostWithAllGuestsIsSteppedOver) {
  Mesh mesh;
  std::set<std::string> others = {"other1", "other2"};
  for (int guest = 0; guest < 20000; ++guest) {
    mesh.Put(GuestName(0, guest), "h0", false, true);
  }
  for (const std::string& other : others) {
    mesh.Put(other, "host of " + other, false, true);
  }
  // Would take minutes if each turn walked past 20,000 siblings.
  std::map<std::string, int> servers;
  for (int i = 0; i < 20000; ++i) {
    for (const int guest : {0, 7, 19999}) {
      const Mesh::Choice choice = mesh.Next(GuestName(0, guest), Always);
      if (choice.kind == PairKind::kGuestOtherHost) {
        ++servers[choice.server];
      }
      mesh.Done(GuestName(0, guest), choice);
    }
  }
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_NEAR(servers["other1"], servers["other2"], 3);
}

}  // namespace
}  // namespace hypergauge::aggregator
