#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What nodes say of themselves and of each other, and who is meant by it.
namespace hypergauge::aggregator {

/// How much a host's word is worth; of several hosts the one with the best word has the guest.
enum class Strength {
  kNone,
  kHint,      ///< "hint:", what may be older than the guest's last move
  kIncoming,  ///< "incoming:", a guest that may not have arrived yet
  kMac,       ///< "mac:", a network card that runs there
  kUuid,      ///< "uuid:", a machine that runs there
};

/// What one node says. Digests are those of hypergauge.v1.Placement, with their kind in front;
/// kinds that are not known say nothing.
struct NodeClaims {
  std::string node_id;
  std::string label;  ///< of all nodes only this one has it
  std::string name;   ///< of NodeIdentity; others may have it too
  std::string declared_host;
  std::string reported_host;
  std::vector<std::string> own_digests;
  std::vector<std::string> guest_digests;
  bool connected = false;
};

/// The claims of all nodes, found by digest and by name. Not for several threads.
class ClaimIndex {
 public:
  using NodeIds = std::set<std::string, std::less<>>;

  /// What hosts say about a node.
  struct Claimants {
    std::map<std::string, Strength> hosts;  ///< node_id of each, with its best word
    std::string twin;  ///< another node that has an identity of this one, which a host claims
  };

  /// Replaces what the node said. Returns the other nodes for which that may make a difference.
  NodeIds Put(NodeClaims claims);
  NodeIds Remove(const std::string& node_id);

  /// Null for unknown nodes.
  [[nodiscard]] const NodeClaims* Find(const std::string& node_id) const;

  /// An identity that two connected nodes have says nothing of either; of a node that left nothing
  /// that it shares with another. A node never is its own host.
  [[nodiscard]] Claimants ClaimantsOf(const NodeClaims& node) const;

  /// The node_id of the one that people call `name`: by its label, else by its name where only one
  /// has it. Never `except`. Empty where there is none.
  [[nodiscard]] std::string Called(const std::string& name, const std::string& except) const;

  /// The same for names that a hypervisor tells: letters of any case, with or without a domain.
  [[nodiscard]] std::string CalledLoosely(const std::string& name, const std::string& except) const;

 private:
  void Add(const NodeClaims& claims);
  void Drop(const NodeClaims& claims);
  void AddConcerned(const NodeClaims& claims, NodeIds& concerned) const;
  [[nodiscard]] bool HasTwin(const std::string& digest, const NodeClaims& node,
                             std::string& twin) const;

  std::map<std::string, NodeClaims> nodes_;             // by node_id
  std::map<std::string, NodeIds, std::less<>> owners_;  // by digest without its kind
  std::map<std::string, std::map<std::string, Strength>, std::less<>> claimants_;  // the same
  std::map<std::string, NodeIds> called_;                                          // by loose name
  std::map<std::string, NodeIds> wanted_;  // who names a host that is called so loosely
};

}  // namespace hypergauge::aggregator
