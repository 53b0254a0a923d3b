#include "cli/top_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <regex>

#include "base/table.h"
#include "tests/unit/cli/golden.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

v1::Node& AddNode(FleetSnapshot& fleet, const std::string& label, const std::string& platform,
                  const std::string& host, double overhead) {
  auto& node = fleet.nodes.emplace_back();
  node.set_label(label);
  node.set_role(host.empty() ? v1::ROLE_HOST : v1::ROLE_GUEST);
  node.mutable_platform()->set_name(platform);
  node.mutable_placement()->set_host(host);
  node.set_connected(true);
  node.set_last_seen_unix_nanos(kNow - 3 * kSecond);
  if (overhead > 0) fleet.overheads[label] = overhead;
  return node;
}

FleetSnapshot SomeFleet() {
  FleetSnapshot fleet;
  auto& status = fleet.status.emplace();
  status.set_version("0.1.0");
  status.set_started_unix_nanos(kNow - 3 * 86'400 * kSecond);
  status.set_now_unix_nanos(kNow);
  status.set_store_bytes(1'234'567'890);
  AddNode(fleet, "host1", "metal", "", 0);
  auto& measuring = AddNode(fleet, "guest1", "kvm", "host1", 1.05);
  measuring.mutable_progress()->set_benchmark("cpu_sha1");
  measuring.mutable_progress()->set_finished_benchmarks(3);
  measuring.mutable_progress()->set_total_benchmarks(8);
  AddNode(fleet, "guest2", "xen", "host1", 1.42);
  auto& down = AddNode(fleet, "guest3", "xen", "host1", 1.2);
  down.set_connected(false);
  down.set_last_seen_unix_nanos(kNow - 3 * 3600 * kSecond);
  AddNode(fleet, "guest4", "kvm", "host1", 0).set_last_seen_unix_nanos(kNow - 7300 * kSecond);
  for (const auto& [name, ratio] : {std::pair{"xen", 1.3}, std::pair{"kvm", 1.05}}) {
    auto& platform = fleet.platforms.emplace_back();
    platform.set_platform(name);
    platform.mutable_overall()->set_ratio(ratio);
    platform.mutable_overall()->set_lower(ratio - 0.02);
    platform.mutable_overall()->set_upper(ratio + 0.02);
    platform.set_worst_category("disk");
    (*platform.mutable_categories())["disk"].set_ratio(ratio + 0.4);
    platform.set_nodes(2);
    platform.set_hosts(1);
  }
  auto& regression = fleet.regressions.emplace_back();
  regression.set_id(12);
  regression.set_state(v1::Regression::STATE_FIRING);
  regression.set_effect_ratio(0.123);
  regression.set_benchmark("disk_sync");
  regression.set_subject("guest2");
  regression.set_onset_unix_nanos(kNow - 2 * 86'400 * kSecond);
  regression.set_cause("guest2: kernel_release changed from 6.1 to 6.6");
  return fleet;
}

// Without what colours and reverses.
std::string Plain(const TopFrame& frame) {
  std::string text;
  for (const auto& line : frame.lines) {
    text += std::regex_replace(line, std::regex("\x1b\\[[0-9;]*m"), "") + "\n";
  }
  return text;
}

Terminal Screen(int width, int height) {
  return {.is_terminal = true, .colours = true, .utf8 = true, .width = width, .height = height};
}

class TopViewTest : public ::testing::Test {
 protected:
  TopViewTest() {
    setenv("TZ", "UTC", 1);
    tzset();
    state_.server = "127.0.0.1:10911";
    state_.fleet = SomeFleet();
  }

  std::string Draw(int width = 100, int height = 30) {
    return Plain(DrawTop(state_, Screen(width, height), choices_));
  }

  void PressAll(const std::string& letters) {
    for (const char letter : letters) Press({Key::kText, std::string(1, letter)}, 5, choices_);
  }

  TopState state_;
  TopChoices choices_;
};

TEST_F(TopViewTest, OnALargeScreen) {
  ExpectGolden("top_100x30.txt", Draw(100, 30));
}

TEST_F(TopViewTest, OnASmallScreen) {
  ExpectGolden("top_60x20.txt", Draw(60, 20));
}

TEST_F(TopViewTest, WithoutAScreen) {
  ExpectGolden("top_once.txt", TopText(state_, {}));
}

TEST_F(TopViewTest, AFrameFitsWhateverTheSize) {
  for (int i = 0; i < 300; ++i) {
    AddNode(*state_.fleet, "guest-with-a-long-name-" + std::to_string(i), "\u4e2d\u6587", "h", 1);
  }
  for (const int width : {1, 7, 20, 60, 200}) {
    for (const int height : {1, 2, 5, 20, 50}) {
      const auto frame = DrawTop(state_, Screen(width, height), choices_);
      EXPECT_EQ(frame.lines.size(), static_cast<size_t>(height));
      const auto plain = Plain(frame);
      for (size_t begin = 0; begin < plain.size();) {
        const auto end = plain.find('\n', begin);
        EXPECT_LE(DisplayWidth(plain.substr(begin, end - begin)), static_cast<size_t>(width));
        begin = end + 1;
      }
    }
  }
}

TEST_F(TopViewTest, TheWorstAreFirstAndKeysSortOtherwise) {
  const auto order = [&] {
    const auto text = Draw();
    const auto nodes = text.substr(text.find("OVERHEAD"));
    return std::pair(nodes.find("guest2 "), nodes.find("guest1 "));
  };
  EXPECT_LT(order().first, order().second);
  PressAll("n");
  EXPECT_GT(order().first, order().second);
  PressAll("r");
  EXPECT_LT(order().first, order().second);
  PressAll("s");  // down, silent, measuring, up
  EXPECT_GT(order().first, order().second);
  EXPECT_THAT(Draw(), HasSubstr("sorted by state "));
}

TEST_F(TopViewTest, AFilterLeavesWhatHoldsIt) {
  PressAll("/GUEST2");
  EXPECT_THAT(Draw(), HasSubstr("filter: GUEST2_"));
  Press({Key::kEnter}, 5, choices_);
  EXPECT_THAT(Draw(), HasSubstr("filter \"GUEST2\": 1 "));
  EXPECT_THAT(Draw(), Not(HasSubstr("guest1")));
  PressAll("q");  // is a key again
  EXPECT_TRUE(choices_.quit);
  Press({Key::kEscape}, 5, choices_);
  EXPECT_THAT(Draw(), HasSubstr("guest1"));
}

TEST_F(TopViewTest, BackspaceTakesAWholeCharacter) {
  PressAll("/a");
  Press({Key::kText, "\u00e4"}, 5, choices_);
  Press({Key::kBackspace}, 5, choices_);
  EXPECT_EQ(choices_.filter, "a");
}

TEST_F(TopViewTest, ArrowsScrollAndStopAtTheEnds) {
  for (int i = 0; i < 100; ++i) {
    AddNode(*state_.fleet, "node" + std::to_string(100 + i), "kvm", "h", 0);
  }
  const size_t page = DrawTop(state_, Screen(80, 24), choices_).page;
  Press({Key::kEnd}, page, choices_);
  EXPECT_THAT(Draw(80, 24), HasSubstr("node199"));
  EXPECT_EQ(choices_.first_node, 105 - page);
  Press({Key::kPageUp}, page, choices_);
  EXPECT_EQ(choices_.first_node, 105 - 2 * page);
  Press({Key::kHome}, page, choices_);
  Press({Key::kUp}, page, choices_);
  EXPECT_EQ(choices_.first_node, 0U);
  Press({Key::kDown}, page, choices_);
  EXPECT_EQ(choices_.first_node, 1U);
}

TEST_F(TopViewTest, WhatIsWrongIsABanner) {
  state_.error = "aggregator 127.0.0.1:10911 does not answer: connection refused";
  EXPECT_THAT(Draw(), HasSubstr("does not answer: connection refused; asking again\n"));
  EXPECT_THAT(Draw(), HasSubstr("guest2"));  // what was known stays
  state_.error.clear();
  state_.restarted_unix_nanos = kNow - 12 * kSecond;
  EXPECT_THAT(Draw(), HasSubstr("the aggregator was restarted 12s ago"));
  PressAll(" ");
  EXPECT_THAT(Draw(), HasSubstr("paused: space goes on"));
}

TEST_F(TopViewTest, BeforeTheFirstAnswerAndOfAnEmptyFleet) {
  state_.fleet.reset();
  EXPECT_THAT(Draw(), HasSubstr("asking ..."));
  state_.fleet.emplace();
  EXPECT_THAT(Draw(), HasSubstr("no nodes"));
  EXPECT_THAT(Draw(), HasSubstr("no platform can be compared yet"));
}

TEST_F(TopViewTest, HelpIsThereUntilAKey) {
  PressAll("h");
  EXPECT_THAT(Draw(), HasSubstr("reverse the order"));
  PressAll("x");
  EXPECT_THAT(Draw(), Not(HasSubstr("reverse the order")));
}

TEST_F(TopViewTest, NamesCannotSteerTheTerminal) {
  AddNode(*state_.fleet, "a\x1b[2J\u202eb\nc", "\x07", "\x9b", 3);
  state_.fleet->regressions[0].set_subject("\x1b]0;t\x07");
  PressAll("/");
  Press({Key::kText, "\u202e"}, 5, choices_);
  Press({Key::kEnter}, 5, choices_);
  const auto plain = Draw(200, 50);
  EXPECT_THAT(plain, HasSubstr("a\\x1b[2J\\u202eb\\x0ac"));
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  EXPECT_THAT(plain, Not(HasSubstr("\u202e")));
}

TEST_F(TopViewTest, WithoutColoursNoneIsUsed) {
  auto terminal = Screen(100, 30);
  terminal.colours = false;
  for (const auto& line : DrawTop(state_, terminal, choices_).lines) {
    EXPECT_THAT(line, Not(HasSubstr("\x1b[3")));
  }
}

TEST(FleetSnapshotTest, OverheadsAreGeometricMeansOfWhatIsRanked) {
  v1::ListOverheadsResponse all;
  for (const double ratio : {1.0, 4.0}) {
    auto& each = *all.add_overheads();
    each.set_node("g");
    each.set_ratio(ratio);
  }
  auto& shown_only = *all.add_overheads();
  shown_only = all.overheads(0);
  shown_only.set_ratio(1000);
  shown_only.set_unranked(true);
  EXPECT_DOUBLE_EQ(OverheadsByNode(all).at("g"), 2.0);
}

TEST(FleetSnapshotTest, SilenceIsMeasuredByTheNodesOwnInterval) {
  FleetSnapshot fleet;
  auto& node = AddNode(fleet, "n", "kvm", "", 0);
  node.set_last_seen_unix_nanos(kNow - 130 * kSecond);
  EXPECT_EQ(StateOf(node, kNow), NodeState::kUp);
  node.set_wanted_interval_seconds(60);
  EXPECT_EQ(StateOf(node, kNow), NodeState::kSilent);
  EXPECT_EQ(StateText(node, kNow), "silent 2m10s");
}

TEST(FleetSnapshotTest, ForProgramsThereAreRowsAndOneObject) {
  const auto fleet = SomeFleet();
  EXPECT_THAT(FleetListing(fleet).CsvText(),
              HasSubstr("\r\nguest2,guest,xen,host1,1.42,up,2023-11-14T22:13:17Z\r\n"));
  const auto json = FleetJson(fleet);
  EXPECT_THAT(json, HasSubstr("\"version\": \"0.1.0\""));
  EXPECT_THAT(json, HasSubstr("\"guest2\": 1.42"));
}

}  // namespace
}  // namespace hypergauge::cli
