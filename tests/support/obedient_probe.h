#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "hypergauge/v1/session.grpc.pb.h"

namespace hypergauge::testing {

/// Many probes that give each lease back as soon as they have it, on gRPC's own threads, and what
/// they saw: whether two of a host ever held leases at once. That is known for certain: a probe
/// lets go of its host before it sends the end of its lease, without which the aggregator can know
/// of no right to grant another.
class ObedientProbes {
 public:
  /// Streams share `channels` connections.
  ObedientProbes(const std::string& address, int channels);
  ~ObedientProbes();
  ObedientProbes(const ObedientProbes&) = delete;
  ObedientProbes& operator=(const ObedientProbes&) = delete;

  /// Begins a stream, and waits for nothing. `host`: the physical machine that the node is on.
  void Connect(const v1::Hello& hello, const std::string& host);

  /// What all of them saw until now.
  struct Seen {
    size_t welcomed = 0;
    std::map<std::string, int> leases;  ///< by node_id
    std::set<uint64_t> tokens;
    std::vector<std::string> broken;  ///< what must not be, in words
  };
  /// Waits until it is so, or the limit is over; the last state of things.
  [[nodiscard]] Seen WaitUntil(const std::function<bool(const Seen&)>& is_so,
                               std::chrono::seconds limit);

 private:
  class Stream;

  void Welcomed();
  void Take(const std::string& node_id, const std::string& host, const v1::Lease& lease);
  void GiveBack(const std::string& host);
  void Broke(const std::string& what);

  std::vector<std::unique_ptr<v1::ProbeService::Stub>> stubs_;
  std::mutex mutex_;  // guards seen_, holders_ and stopping_
  std::condition_variable changed_;
  Seen seen_;
  std::map<std::string, std::string> holders_;  // host to node_id
  bool stopping_ = false;
  std::deque<std::unique_ptr<Stream>> streams_;
};

}  // namespace hypergauge::testing
