#include "cli/history_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <sstream>

#include "base/table.h"
#include "tests/unit/cli/golden.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kSince = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

v1::HistorySeries& AddSeries(v1::GetHistoryResponse& figures, const std::string& node,
                             double before, double after) {
  auto& series = *figures.add_series();
  series.set_node(node);
  series.set_benchmark("disk_rand_read");
  series.set_suite("light");
  series.set_family("disk_rand_read_latency_seconds");
  (*series.mutable_labels())["queue_depth"] = "1";
  series.set_unit("seconds");
  series.set_direction(v1::DIRECTION_LOWER_IS_BETTER);
  series.set_segment("1/abc");
  for (int i = 0; i < 48; ++i) {
    auto& point = *series.add_points();
    point.set_at_unix_nanos(kSince + i * kHour / 2);
    point.set_value(i < 30 ? before : after);
    point.set_least(point.value());
    point.set_greatest(point.value());
    point.set_runs(1);
  }
  return series;
}

HistoryView SomeView() {
  HistoryView view{.node = "guest7", .host = "host1"};
  view.figures.set_since_unix_nanos(kSince);
  view.figures.set_until_unix_nanos(kSince + 24 * kHour);
  AddSeries(view.figures, "guest7", 150e-6, 180e-6);
  AddSeries(view.figures, "host1", 100e-6, 100e-6);
  auto& regression = view.regressions.emplace_back();
  regression.set_id(12);
  regression.set_state(v1::Regression::STATE_FIRING);
  regression.set_subject("guest7");
  regression.set_benchmark("disk_rand_read");
  regression.set_suite("light");
  regression.set_effect_ratio(0.2);
  regression.set_onset_unix_nanos(kSince + 15 * kHour);
  regression.set_cause("kernel_release changed");
  auto& epoch = *view.epochs.add_environments();
  epoch.set_began_unix_nanos(kSince + 14 * kHour);
  epoch.mutable_platform()->set_name("kvm");
  epoch.mutable_environment()->set_kernel_release("6.6");
  view.epochs.add_placements()->set_began_unix_nanos(kSince - kHour);  // before the chart
  return view;
}

class HistoryTextTest : public ::testing::Test {
 protected:
  HistoryTextTest() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(HistoryTextTest, AChartHasItsFiguresHostMarksAndWhatTheyMean) {
  ExpectGolden("history_chart.txt",
               HistoryCharts(SomeView(), {.utf8 = true, .width = 80, .height = 24}, false));
}

TEST_F(HistoryTextTest, AsciiIsWhatTheLocaleOrTheUserWants) {
  for (const auto& [utf8, ascii] : {std::pair{false, false}, std::pair{true, true}}) {
    const auto text = HistoryCharts(SomeView(), {.utf8 = utf8}, ascii);
    EXPECT_THAT(text, Not(HasSubstr("\u2502")));
    EXPECT_THAT(text, HasSubstr("*"));
  }
}

TEST_F(HistoryTextTest, NoLineIsWiderThanTheTerminal) {
  auto view = SomeView();
  view.regressions[0].set_cause(std::string(500, 'c'));
  view.host = view.node = std::string(5000, 'n');
  for (auto& series : *view.figures.mutable_series()) series.set_node(view.node);
  for (const int width : {40, 60, 200}) {
    std::istringstream lines(HistoryCharts(view, {.utf8 = true, .width = width}, false));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(DisplayWidth(line), static_cast<size_t>(width)) << line;
    }
  }
}

TEST_F(HistoryTextTest, AnotherVersionIsMarkedAndTheLineGoesOn) {
  auto view = SomeView();
  auto& second = AddSeries(view.figures, "guest7", 200e-6, 200e-6);
  second.set_segment("2/def");
  for (auto& point : *second.mutable_points()) {
    point.set_at_unix_nanos(point.at_unix_nanos() + 24 * kHour);
  }
  view.figures.set_until_unix_nanos(kSince + 48 * kHour);
  EXPECT_THAT(HistoryCharts(view, {.utf8 = true}, false),
              HasSubstr("V  Nov 15 22:13  another version of the benchmark"));
}

TEST_F(HistoryTextTest, NamesCannotSteerTheTerminal) {
  auto view = SomeView();
  view.node = "a\x1b[2J\u202e";
  view.figures.mutable_series(0)->set_node(view.node);
  view.regressions[0].set_subject(view.node);
  view.regressions[0].set_cause("\x1b[31m\nx");
  const auto text = HistoryCharts(view, {.utf8 = true}, false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, HasSubstr("a\\x1b[2J\\u202e"));
}

TEST_F(HistoryTextTest, WithoutRunsThatIsSaid) {
  HistoryView view{.node = "guest7"};
  view.figures.set_since_unix_nanos(kSince);
  view.figures.set_until_unix_nanos(kSince + kHour);
  EXPECT_EQ(HistoryCharts(view, {}, false),
            "no clean runs in this time, from 2023-11-14T22:13:20Z to 2023-11-14T23:13:20Z\n");
}

TEST_F(HistoryTextTest, AListingHasARowAPoint) {
  auto figures = SomeView().figures;
  figures.mutable_series()->DeleteSubrange(1, 1);
  figures.mutable_series(0)->mutable_points()->DeleteSubrange(1, 47);
  EXPECT_EQ(HistoryListing(figures).TableText(),
            "TIME                  NODE    BENCHMARK       SUITE  LABELS         FIGURE   LEAST  "
            "GREATEST  RUNS\n"
            "2023-11-14T22:13:20Z  guest7  disk_rand_read  light  queue_depth=1  150 \u00b5s  "
            "150 \u00b5s    150 \u00b5s     1\n");
  EXPECT_THAT(HistoryListing(figures).CsvText(),
              HasSubstr("2023-11-14T22:13:20Z,guest7,disk_rand_read,light,"
                        "disk_rand_read_latency_seconds,queue_depth=1,0.00015,0.00015,0.00015,1,"
                        "seconds,1/abc\r\n"));
}

}  // namespace
}  // namespace hypergauge::cli
