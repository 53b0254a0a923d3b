#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/schedule/types.h"

/// Which pairs of nodes measure the network between them. A pure state machine.
///
/// Kinds of pairs take turns: host to host, guest to host, guest to guest on one host, guest to
/// guest on another host. Inside of a kind each client goes through its possible servers in a fixed
/// order that differs from client to client, so that after one pass every pair was measured once
/// and at any time no two pairs of a kind differ by more than what was out of reach; servers that
/// were skipped because they were busy come first when they are free.
///
/// The order is a ring: the first servers of all hosts, then the second ones, and so on, because a
/// large fleet takes years for a pass, and this way the pairs of hosts are covered long before.
namespace hypergauge::aggregator {

enum class PairKind { kHostHost = 0, kGuestHost = 1, kGuestSameHost = 2, kGuestOtherHost = 3 };
inline constexpr int kPairKinds = 4;

class Mesh {
 public:
  /// A skipped server is owed its turn. A client that is owed more forgets the oldest until its
  /// ring comes by again, so that hosts which are out of reach for days hold nobody up.
  static constexpr size_t kMostOwed = 16;
  /// How far a client looks ahead in its ring for a server that is free.
  static constexpr size_t kMostAhead = 16;
  /// How often one call of Next may ask whether a host is free.
  static constexpr size_t kMostAsked = 2 * (kMostOwed + kMostAhead);

  Mesh() = default;
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;
  Mesh(Mesh&&) = default;
  Mesh& operator=(Mesh&&) = default;

  /// Clients begin so many turns further on, so that a mesh that is made anew goes on about where
  /// the last one was. Before all others.
  void StartAt(uint64_t turn) { started_at_ = turn; }

  /// A node that may be a client, and a server where `answers`. Replaces what was known of it.
  void Put(const std::string& node_id, const std::string& host, bool is_host, bool answers);
  void Remove(const std::string& node_id);

  struct Choice {
    std::string server;  ///< node_id; empty where none is free
    PairKind kind = PairKind::kHostHost;
  };
  /// The server that is next for the client; none for a client that is not known. `is_free(host)`:
  /// whether that host can be locked now; asked for a bounded number of candidates, and never for
  /// the client's own host, which is taken for free. Changes nothing.
  [[nodiscard]] Choice Next(const std::string& client,
                            const std::function<bool(const std::string& host)>& is_free) const;
  /// The pair was measured, or the client's turn with it is over. Nothing for an empty choice.
  void Done(const std::string& client, const Choice& choice);

  /// How often each kind was measured.
  [[nodiscard]] uint64_t Count(PairKind kind) const;

 private:
  // A server's place in its ring. The rows of a host have no gaps, so that a row holds no host that
  // the row before has not: that is what lets a client step over its own host at once.
  struct Place {
    uint32_t row = 0;
    uint64_t host = 0;  // Host::number
    friend bool operator==(const Place&, const Place&) = default;
    friend bool operator<(const Place& a, const Place& b) {
      return a.row != b.row ? a.row < b.row : a.host < b.host;
    }
  };
  // How far a client is with one kind.
  struct Lap {
    bool begun = false;
    Place last;
    std::vector<Place> owed;  // oldest first
    uint64_t turns = 0;
  };
  struct Host;
  using NamedHost = std::pair<const std::string, Host>;
  struct Node {
    uint64_t number = 0;
    NamedHost* host = nullptr;
    bool is_host = false;
    bool answers = false;
    uint32_t row = 0;  // of those that answer
    std::array<Lap, kPairKinds> laps;
  };
  using NamedNode = std::pair<const std::string, Node>;
  struct Host {
    uint64_t number = 0;
    size_t nodes = 0;
    std::array<std::vector<NamedNode*>, 2> rows;  // by Node::is_host; those that answer
  };
  using Ring = std::map<Place, NamedNode*>;
  using IsFree = std::function<bool(const std::string&)>;

  void Join(NamedNode* node, const std::string& host, bool is_host, bool answers);
  void Leave(NamedNode* node);

  [[nodiscard]] const Ring& RingOf(PairKind kind) const;
  [[nodiscard]] Place Begin(const Node& client, PairKind kind) const;
  // Who is behind the place for the client, and moves it there; nullptr where there is nobody.
  [[nodiscard]] const NamedNode* After(const Node& client, PairKind kind, Place& place) const;
  [[nodiscard]] static const NamedNode* AfterOnHost(const Node& client, Place& place);
  [[nodiscard]] const NamedNode* At(const Node& client, PairKind kind, const Place& place) const;
  [[nodiscard]] const NamedNode* Pick(const Node& client, PairKind kind,
                                      const IsFree& is_free) const;
  void Advance(Node& client, PairKind kind, const Node& server);

  std::unordered_map<std::string, Host> hosts_;
  std::unordered_map<std::string, Node> nodes_;
  std::array<Ring, 2> rings_;  // of guests, of hosts
  uint64_t started_at_ = 0;
  uint64_t host_numbers_ = 0;
  uint64_t node_numbers_ = 0;
  std::array<uint64_t, kPairKinds> counts_{};
};

}  // namespace hypergauge::aggregator
