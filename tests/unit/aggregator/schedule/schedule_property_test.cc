#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/unit/aggregator/schedule/fleet.h"

/// Whatever happens in whatever order: leases that must not meet never do, unless they were out
/// when their node moved or came with them; tokens rise; nobody gets a lease who is not there.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

ScheduleOptions AllAtOnce(unsigned seed) {
  ScheduleOptions options;
  options.node_duty = 0.5;
  options.host_duty = 0.9;
  options.plans[0].interval = minutes(10);
  Plan disk;
  disk.name = "disk";
  disk.interval = minutes(30);
  disk.benchmarks = {"disk_core"};
  options.plans.push_back(disk);
  options.mesh.interval = minutes(40);
  options.ceilings.cpu_seconds = 2000;
  if (seed % 2 == 0) {
    options.classes = {{"cpu", LockClass::kNormal},
                       {"disk", LockClass::kNormal},
                       {"network", LockClass::kBackground}};
  }
  return options;
}

class World {
 public:
  explicit World(unsigned seed) : random_(seed), schedule_(AllAtOnce(seed)) {}

  void Step() {
    now_ += seconds(Draw(40));
    const std::string node = "n" + std::to_string(Draw(10));
    switch (Draw(12)) {
      case 0:
      case 1:
        Connect(node);
        break;
      case 2:
        schedule_.Disconnect(node, now_);
        there_.erase(node);
        break;
      case 3:
        Move(node);
        break;
      case 4:
        if (Draw(10) == 0) {
          schedule_.Forget(node, now_);
          there_.erase(node);
          hosts_.erase(node);
        }
        break;
      case 5:
        (void)schedule_.RunNow(node, "light", {}, now_);
        break;
      case 6:
        Pause();
        break;
      case 7:
        schedule_.Charge(HostOf(node), {static_cast<double>(Draw(100)), 1, 1}, now_);
        break;
      default:
        EndOne();
        break;
    }
    (void)schedule_.GiveSlot(node, now_);
    Act();
  }

  [[nodiscard]] int granted() const { return granted_; }

 private:
  struct Out {
    Grant grant;
  };

  unsigned Draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string HostOf(const std::string& node) {
    return hosts_.try_emplace(node, "host" + std::to_string(Draw(4))).first->second;
  }

  void Connect(const std::string& node) {
    NodeFacts facts = Guest(node, HostOf(node));
    facts.is_host = node == "n0";
    facts.wanted_interval = minutes(Draw(3) * 20);
    if (Draw(2) == 0) facts.responder = node + ":1";
    if (Draw(3) == 0) facts.peer = Draw(2) == 0 ? "outside:1" : "n1:1";
    const Out* held = nullptr;
    for (const auto& [lease_id, lease] : out_) {
      if (lease.grant.node_id == node) held = &lease;
    }
    if (held != nullptr && Draw(2) == 0) {
      const ActiveLease active{held->grant.lease_id, held->grant.fencing_token,
                               held->grant.end - now_};
      const bool was_there = schedule_.IsHeld(active.lease_id);
      std::erase_if(out_, [&](const auto& lease) {
        return lease.second.grant.node_id == node && lease.first != active.lease_id;
      });
      if (was_there) AddHost(out_.at(active.lease_id), facts.host);
      schedule_.Connect(facts, &active, now_);
    } else {
      std::erase_if(out_, [&](const auto& lease) { return lease.second.grant.node_id == node; });
      schedule_.Connect(facts, nullptr, now_);
    }
    there_.insert(node);
  }

  static void AddHost(Out& lease, const std::string& host) {
    auto& locks = lease.grant.locks;
    if (std::any_of(locks.begin(), locks.end(),
                    [&](const HostLock& lock) { return lock.host == host; })) {
      return;
    }
    locks.push_back({host, kAllResources});
  }

  void Move(const std::string& node) {
    if (!hosts_.contains(node)) return;
    const std::string host = "host" + std::to_string(Draw(4));
    hosts_[node] = host;
    schedule_.Move(node, host, Draw(8) == 0, now_);
    for (auto& [lease_id, lease] : out_) {
      if (lease.grant.node_id == node) AddHost(lease, host);
    }
  }

  void Pause() {
    const std::string host = Draw(4) == 0 ? "" : "host" + std::to_string(Draw(4));
    if (Draw(3) == 0) {
      (void)schedule_.Pause({host, now_, now_ + seconds(Draw(600)), "test"}, now_);
    } else {
      (void)schedule_.Resume(host, now_);
    }
  }

  void EndOne() {
    if (out_.empty()) return;
    auto lease = std::next(out_.begin(), Draw(static_cast<unsigned>(out_.size())));
    const auto& grant = lease->second.grant;
    const bool is_held = schedule_.IsHeld(grant.lease_id) && grant.end > now_;
    const auto outcome = Draw(3) != 0
                             ? LeaseOutcome::kCompleted
                             : (Draw(2) != 0 ? LeaseOutcome::kRefused : LeaseOutcome::kAborted);
    EXPECT_EQ(schedule_.End(grant.node_id, grant.lease_id, outcome,
                            outcome == LeaseOutcome::kRefused ? "busy" : "error", now_),
              is_held);
    out_.erase(lease);
  }

  void Act() {
    EXPECT_GE(schedule_.NextWake(now_), now_);
    const auto actions = schedule_.Act(now_);
    for (const auto& over : actions.closed) out_.erase(over.lease_id);
    std::erase_if(out_, [&](const auto& lease) { return lease.second.grant.end <= now_; });
    for (const auto& grant : actions.grants) {
      ASSERT_TRUE(there_.contains(grant.node_id));
      ASSERT_GT(grant.fencing_token, last_token_);
      ASSERT_GT(grant.end, now_);
      last_token_ = grant.fencing_token;
      for (const auto& [lease_id, other] : out_) {
        ASSERT_NE(other.grant.node_id, grant.node_id);
        ASSERT_FALSE(Meet(other.grant, grant))
            << grant.lease_id << " of " << grant.node_id << " and " << lease_id << " of "
            << other.grant.node_id;
      }
      out_[grant.lease_id] = {grant};
      ++granted_;
    }
    // Nothing is left undone that could be done now.
    ASSERT_TRUE(schedule_.Act(now_).grants.empty());
    ASSERT_GT(schedule_.NextWake(now_), now_);
  }

  std::mt19937 random_;
  Schedule schedule_;
  Time now_ = kStart;
  std::map<std::string, std::string> hosts_;  // by node
  std::set<std::string> there_;
  std::map<std::string, Out> out_;  // by lease_id
  uint64_t last_token_ = 0;
  int granted_ = 0;
};

TEST(SchedulePropertyTest, LeasesThatMustNotMeetNeverDo) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    World world(seed);
    for (int step = 0; step < 2000 && !testing::Test::HasFailure(); ++step) world.Step();
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    EXPECT_GT(world.granted(), 50) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
