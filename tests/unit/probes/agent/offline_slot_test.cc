#include "probes/agent/offline_slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <limits>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::ReadFile;
using testing::TempDir;

constexpr nanoseconds kNow = hours(24 * 365 * 56);
constexpr auto kMin = std::numeric_limits<int64_t>::min();
constexpr auto kMax = std::numeric_limits<int64_t>::max();
const std::string kNode = "12345678-1234-4234-8234-123456789012";

// A minute every two hours, three minutes after a full one.
v1::OfflineSlot SlotOf(uint64_t token) {
  v1::OfflineSlot slot;
  slot.set_token(token);
  slot.set_suite("light");
  slot.add_benchmarks("null");
  slot.set_period_nanos(nanoseconds(hours(2)).count());
  slot.set_offset_nanos(nanoseconds(minutes(3)).count());
  slot.set_length_nanos(nanoseconds(minutes(1)).count());
  slot.set_valid_until_unix_nanos(nanoseconds(kNow + hours(6)).count());
  slot.set_after_nanos(nanoseconds(minutes(2)).count());
  return slot;
}

TEST(CheckSlot, TakesWhatIsRight) {
  const auto slot = SlotOf(7);
  EXPECT_EQ(CheckSlot(slot, kNow)->SerializeAsString(), slot.SerializeAsString());
  EXPECT_TRUE(CheckSlot(v1::OfflineSlot(), kNow)) << "takes back what was given";
}

TEST(CheckSlot, IsValidForAWeekAtMost) {
  auto slot = SlotOf(7);
  slot.set_valid_until_unix_nanos(kMax);
  EXPECT_EQ(CheckSlot(slot, kNow)->valid_until_unix_nanos(),
            nanoseconds(kNow + hours(7 * 24)).count());
}

struct BadSlot {
  const char* what;
  std::function<void(v1::OfflineSlot&)> spoil;
};

class CheckBadSlotTest : public ::testing::TestWithParam<BadSlot> {};

TEST_P(CheckBadSlotTest, IsRefused) {
  auto slot = SlotOf(7);
  GetParam().spoil(slot);
  const auto checked = CheckSlot(slot, kNow);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(checked.error().message, HasSubstr(std::string("offline_slot.") + GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckBadSlotTest,
    ::testing::Values(
        BadSlot{"period_nanos", [](auto& slot) { slot.set_period_nanos(0); }},
        BadSlot{"period_nanos", [](auto& slot) { slot.set_period_nanos(kMin); }},
        BadSlot{"period_nanos", [](auto& slot) { slot.set_period_nanos(kMax); }},
        BadSlot{"length_nanos", [](auto& slot) { slot.set_length_nanos(0); }},
        BadSlot{"length_nanos", [](auto& slot) { slot.set_length_nanos(-1); }},
        BadSlot{"length_nanos is 7200.000000 s, not within the period of 60.000000 s",
                [](auto& slot) {
                  slot.set_period_nanos(60'000'000'000);
                  slot.set_length_nanos(7'200'000'000'000);
                }},
        BadSlot{"offset_nanos", [](auto& slot) { slot.set_offset_nanos(-1); }},
        BadSlot{"offset_nanos", [](auto& slot) { slot.set_offset_nanos(slot.period_nanos()); }},
        BadSlot{"after_nanos", [](auto& slot) { slot.set_after_nanos(-1); }},
        BadSlot{"after_nanos", [](auto& slot) { slot.set_after_nanos(kMax); }},
        BadSlot{"valid_until_unix_nanos is over since 5.000000 s",
                [](auto& slot) {
                  slot.set_valid_until_unix_nanos(nanoseconds(kNow - seconds(5)).count());
                }},
        BadSlot{"valid_until_unix_nanos",
                [](auto& slot) { slot.set_valid_until_unix_nanos(kMin); }},
        BadSlot{"suite", [](auto& slot) { slot.clear_suite(); }},
        BadSlot{"suite", [](auto& slot) { slot.set_suite("light\x1b[31m"); }},
        BadSlot{"benchmarks", [](auto& slot) { slot.add_benchmarks(std::string(200, 'x')); }},
        BadSlot{"benchmarks", [](auto& slot) {
                  for (int i = 0; i < 300; ++i) slot.add_benchmarks("null");
                }}));

class OfflineSlotFileTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  [[nodiscard]] OfflineSlotFile Open(const std::string& node = kNode) const {
    return OfflineSlotFile::Open(path_, node).value();
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_.path() / "offline_slot.json";
};

TEST_F(OfflineSlotFileTest, KeepsTheLatestOverARestart) {
  auto file = Open();
  EXPECT_FALSE(file.slot());
  ASSERT_TRUE(file.Keep(SlotOf(6)));
  ASSERT_TRUE(file.Keep(SlotOf(7)));
  EXPECT_EQ(file.slot()->token(), 7U);
  const auto again = Open();
  ASSERT_TRUE(again.slot());
  EXPECT_EQ(again.slot()->SerializeAsString(), SlotOf(7).SerializeAsString());
}

TEST_F(OfflineSlotFileTest, ForgetsWhatIsTakenBack) {
  auto file = Open();
  ASSERT_TRUE(file.Keep(v1::OfflineSlot())) << "nothing to take back";
  ASSERT_TRUE(file.Keep(SlotOf(7)));
  ASSERT_TRUE(file.Keep(v1::OfflineSlot()));
  EXPECT_FALSE(file.slot());
  EXPECT_FALSE(Open().slot());
}

TEST_F(OfflineSlotFileTest, ForgetsThatOfAnotherNode) {
  ASSERT_TRUE(Open().Keep(SlotOf(7)));
  EXPECT_FALSE(Open("22345678-1234-4234-8234-123456789012").slot());
  EXPECT_FALSE(Open().slot()) << "it is gone for good";
}

TEST_F(OfflineSlotFileTest, KeepsTheOneBeforeWhenItCannotWrite) {
  auto file = Open();
  ASSERT_TRUE(file.Keep(SlotOf(6)));
  std::filesystem::create_directories(path_.string() + ".d");
  auto lost = OfflineSlotFile::Open(folder_.path() / "missing" / "offline_slot.json", kNode);
  ASSERT_TRUE(lost);
  EXPECT_FALSE(lost->Keep(SlotOf(7)));
  EXPECT_FALSE(lost->slot());
}

TEST_F(OfflineSlotFileTest, HasNoneInADamagedFile) {
  ASSERT_TRUE(Open().Keep(SlotOf(7)));
  const auto good = ReadFile(path_);
  std::string negative = good;
  negative.replace(negative.find("7200000000000"), 1, "-");
  const std::string of_node = R"({"node_id": ")" + kNode + R"(", "slot": )";
  for (const std::string& damaged :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"), negative,
        good.substr(0, good.size() / 2), of_node + "null}", of_node + "7}",
        of_node + R"({"token": "7"}})", of_node + R"({"token": {}}})",
        std::string(R"({"node_id": 7, "slot": {}})"), std::string(100'000, '[')}) {
    folder_.Write("offline_slot.json", damaged);
    EXPECT_FALSE(Open().slot()) << damaged.substr(0, 100);
  }
  folder_.Write("offline_slot.json", good);
  EXPECT_TRUE(Open().slot());
}

class SlotUseTest : public ::testing::Test {
 protected:
  // kNow is the begin of a period. `into`: since then; `cut_off`: for so long.
  [[nodiscard]] std::optional<v1::Lease> At(nanoseconds into, nanoseconds error = {},
                                            nanoseconds cut_off = hours(1)) const {
    return use_.Due(slot_, {kNow + into, error, 1}, kReached + cut_off);
  }

  static constexpr nanoseconds kReached = hours(9);
  v1::OfflineSlot slot_ = SlotOf(7);
  SlotUse use_;

  void SetUp() override { use_.Reached(kReached); }
};

TEST_F(SlotUseTest, IsALeaseUntilTheEndOfTheSlot) {
  const auto lease = At(minutes(3) + seconds(10));
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->lease_id(), "slot-7");
  EXPECT_TRUE(IsSlotLease(lease->lease_id()));
  EXPECT_FALSE(IsSlotLease("lease-7"));
  EXPECT_EQ(lease->fencing_token(), 7U);
  EXPECT_EQ(lease->suite(), "light");
  EXPECT_EQ(lease->benchmarks_size(), 1);
  EXPECT_EQ(lease->start_unix_nanos(), nanoseconds(kNow + minutes(3)).count());
  EXPECT_EQ(lease->end_unix_nanos(), nanoseconds(kNow + minutes(4)).count());
  EXPECT_EQ(lease->duration_nanos(), nanoseconds(seconds(50)).count());
  EXPECT_EQ(lease->peer(), "");
}

TEST_F(SlotUseTest, IsOnlyInTheFirstHalfOfTheSlot) {
  EXPECT_FALSE(At({}));
  EXPECT_FALSE(At(minutes(3) - nanoseconds(1)));
  EXPECT_TRUE(At(minutes(3)));
  EXPECT_TRUE(At(minutes(3) + seconds(30)));
  EXPECT_FALSE(At(minutes(3) + seconds(30) + nanoseconds(1)));
  EXPECT_TRUE(At(hours(2) + minutes(3)));
}

TEST_F(SlotUseTest, KeepsAwayFromItsEdgesByTheError) {
  EXPECT_FALSE(At(minutes(3) + seconds(4), seconds(5)));
  const auto lease = At(minutes(3) + seconds(5), seconds(5));
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->duration_nanos(), nanoseconds(seconds(50)).count());
  EXPECT_FALSE(At(minutes(3) + seconds(16), seconds(16))) << "less than half is left";
}

TEST_F(SlotUseTest, WaitsUntilTheProbeWasCutOffForLong) {
  EXPECT_FALSE(At(minutes(3), {}, minutes(2) - nanoseconds(1)));
  EXPECT_TRUE(At(minutes(3), {}, minutes(2)));
}

TEST_F(SlotUseTest, EndsWithItsValidity) {
  EXPECT_TRUE(At(hours(4) + minutes(3)));
  EXPECT_FALSE(At(hours(6) + minutes(3)));
  slot_.set_valid_until_unix_nanos(nanoseconds(kNow + minutes(3) + seconds(40)).count());
  EXPECT_EQ(At(minutes(3))->duration_nanos(), nanoseconds(seconds(40)).count());
}

TEST_F(SlotUseTest, IsOnceEachTime) {
  const auto lease = At(minutes(3));
  ASSERT_TRUE(lease);
  use_.Used(*lease);
  EXPECT_FALSE(At(minutes(3) + seconds(20)));
  EXPECT_TRUE(At(hours(2) + minutes(3)));
}

}  // namespace
}  // namespace hypergauge::probes
