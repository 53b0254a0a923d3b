#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// The way to one connected probe.
class SessionLink {
 public:
  virtual ~SessionLink() = default;

  /// Queues a message; dropped when the stream has ended meanwhile.
  virtual void Send(const v1::AggregatorMessage& message) = 0;

  /// Ends the stream because another one of the same node took over.
  virtual void Supersede() = 0;

  /// Asks the probe whether it is still there. Called once: with true when it says so, with false
  /// when the stream ends; never when neither happens.
  virtual void AskPresence(std::function<void(bool there)> answer) = 0;

  /// Ends the stream because the aggregator stops.
  virtual void Stop() = 0;
};

/// All connected probes by node_id. Threads: any.
class Sessions {
 public:
  /// An older stream of the same node is superseded. Refused (false) after StopAll.
  [[nodiscard]] bool Add(const std::string& node_id, const std::shared_ptr<SessionLink>& link);

  /// True when `link` was the node's current stream.
  bool Remove(const std::string& node_id, const SessionLink* link);

  [[nodiscard]] bool Contains(const std::string& node_id) const;

  /// The node's current stream; null where there is none.
  [[nodiscard]] std::shared_ptr<SessionLink> Find(const std::string& node_id) const;

  /// False when the node is not connected.
  [[nodiscard]] bool Send(const std::string& node_id, const v1::AggregatorMessage& message) const;

  void StopAll();

  [[nodiscard]] size_t count() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SessionLink>> links_;
  bool stopped_ = false;
};

}  // namespace hypergauge::aggregator
