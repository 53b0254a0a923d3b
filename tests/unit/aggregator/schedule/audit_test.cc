#include "aggregator/schedule/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "aggregator/schedule/lock_table.h"

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time kStart = hours(500'000);

Interval Measured(const std::string& node, const std::string& lease, int from, int until,
                  const std::string& host = "h") {
  Interval interval;
  interval.node_id = node;
  interval.lease_id = lease;
  interval.locks = {HostLock{host}};
  interval.start = kStart + seconds(from);
  interval.end = kStart + seconds(until);
  return interval;
}

TEST(AuditTest, TwoThatFollowEachOtherDoNotMeet) {
  Audit audit(hours(1));
  EXPECT_THAT(audit.Add(Measured("a", "1", 0, 10)), IsEmpty());
  EXPECT_THAT(audit.Add(Measured("b", "2", 10, 20)), IsEmpty());
  EXPECT_EQ(audit.collisions(), 0U);
}

TEST(AuditTest, TwoThatMeetAreToldOfOnce) {
  Audit audit(hours(1));
  EXPECT_THAT(audit.Add(Measured("a", "1", 0, 10)), IsEmpty());
  const auto found = audit.Add(Measured("b", "2", 7, 20));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].host, "h");
  EXPECT_EQ(found[0].first.node_id, "a");
  EXPECT_EQ(found[0].second.node_id, "b");
  EXPECT_EQ(found[0].overlap, Time(seconds(3)));
  EXPECT_THAT(audit.Add(Measured("a", "1", 0, 10)), IsEmpty()) << "the same again";
  EXPECT_THAT(audit.Add(Measured("b", "2", 5, 25)), IsEmpty()) << "more of the same";
  EXPECT_EQ(audit.collisions(), 1U);
  EXPECT_EQ(audit.remembered(), 2U);
}

TEST(AuditTest, WhatIsReportedLateIsFoundAllTheSame) {
  Audit audit(hours(1));
  (void)audit.Add(Measured("b", "2", 7, 20));
  (void)audit.Add(Measured("c", "3", 100, 120));
  EXPECT_THAT(audit.Add(Measured("a", "1", 0, 10)), SizeIs(1));
}

TEST(AuditTest, TheRunsOfALeaseAreOneIntervalFromTheFirstToTheLast) {
  Audit audit(hours(1));
  (void)audit.Add(Measured("a", "1", 0, 2));
  (void)audit.Add(Measured("b", "2", 4, 6));
  EXPECT_EQ(audit.collisions(), 0U);
  EXPECT_THAT(audit.Add(Measured("a", "1", 8, 10)), SizeIs(1)) << "b came in between";
  EXPECT_EQ(audit.remembered(), 2U);
}

TEST(AuditTest, LeasesOfOneNodeMustNotMeetEither) {
  Audit audit(hours(1));
  (void)audit.Add(Measured("a", "1", 0, 10));
  EXPECT_THAT(audit.Add(Measured("a", "2", 5, 15)), SizeIs(1));
}

TEST(AuditTest, OtherHostsAreNoneOfItsBusiness) {
  Audit audit(hours(1));
  (void)audit.Add(Measured("a", "1", 0, 10, "h"));
  EXPECT_THAT(audit.Add(Measured("b", "2", 0, 10, "i")), IsEmpty());
}

TEST(AuditTest, ARunBetweenTwoHostsMeetsOnBoth) {
  Audit audit(hours(1));
  (void)audit.Add(Measured("a", "1", 0, 10, "h"));
  (void)audit.Add(Measured("b", "2", 0, 10, "i"));
  Interval network = Measured("c", "3", 5, 6);
  network.locks = {HostLock{"h"}, HostLock{"i"}};
  EXPECT_THAT(audit.Add(network), SizeIs(2));
  EXPECT_EQ(audit.collisions(), 2U);
}

TEST(AuditTest, ClassesThatEndureEachOtherMayMeet) {
  Audit audit(hours(1));
  Interval disk = Measured("a", "1", 0, 10);
  disk.lock_class = LockClass::kNormal;
  disk.locks[0].resources = kDisk;
  Interval cpu = Measured("b", "2", 0, 10);
  cpu.lock_class = LockClass::kNormal;
  cpu.locks[0].resources = kCpu;
  (void)audit.Add(disk);
  EXPECT_THAT(audit.Add(cpu), IsEmpty());
  cpu.lease_id = "3";
  cpu.node_id = "c";
  cpu.locks = {HostLock{"h", kCpu}, HostLock{"h", kDisk}};
  EXPECT_THAT(audit.Add(cpu), SizeIs(2)) << "the resources of one host count together";
}

TEST(AuditTest, WhatNobodyKnowsForCertainIsNoCollision) {
  Audit audit(hours(1));
  Interval first = Measured("a", "1", 0, 10);
  first.uncertainty = milliseconds(600);
  Interval second = Measured("b", "2", 9, 20);
  second.uncertainty = milliseconds(400);
  (void)audit.Add(first);
  EXPECT_THAT(audit.Add(second), IsEmpty()) << "both may be wrong by all that they overlap";
  second.start -= milliseconds(1);
  EXPECT_THAT(audit.Add(second), SizeIs(1));
}

TEST(AuditTest, WhatIsOldIsForgotten) {
  Audit audit(seconds(100));
  for (int i = 0; i < 10'000; ++i) {
    (void)audit.Add(Measured("a", std::to_string(i), 10 * i, 10 * i + 10));
    ASSERT_LE(audit.remembered(), 12U);
  }
  EXPECT_THAT(audit.Add(Measured("b", "x", 0, 10)), IsEmpty()) << "before all that is remembered";
  EXPECT_LE(audit.remembered(), 12U);
  EXPECT_EQ(audit.collisions(), 0U);
}

TEST(AuditTest, NumbersThatNoClockShowsAreBorne) {
  Audit audit(hours(1));
  Interval endless = Measured("a", "1", 0, 0);
  endless.start = Time::min();
  endless.end = Time::max();
  (void)audit.Add(endless);
  endless.lease_id = "2";
  endless.node_id = "b";
  EXPECT_THAT(audit.Add(endless), SizeIs(1));
  endless.lease_id = "3";
  endless.uncertainty = Time::max();
  EXPECT_THAT(audit.Add(endless), IsEmpty());
  endless.lease_id = "4";
  endless.uncertainty = Time::min();
  std::swap(endless.start, endless.end);
  EXPECT_THAT(audit.Add(endless), IsEmpty()) << "it ends before it starts";
  EXPECT_EQ(audit.remembered(), 3U);
}

// The same question, asked of all pairs.
class Model {
 public:
  void Add(const Interval& interval) {
    for (auto& known : intervals_) {
      if (known.node_id != interval.node_id || known.lease_id != interval.lease_id) continue;
      known.start = std::min(known.start, interval.start);
      known.end = std::max(known.end, interval.end);
      known.uncertainty = std::max(known.uncertainty, interval.uncertainty);
      return;
    }
    intervals_.push_back(interval);
  }

  [[nodiscard]] uint64_t Collisions() const {
    uint64_t collisions = 0;
    for (size_t i = 0; i < intervals_.size(); ++i) {
      for (size_t j = 0; j < i; ++j) collisions += Meetings(intervals_[i], intervals_[j]);
    }
    return collisions;
  }

 private:
  static uint64_t Meetings(const Interval& a, const Interval& b) {
    if (std::min(a.end, b.end) - std::max(a.start, b.start) <= a.uncertainty + b.uncertainty) {
      return 0;
    }
    uint64_t meetings = 0;
    for (const auto& of_a : a.locks) {
      for (const auto& of_b : b.locks) {
        if (of_a.host != of_b.host) continue;
        meetings += Conflict(a.lock_class, of_a.resources, b.lock_class, of_b.resources) ? 1 : 0;
      }
    }
    return meetings;
  }

  std::vector<Interval> intervals_;
};

class Reports {
 public:
  explicit Reports(uint32_t seed) : random_(seed) {}

  // Some leases report several times; lengths lie far apart, as runs and whole leases do.
  Interval Next() {
    const int lease = Draw(0, 120);
    const int from = Draw(0, 3000);
    const int length = 1 << Draw(0, 9);
    Interval interval = Measured("n" + std::to_string(lease % 7), std::to_string(lease), from,
                                 from + length, "h" + std::to_string(lease % 3));
    interval.lock_class = static_cast<LockClass>(1 + lease % 3);
    interval.locks[0].resources = static_cast<Resources>(1 + lease % 15);
    if (lease % 5 == 0) interval.locks.push_back({"h" + std::to_string((lease + 1) % 3), kNic});
    interval.uncertainty = milliseconds(Draw(0, 4000));
    return interval;
  }

 private:
  int Draw(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }

  std::mt19937 random_;
};

TEST(AuditTest, CountsWhatComparingAllPairsCounts) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    Reports reports(seed);
    Audit audit(hours(10));
    Model model;
    std::vector<Interval> all;
    for (int i = 0; i < 60; ++i) all.push_back(reports.Next());
    uint64_t told = 0;
    for (const auto& interval : all) {
      told += audit.Add(interval).size();
      model.Add(interval);
    }
    // What grows doubtful after it was told stays told: hence never fewer.
    EXPECT_GE(audit.collisions(), model.Collisions()) << "seed " << seed;
    EXPECT_EQ(audit.collisions(), told) << "seed " << seed;
  }
}

TEST(AuditTest, CountsExactlyWhatComparingAllPairsCountsWhereNothingGrowsDoubtful) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    Reports reports(seed);
    Audit audit(hours(10));
    Model model;
    for (int i = 0; i < 60; ++i) {
      Interval interval = reports.Next();
      interval.uncertainty = milliseconds(500);
      (void)audit.Add(interval);
      model.Add(interval);
      ASSERT_EQ(audit.collisions(), model.Collisions()) << "seed " << seed << ", report " << i;
    }
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
