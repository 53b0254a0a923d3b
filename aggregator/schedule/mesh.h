#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "aggregator/schedule/types.h"

/// Which pairs of nodes measure the network between them. A pure state machine.
///
/// Kinds of pairs take turns: host to host, guest to host, guest to guest on one host, guest to
/// guest on another host. Inside of a kind each client goes through its possible servers in a fixed
/// order that differs from client to client, so that after one pass every pair was measured once
/// and at any time no two pairs of a kind differ by more than what was out of reach; servers that
/// were skipped because they were busy come first when they are free.
namespace hypergauge::aggregator {

enum class PairKind { kHostHost = 0, kGuestHost = 1, kGuestSameHost = 2, kGuestOtherHost = 3 };
inline constexpr int kPairKinds = 4;

class Mesh {
 public:
  /// A node that may be a client, and a server where `answers`. Replaces what was known of it.
  void Put(const std::string& node_id, const std::string& host, bool is_host, bool answers);
  void Remove(const std::string& node_id);

  struct Choice {
    std::string server;  ///< node_id; empty where none is free
    PairKind kind = PairKind::kHostHost;
  };
  /// The server that is next for the client. `is_free(host)`: whether that host can be locked now;
  /// asked for a bounded number of candidates. Changes nothing.
  [[nodiscard]] Choice Next(const std::string& client,
                            const std::function<bool(const std::string& host)>& is_free) const;
  /// The pair was measured, or the client's turn with it is over.
  void Done(const std::string& client, const Choice& choice);

  /// How often each kind was measured.
  [[nodiscard]] uint64_t Count(PairKind kind) const;

 private:
  // To be filled in.
};

}  // namespace hypergauge::aggregator
