#include "aggregator/schedule/lock_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr LockClass kClasses[] = {LockClass::kExclusive, LockClass::kNormal,
                                  LockClass::kBackground};

// The matrix in words, apart from the code: who endures whom where they share a resource and where
// they do not.
bool MayMeet(LockClass a, LockClass b, bool shared) {
  const auto stricter = std::min(a, b);
  if (stricter == LockClass::kExclusive) return false;
  if (stricter == LockClass::kBackground) return true;
  return !shared;
}

TEST(ConflictTest, FollowsTheMatrixForAllClassesAndResources) {
  int free = 0;
  for (const auto a : kClasses) {
    for (const auto b : kClasses) {
      for (int of_a = 0; of_a <= kAllResources; ++of_a) {
        for (int of_b = 0; of_b <= kAllResources; ++of_b) {
          const bool conflict =
              Conflict(a, static_cast<Resources>(of_a), b, static_cast<Resources>(of_b));
          EXPECT_EQ(conflict, !MayMeet(a, b, (of_a & of_b) != 0));
          EXPECT_EQ(conflict,
                    Conflict(b, static_cast<Resources>(of_b), a, static_cast<Resources>(of_a)));
          free += conflict ? 0 : 1;
        }
      }
    }
  }
  // 16 x 16 of background beside background, and 3^4 disjoint sets for each of three other pairs.
  EXPECT_EQ(free, 256 + 3 * 81);
}

TEST(ConflictTest, WhatIsNoClassEnduresNobody) {
  EXPECT_TRUE(Conflict(static_cast<LockClass>(0), kNic, LockClass::kBackground, kCpu));
  EXPECT_TRUE(Conflict(LockClass::kBackground, kCpu, static_cast<LockClass>(9), kNic));
}

TEST(LockTableTest, TakesAllLocksOrNone) {
  LockTable table;
  EXPECT_TRUE(table.Acquire("a", LockClass::kExclusive, {{"h1"}, {"h2"}}));
  EXPECT_FALSE(table.Acquire("b", LockClass::kExclusive, {{"h3"}, {"h2"}}));
  EXPECT_FALSE(table.IsLocked("h3"));
  EXPECT_FALSE(table.Acquire("a", LockClass::kExclusive, {{"h3"}}));  // holds some already
  table.Release("a");
  EXPECT_FALSE(table.IsLocked("h1"));
  EXPECT_TRUE(table.Acquire("b", LockClass::kExclusive, {{"h3"}, {"h2"}}));
  EXPECT_THAT(table.HoldersOf("h2"), ElementsAre("b"));
}

TEST(LockTableTest, ALeaseDoesNotStandInItsOwnWay) {
  LockTable table;
  EXPECT_TRUE(table.Acquire("a", LockClass::kExclusive, {{"h", kCpu}, {"h", kNic}}));
  EXPECT_THAT(table.HoldersOf("h"), ElementsAre("a"));
  table.Release("a");
  EXPECT_THAT(table.HoldersOf("h"), IsEmpty());
  table.Release("a");
  table.Release("never there");
}

TEST(LockTableTest, ForceTakesWhatOthersHoldAndAddsToALease) {
  LockTable table;
  ASSERT_TRUE(table.Acquire("a", LockClass::kNormal, {{"h1", kCpu}}));
  table.Force("b", LockClass::kExclusive, {{"h1"}});
  EXPECT_THAT(table.HoldersOf("h1"), UnorderedElementsAre("a", "b"));
  table.Force("a", LockClass::kNormal, {{"h1", kNic}, {"h2", kNic}});  // the node moved
  table.Release("b");
  EXPECT_FALSE(table.CanAcquire(LockClass::kNormal, {{"h1", kNic}}));
  EXPECT_FALSE(table.CanAcquire(LockClass::kNormal, {{"h2", kNic}}));
  EXPECT_TRUE(table.CanAcquire(LockClass::kNormal, {{"h1", kDisk}, {"h2", kDisk}}));
  table.Force("a", LockClass::kExclusive, {{"h1", kNic}});
  EXPECT_FALSE(table.CanAcquire(LockClass::kNormal, {{"h1", kDisk}}));
}

// Leases as a list, each with all it holds; every question is answered by walking through it.
class NaiveTable {
 public:
  struct Lease {
    LockClass lock_class;
    std::vector<HostLock> locks;
  };
  bool CanAcquire(const Lease& wanted) const {
    for (const auto& [id, lease] : leases) {
      for (const auto& held : lease.locks) {
        for (const auto& lock : wanted.locks) {
          const bool shared = (held.resources & lock.resources) != 0;
          if (held.host == lock.host && !MayMeet(lease.lock_class, wanted.lock_class, shared)) {
            return false;
          }
        }
      }
    }
    return true;
  }
  std::vector<std::string> HoldersOf(const std::string& host) const {
    std::vector<std::string> holders;
    for (const auto& [id, lease] : leases) {
      const bool holds = std::any_of(lease.locks.begin(), lease.locks.end(),
                                     [&](const HostLock& lock) { return lock.host == host; });
      if (holds) holders.push_back(id);
    }
    return holders;
  }
  std::map<std::string, Lease> leases;
};

class LockTablePropertyTest : public ::testing::TestWithParam<unsigned> {
 protected:
  int Draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  NaiveTable::Lease DrawLease() {
    NaiveTable::Lease lease{kClasses[Draw(3)], {}};
    const int first = Draw(kHosts);
    const int hosts = 1 + Draw(2);
    for (int i = 0; i < hosts; ++i) {
      lease.locks.push_back({"h" + std::to_string((first + i) % kHosts),
                             static_cast<Resources>(Draw(kAllResources + 1))});
    }
    return lease;
  }
  void CompareHolders() const {
    for (int host = 0; host < kHosts; ++host) {
      const std::string name = "h" + std::to_string(host);
      auto holders = table_.HoldersOf(name);
      std::sort(holders.begin(), holders.end());
      ASSERT_EQ(holders, naive_.HoldersOf(name));
      ASSERT_EQ(table_.IsLocked(name), !holders.empty());
    }
  }
  void AcquireOne(const std::string& id) {
    const auto lease = DrawLease();
    const bool free = naive_.CanAcquire(lease);
    ASSERT_EQ(table_.CanAcquire(lease.lock_class, lease.locks), free);
    const bool expected = free && !naive_.leases.contains(id);
    ASSERT_EQ(table_.Acquire(id, lease.lock_class, lease.locks), expected);
    if (expected) {
      naive_.leases[id] = lease;
      ++granted_;
    } else {
      ++refused_;
    }
  }

  static constexpr int kHosts = 5;
  std::mt19937 random_{GetParam()};
  LockTable table_;
  NaiveTable naive_;
  int granted_ = 0;
  int refused_ = 0;
};

TEST_P(LockTablePropertyTest, AgreesWithANaiveTableAfterAnySequence) {
  for (int step = 0; step < 4000; ++step) {
    const std::string id = "lease " + std::to_string(Draw(12));
    const int what = Draw(10);
    if (what < 6) {
      AcquireOne(id);
    } else if (what < 9) {
      table_.Release(id);
      naive_.leases.erase(id);
    } else if (!naive_.leases.contains(id)) {
      const auto lease = DrawLease();
      table_.Force(id, lease.lock_class, lease.locks);
      naive_.leases[id] = lease;
    }
    CompareHolders();
    if (HasFatalFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(granted_, 100);
  EXPECT_GT(refused_, 100);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LockTablePropertyTest, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace hypergauge::aggregator
