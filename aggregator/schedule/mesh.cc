#include "aggregator/schedule/mesh.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

constexpr size_t IndexOf(PairKind kind) {
  return static_cast<size_t>(kind);
}

// A kind that was out of reach for long makes up for so many turns, not for all.
constexpr uint64_t kMostTurnsBehind = 4;

bool IsElsewhere(PairKind kind) {
  return kind == PairKind::kHostHost || kind == PairKind::kGuestOtherHost;
}

std::vector<PairKind> KindsOf(bool is_host, uint64_t number) {
  if (is_host) {
    return {PairKind::kHostHost};
  }
  std::vector<PairKind> kinds = {PairKind::kGuestHost, PairKind::kGuestSameHost,
                                 PairKind::kGuestOtherHost};
  // Clients begin with different kinds, so that a young fleet has seen all of them.
  std::rotate(kinds.begin(), kinds.begin() + static_cast<int>(number % kinds.size()), kinds.end());
  return kinds;
}

// Spreads consecutive numbers over the whole range (Fibonacci hashing).
uint64_t Scatter(uint64_t number) {
  return (number * 0x9E3779B97F4A7C15U) >> 32U;
}

}  // namespace

void Mesh::Put(const std::string& node_id, const std::string& host, bool is_host, bool answers) {
  auto [found, is_new] = nodes_.try_emplace(node_id);
  Node& node = found->second;
  if (is_new) {
    node.number = node_numbers_++;
  } else if (node.host->first == host && node.is_host == is_host && node.answers == answers) {
    return;
  } else {
    if (node.host->first != host) {
      Lap& siblings = node.laps[IndexOf(PairKind::kGuestSameHost)];
      siblings.begun = false;
      siblings.owed.clear();
    }
    Leave(&*found);
  }
  Join(&*found, host, is_host, answers);
}

void Mesh::Remove(const std::string& node_id) {
  const auto found = nodes_.find(node_id);
  if (found != nodes_.end()) {
    Leave(&*found);
    nodes_.erase(found);
  }
}

void Mesh::Join(NamedNode* node, const std::string& host, bool is_host, bool answers) {
  auto [found, is_new] = hosts_.try_emplace(host);
  if (is_new) {
    found->second.number = host_numbers_++;
  }
  ++found->second.nodes;
  Node& facts = node->second;
  facts.host = &*found;
  facts.is_host = is_host;
  facts.answers = answers;
  if (answers) {
    auto& rows = found->second.rows.at(is_host ? 1 : 0);
    facts.row = static_cast<uint32_t>(rows.size());
    rows.push_back(node);
    rings_.at(is_host ? 1 : 0)[{facts.row, found->second.number}] = node;
  }
}

void Mesh::Leave(NamedNode* node) {
  const Node& facts = node->second;
  Host& host = facts.host->second;
  if (facts.answers) {
    auto& rows = host.rows.at(facts.is_host ? 1 : 0);
    Ring& ring = rings_.at(facts.is_host ? 1 : 0);
    NamedNode* last = rows.back();
    rows[facts.row] = last;
    ring[{facts.row, host.number}] = last;
    ring.erase({last->second.row, host.number});
    rows.pop_back();
    last->second.row = facts.row;
  }
  if (--host.nodes == 0) {
    hosts_.erase(facts.host->first);
  }
}

const Mesh::Ring& Mesh::RingOf(PairKind kind) const {
  return rings_.at(kind == PairKind::kHostHost || kind == PairKind::kGuestHost ? 1 : 0);
}

Mesh::Place Mesh::Begin(const Node& client, PairKind kind) const {
  // The turns of before went to all of its kinds.
  const uint64_t ahead = started_at_ / KindsOf(client.is_host, 0).size();
  if (kind == PairKind::kGuestSameHost) {
    const uint64_t guests = std::max<uint64_t>(client.host->second.rows[0].size(), 1);
    return {.row = static_cast<uint32_t>((client.row + ahead) % guests),
            .host = client.host->second.number};
  }
  const uint64_t hosts = std::max<uint64_t>(host_numbers_, 1);
  const uint64_t host = Scatter(client.number) % hosts + ahead % hosts;
  const uint64_t first = kind == PairKind::kGuestOtherHost ? client.row : 0;
  const Ring& ring = RingOf(kind);
  const uint64_t rows = ring.empty() ? 1 : uint64_t{ring.rbegin()->first.row} + 1;
  return {.row = static_cast<uint32_t>((first + ahead / hosts + host / hosts) % rows),
          .host = host % hosts};
}

const Mesh::NamedNode* Mesh::AfterOnHost(const Node& client, Place& place) {
  const Host& host = client.host->second;
  const auto& guests = host.rows[0];
  // Oneself may be the next one, but not twice in a row.
  for (int i = 0; i < 2 && !guests.empty(); ++i) {
    const uint32_t next = place.row + 1;
    place = {.row = next < guests.size() ? next : 0, .host = host.number};
    if (&guests[place.row]->second != &client) {
      return guests[place.row];
    }
  }
  return nullptr;
}

const Mesh::NamedNode* Mesh::After(const Node& client, PairKind kind, Place& place) const {
  if (kind == PairKind::kGuestSameHost) {
    return AfterOnHost(client, place);
  }
  const Ring& ring = RingOf(kind);
  const bool elsewhere = IsElsewhere(kind);
  const uint64_t own = client.host->second.number;
  const auto is_out = [&](Ring::const_iterator at) {
    return at == ring.end() || (elsewhere && at->first.host == own);
  };
  // Where the own host follows upon itself it is alone in all further rows, hence the second look
  // goes to the first row; and where it does so there, nobody else is in the ring.
  auto at = ring.upper_bound(place);
  if (at != ring.end() && is_out(at)) {
    ++at;
  }
  if (is_out(at)) {
    at = ring.begin();
    if (at != ring.end() && is_out(at)) {
      ++at;
    }
  }
  if (is_out(at)) {
    return nullptr;
  }
  place = at->first;
  return at->second;
}

const Mesh::NamedNode* Mesh::At(const Node& client, PairKind kind, const Place& place) const {
  const auto found = RingOf(kind).find(place);
  if (found == RingOf(kind).end() || &found->second->second == &client) {
    return nullptr;
  }
  const bool is_own = place.host == client.host->second.number;
  return IsElsewhere(kind) && is_own ? nullptr : found->second;
}

const Mesh::NamedNode* Mesh::Pick(const Node& client, PairKind kind, const IsFree& is_free) const {
  const Lap& lap = client.laps.at(IndexOf(kind));
  const auto can_be_had = [&](const NamedNode* server) {
    return server->second.host == client.host || is_free(server->second.host->first);
  };
  for (const Place& place : lap.owed) {
    const NamedNode* server = At(client, kind, place);
    if (server != nullptr && can_be_had(server)) {
      return server;
    }
  }
  Place place = lap.begun ? lap.last : Begin(client, kind);
  const NamedNode* first = nullptr;
  for (size_t i = 0; i < kMostAhead; ++i) {
    const NamedNode* server = After(client, kind, place);
    if (server == nullptr || server == first) {
      break;
    }
    first = first == nullptr ? server : first;
    const bool was_asked = std::ranges::find(lap.owed, place) != lap.owed.end();
    if (!was_asked && can_be_had(server)) {
      return server;
    }
  }
  return nullptr;
}

Mesh::Choice Mesh::Next(const std::string& client, const IsFree& is_free) const {
  const auto found = nodes_.find(client);
  if (found == nodes_.end()) {
    return {};
  }
  const Node& node = found->second;
  std::vector<PairKind> kinds = KindsOf(node.is_host, node.number + started_at_);
  std::ranges::stable_sort(kinds, {},
                           [&](PairKind kind) { return node.laps.at(IndexOf(kind)).turns; });
  for (const PairKind kind : kinds) {
    if (const NamedNode* server = Pick(node, kind, is_free)) {
      return {.server = server->first, .kind = kind};
    }
  }
  return {};
}

void Mesh::Advance(Node& client, PairKind kind, const Node& server) {
  Lap& lap = client.laps.at(IndexOf(kind));
  const Place wanted = {.row = server.row, .host = server.host->second.number};
  if (std::erase(lap.owed, wanted) > 0) {
    return;
  }
  Place place = lap.begun ? lap.last : Begin(client, kind);
  std::vector<Place> skipped;
  // A server that has moved meanwhile is not found: the client goes on where it was.
  for (size_t i = 0; i < kMostAhead; ++i) {
    const NamedNode* passed = After(client, kind, place);
    if (passed == nullptr) {
      return;
    }
    if (&passed->second == &server) {
      lap.begun = true;
      lap.last = place;
      lap.owed.insert(lap.owed.end(), skipped.begin(), skipped.end());
      const size_t forgotten = lap.owed.size() - std::min(lap.owed.size(), kMostOwed);
      lap.owed.erase(lap.owed.begin(), lap.owed.begin() + static_cast<std::ptrdiff_t>(forgotten));
      return;
    }
    if (std::ranges::find(lap.owed, place) == lap.owed.end()) {
      skipped.push_back(place);
    }
  }
}

void Mesh::Done(const std::string& client, const Choice& choice) {
  if (choice.server.empty()) {
    return;
  }
  ++counts_.at(IndexOf(choice.kind));
  const auto found = nodes_.find(client);
  if (found == nodes_.end()) {
    return;
  }
  Node& node = found->second;
  Lap& lap = node.laps.at(IndexOf(choice.kind));
  ++lap.turns;
  for (Lap& other : node.laps) {
    other.turns = std::max(other.turns, lap.turns - std::min(lap.turns, kMostTurnsBehind));
  }
  std::erase_if(lap.owed,
                [&](const Place& place) { return At(node, choice.kind, place) == nullptr; });
  const auto server = nodes_.find(choice.server);
  if (server != nodes_.end() && server->second.answers) {
    Advance(node, choice.kind, server->second);
  }
}

uint64_t Mesh::Count(PairKind kind) const {
  return counts_.at(IndexOf(kind));
}

}  // namespace hypergauge::aggregator
