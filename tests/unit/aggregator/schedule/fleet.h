#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/schedule/schedule.h"

/// Nodes that take what a Schedule gives them, on a clock that the test moves. In a namespace of
/// its own, because the aggregator has a Fleet too.
namespace hypergauge::aggregator::scheduled {

inline constexpr Time kStart = std::chrono::hours(500'000);

/// Everything is off that a test does not ask for.
inline ScheduleOptions PlainOptions() {
  ScheduleOptions options;
  options.mesh.interval = {};
  options.offline.period = {};
  return options;
}

inline BenchmarkSet Benchmarks(std::vector<BenchmarkFacts> facts) {
  return std::make_shared<const std::vector<BenchmarkFacts>>(std::move(facts));
}

/// A disk and a CPU benchmark of the core, a network one, and others that take turns.
inline BenchmarkSet UsualBenchmarks() {
  static const auto kSet = Benchmarks({
      {"cpu_core", "cpu", {"light", "standard"}, true, kCpu, 0},
      {"cpu_other0", "cpu", {"light", "standard"}, false, kCpu, 0},
      {"cpu_other1", "cpu", {"light", "standard"}, false, kCpu, 0},
      {"cpu_other2", "cpu", {"light", "standard"}, false, kCpu, 0},
      {"cpu_other3", "cpu", {"light", "standard"}, false, kCpu, 0},
      {"disk_core", "disk", {"light", "standard"}, true, kDisk, 0},
      {"network_core", "network", {"light", "standard"}, true, kNic | kUplink, 1000},
  });
  return kSet;
}

inline NodeFacts Guest(const std::string& node_id, const std::string& host) {
  NodeFacts facts;
  facts.node_id = node_id;
  facts.host = host;
  facts.benchmarks = UsualBenchmarks();
  return facts;
}

inline NodeFacts Host(const std::string& node_id, const std::string& host) {
  NodeFacts facts = Guest(node_id, host);
  facts.is_host = true;
  return facts;
}

inline bool Meet(const Grant& a, const Grant& b) {
  return std::any_of(a.locks.begin(), a.locks.end(), [&](const HostLock& one) {
    return std::any_of(b.locks.begin(), b.locks.end(), [&](const HostLock& other) {
      const bool exclusive =
          a.lock_class == LockClass::kExclusive || b.lock_class == LockClass::kExclusive;
      const bool background =
          a.lock_class == LockClass::kBackground && b.lock_class == LockClass::kBackground;
      return one.host == other.host &&
             (exclusive || (!background && (one.resources & other.resources) != 0));
    });
  });
}

struct Answer {
  Time after = std::chrono::seconds(20);
  LeaseOutcome outcome = LeaseOutcome::kCompleted;
  std::string cause;
};

class Fleet {
 public:
  explicit Fleet(ScheduleOptions options = PlainOptions()) : schedule(std::move(options)) {}

  void Connect(NodeFacts facts) { schedule.Connect(std::move(facts), nullptr, now); }

  /// What is to be done now; grants are measured from here on.
  Actions Act() {
    auto actions = schedule.Act(now);
    for (const auto& over : actions.closed) out.erase(over.lease_id);
    for (const auto& grant : actions.grants) {
      grants.push_back(grant);
      out[grant.lease_id] = {grant, answer(grant)};
    }
    closed.insert(closed.end(), actions.closed.begin(), actions.closed.end());
    revocations.insert(revocations.end(), actions.revocations.begin(), actions.revocations.end());
    return actions;
  }

  /// Lets time pass; each lease is given back as `answer` says, unless that is after its end.
  void RunUntil(Time until) {
    while (true) {
      Act();
      Time next = std::min(until, schedule.NextWake(now));
      for (const auto& [lease_id, lease] : out) {
        next = std::min(next, lease.grant.start + lease.answer.after);
      }
      now = std::max(now, next);
      GiveBack();
      if (now >= until && schedule.NextWake(now) > now) return;
    }
  }
  void RunFor(Time length) { RunUntil(now + length); }

  /// node_ids of the grants since the last call, with the pass: "g1/2".
  std::vector<std::string> Turns() {
    std::vector<std::string> turns;
    for (; told_ < grants.size(); ++told_) {
      turns.push_back(grants[told_].node_id + "/" + std::to_string(grants[told_].pass));
    }
    return turns;
  }

  struct Out {
    Grant grant;
    Answer answer;
  };

  Schedule schedule;
  Time now = kStart;
  std::function<Answer(const Grant&)> answer = [](const Grant&) { return Answer{}; };
  std::map<std::string, Out> out;  ///< by lease_id
  std::vector<Grant> grants;
  std::vector<Closed> closed;
  std::vector<Revocation> revocations;

 private:
  void GiveBack() {
    for (auto lease = out.begin(); lease != out.end();) {
      const auto& [grant, given] = lease->second;
      if (grant.start + given.after > now) {
        ++lease;
        continue;
      }
      (void)schedule.End(grant.node_id, grant.lease_id, given.outcome, given.cause, now);
      lease = out.erase(lease);
    }
  }

  size_t told_ = 0;
};

}  // namespace hypergauge::aggregator::scheduled
