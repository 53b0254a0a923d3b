#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/store/store.h"

namespace hypergauge::aggregator {

/// Writes epochs, and keeps those that the store could not take until the next one of the node or
/// the next Retry. They reach the store in the order of their beginnings: one that is told to have
/// failed after a later one was stored is lost, with a line in the log, as is what an aggregator
/// still keeps when it ends. Threads: any, but calls for one node one after the other.
template <typename Epoch>
class EpochWriter {
 public:
  using Put = std::function<void(const std::string& node_id, Epoch epoch, Store::NodeDone done)>;

  /// Of one node; the oldest ones beyond are lost.
  static constexpr size_t kMostKept = 64;

  /// `put`: Store's, which may answer when this is gone.
  explicit EpochWriter(Put put) : put_(std::move(put)), mutex_(std::make_shared<std::mutex>()) {}

  void Write(const std::string& node_id, Epoch epoch) {
    const auto node = NodeOf(node_id);
    {
      const std::lock_guard lock(*mutex_);
      Keep(*node, std::move(epoch));
    }
    PutAll(node_id, node);
  }

  /// Writes again what was kept.
  void Retry() {
    std::map<std::string, std::shared_ptr<Node>> nodes;
    {
      const std::lock_guard lock(*mutex_);
      nodes = nodes_;
    }
    for (const auto& [node_id, node] : nodes) PutAll(node_id, node);
  }

  /// What was kept of the node is lost, also what fails yet.
  void Forget(const std::string& node_id) {
    const std::lock_guard lock(*mutex_);
    nodes_.erase(node_id);
  }

 private:
  struct Node {
    std::map<int64_t, Epoch> unwritten;  // by their beginnings
    int64_t written_until = 0;           // the beginning of the last one that is stored
  };

  std::shared_ptr<Node> NodeOf(const std::string& node_id) {
    const std::lock_guard lock(*mutex_);
    auto& node = nodes_[node_id];
    if (node == nullptr) node = std::make_shared<Node>();
    return node;
  }

  static void Keep(Node& node, Epoch epoch) {
    const int64_t began = epoch.began_unix_nanos();
    node.unwritten[began] = std::move(epoch);
    if (node.unwritten.size() > kMostKept) node.unwritten.erase(node.unwritten.begin());
  }

  void PutAll(const std::string& node_id, const std::shared_ptr<Node>& node) {
    std::map<int64_t, Epoch> epochs;
    {
      const std::lock_guard lock(*mutex_);
      epochs.swap(node->unwritten);
    }
    for (const auto& [began, epoch] : epochs) {
      // Weak: what fails after the node was forgotten is nobody's.
      put_(node_id, epoch,
           [mutex = mutex_, weak = std::weak_ptr<Node>(node), epoch = epoch](const auto& stored) {
             const std::lock_guard lock(*mutex);
             if (const auto told = weak.lock()) Told(*told, epoch, stored);
           });
    }
  }

  static void Told(Node& node, const Epoch& epoch, const Result<void>& stored) {
    if (stored) {
      node.written_until = epoch.began_unix_nanos();
    } else if (epoch.began_unix_nanos() < node.written_until) {
      spdlog::error("epoch lost: {}", stored.error().message);
    } else {
      spdlog::error("epoch not stored yet: {}", stored.error().message);
      Keep(node, epoch);
    }
  }

  const Put put_;
  const std::shared_ptr<std::mutex> mutex_;             // guards nodes_ and what they point to
  std::map<std::string, std::shared_ptr<Node>> nodes_;  // by node_id
};

}  // namespace hypergauge::aggregator
