#include "probes/day_ledger.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using testing::TempDir;

class HandClock final : public Clock {
 public:
  [[nodiscard]] nanoseconds MonotonicRaw() const override { return now; }
  [[nodiscard]] nanoseconds Realtime() const override { return now; }
  nanoseconds now = hours(24 * 20'000 + 1);
};

class DayLedgerTest : public ::testing::Test {
 protected:
  [[nodiscard]] DayLedger Open() const {
    return DayLedger::Open(file_, {.bytes_written = 1000, .bytes_sent = 500, .cpu_ratio = 0.01}, 2,
                           clock_)
        .value();
  }

  TempDir folder_;
  std::filesystem::path file_ = folder_.path() / "day.json";
  HandClock clock_;
};

TEST_F(DayLedgerTest, BeginsWithTheWholeAllowance) {
  const auto left = Open().Left();
  EXPECT_EQ(left.bytes_written, 1000U);
  EXPECT_EQ(left.bytes_sent, 500U);
  EXPECT_DOUBLE_EQ(left.cpu_seconds, 2 * 864);
}

TEST_F(DayLedgerTest, KeepsWhatWasSpentOverARestart) {
  {
    auto ledger = Open();
    const Spending most{.bytes_written = 800, .bytes_sent = 100};
    ASSERT_TRUE(ledger.Reserve(most));
    ASSERT_TRUE(ledger.Settle(most, {.bytes_written = 300, .bytes_sent = 50, .cpu_seconds = 28}));
  }
  auto again = Open();
  EXPECT_EQ(again.Left().bytes_written, 700U);
  EXPECT_EQ(again.Left().bytes_sent, 450U);
  EXPECT_DOUBLE_EQ(again.Left().cpu_seconds, 1700);
}

TEST_F(DayLedgerTest, ChargesARunThatACrashInterruptedWithAllItMightHaveTaken) {
  ASSERT_TRUE(Open().Reserve({.bytes_written = 800, .bytes_sent = 0}));
  EXPECT_EQ(Open().Left().bytes_written, 200U);
}

TEST_F(DayLedgerTest, NeverLeavesLessThanNothing) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.Settle({}, {.bytes_written = 5000, .bytes_sent = 5000, .cpu_seconds = 1e6}));
  EXPECT_EQ(ledger.Left().bytes_written, 0U);
  EXPECT_EQ(ledger.Left().bytes_sent, 0U);
  EXPECT_EQ(ledger.Left().cpu_seconds, 0);
}

TEST_F(DayLedgerTest, GivesANewAllowanceAtMidnight) {
  auto ledger = Open();
  const Spending most{.bytes_written = 1000, .bytes_sent = 500};
  ASSERT_TRUE(ledger.Reserve(most));
  clock_.now += hours(23);
  EXPECT_EQ(ledger.Left().bytes_written, 1000U);
  ASSERT_TRUE(ledger.Settle(most, {.bytes_written = 10, .bytes_sent = 0}));
  EXPECT_EQ(ledger.Left().bytes_written, 990U);
  EXPECT_EQ(Open().Left().bytes_written, 990U);
}

TEST_F(DayLedgerTest, GivesNoNewAllowanceWhenTheClockIsSetBackOverMidnight) {
  auto ledger = Open();
  ASSERT_TRUE(ledger.Reserve({.bytes_written = 900, .bytes_sent = 0}));
  clock_.now -= hours(2);
  EXPECT_EQ(ledger.Left().bytes_written, 100U);
  clock_.now -= hours(24 * 365);
  EXPECT_EQ(ledger.Left().bytes_written, 1000U);
}

TEST_F(DayLedgerTest, CountsCyclesOverRestartsAndDays) {
  EXPECT_EQ(Open().NextCycle().value(), 0U);
  clock_.now += hours(24);
  auto ledger = Open();
  EXPECT_EQ(ledger.NextCycle().value(), 1U);
  EXPECT_EQ(ledger.NextCycle().value(), 2U);
}

TEST_F(DayLedgerTest, TakesADamagedFileForAnExhaustedDay) {
  for (const char* content : {"", "{", "[]", "{\"day\":1}", "{\"day\":-1,\"bytes_written\":0}",
                              "{\"day\":20000,\"bytes_written\":1e99,\"bytes_sent\":0,"
                              "\"cpu_seconds\":0,\"cycles\":0}"}) {
    folder_.Write("day.json", content);
    EXPECT_EQ(Open().Left().bytes_written, 0U) << content;
    clock_.now += hours(24);
    EXPECT_EQ(Open().Left().bytes_written, 0U) << "a new process cannot know which day it was of";
    auto ledger = Open();
    clock_.now += hours(24);
    EXPECT_EQ(ledger.Left().bytes_written, 1000U);
  }
}

TEST_F(DayLedgerTest, SaysWhenItCannotBeWritten) {
  auto ledger = DayLedger::Open(folder_.path() / "missing/day.json", {}, 1, clock_).value();
  EXPECT_FALSE(ledger.Reserve({.bytes_written = 1, .bytes_sent = 0}));
}

}  // namespace
}  // namespace hypergauge::probes
