#include "cli/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <sstream>

#include "base/table.h"
#include "cli/canvas.h"
#include "tests/unit/cli/golden.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kSince = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

class ChartTest : public ::testing::Test {
 protected:
  ChartTest() { SetZone("UTC"); }
  ~ChartTest() override { SetZone("UTC"); }
  ChartTest(const ChartTest&) = delete;
  ChartTest& operator=(const ChartTest&) = delete;

  static void SetZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }

  // Two days, a point in half an hour; in the middle it gets a fifth slower, and the host does not.
  static Chart SomeChart() {
    Chart chart{.unit = "seconds",
                .since_unix_nanos = kSince,
                .until_unix_nanos = kSince + 48 * kHour,
                .lines = {{}, {}},
                .marks = {{kSince + 24 * kHour, 'R', Colour::kRed},
                          {kSince + 12 * kHour, 'E', Colour::kYellow}}};
    for (int i = 0; i < 96; ++i) {
      const int64_t at = kSince + i * kHour / 2;
      const double wave = 0.005 * std::sin(i);
      chart.lines[0].points.push_back({at, (i < 48 ? 0.30 : 0.36) + wave});
      chart.lines[1].points.push_back({at, 0.25 + wave});
    }
    return chart;
  }
};

TEST_F(ChartTest, InBraille) {
  ExpectGolden("chart_braille.txt", DrawChart(SomeChart(), {.columns = 80, .rows = 10}));
}

TEST_F(ChartTest, InAscii) {
  const auto text = DrawChart(SomeChart(), {.columns = 60, .rows = 8, .braille = false});
  ExpectGolden("chart_ascii.txt", text);
  for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST_F(ChartTest, LinesHaveColoursWhereThereAreSome) {
  const auto text = DrawChart(SomeChart(), {.colours = true});
  EXPECT_THAT(text, HasSubstr("\x1b[36m"));
  EXPECT_THAT(text, HasSubstr("\x1b[35m"));
  EXPECT_THAT(text, HasSubstr("\x1b[31mR\x1b[0m"));
  EXPECT_THAT(DrawChart(SomeChart(), {}), Not(HasSubstr("\x1b")));
}

TEST_F(ChartTest, NoLineIsWiderThanItMayBe) {
  for (const int columns : {20, 33, 60, 80, 200}) {
    std::istringstream lines(DrawChart(SomeChart(), {.columns = columns, .rows = 5}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(DisplayWidth(line), static_cast<size_t>(columns)) << line;
    }
  }
}

TEST_F(ChartTest, TimesAreThoseOfTheUser) {
  EXPECT_THAT(DrawChart(SomeChart(), {}), HasSubstr("Nov 15"));
  auto chart = SomeChart();
  chart.until_unix_nanos = kSince + 4 * kHour;
  EXPECT_THAT(DrawChart(chart, {}), HasSubstr(" 23:00 "));
  SetZone("XXX-05:30");  // east of Greenwich
  EXPECT_THAT(DrawChart(chart, {}), HasSubstr(" 05:00 "));
  EXPECT_THAT(DrawChart(chart, {}), Not(HasSubstr(" 23:00 ")));
}

TEST_F(ChartTest, MidnightSaysWhichDayBegins) {
  auto chart = SomeChart();
  chart.until_unix_nanos = kSince + 4 * kHour;
  EXPECT_THAT(DrawChart(chart, {}), HasSubstr("Nov 15"));
}

TEST_F(ChartTest, NoiseIsNoMountain) {
  auto chart = SomeChart();
  chart.lines.resize(1);
  for (auto& point : chart.lines[0].points) point.value = 0.3;
  chart.lines[0].points[7].value = 0.3003;
  const auto text = DrawChart(chart, {});
  EXPECT_THAT(text, HasSubstr("295 ms"));
  EXPECT_THAT(text, HasSubstr("305 ms"));
}

TEST_F(ChartTest, WhereNothingWasMeasuredThereIsNoLine) {
  Chart chart{.unit = "seconds",
              .since_unix_nanos = 0,
              .until_unix_nanos = 100 * kSecond,
              .lines = {{}},
              .marks = {}};
  for (int i = 0; i < 10; ++i) chart.lines[0].points.push_back({i * kSecond, 1});
  for (int i = 90; i < 100; ++i) chart.lines[0].points.push_back({i * kSecond, 1});
  const auto text = DrawChart(chart, {.columns = 60, .rows = 3, .braille = false});
  EXPECT_THAT(text, HasSubstr("*" + std::string(30, ' ')));
}

TEST_F(ChartTest, WhatCannotBeDrawnIsLeftOut) {
  Chart chart{.unit = "", .since_unix_nanos = 0, .until_unix_nanos = 0, .lines = {{}}, .marks = {}};
  EXPECT_EQ(DrawChart(chart, {}), "");
  chart.lines[0].points = {{0, std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_EQ(DrawChart(chart, {}), "");
  chart.lines[0].points = {{0, 0}, {-5 * kHour, 1e300}, {kHour, -1e300}};
  EXPECT_NE(DrawChart(chart, {.columns = 1, .rows = -4}), "");
}

TEST(CanvasTest, ADotIsABitOfItsCell) {
  Canvas canvas(2, 1, true);
  canvas.Dot(0, 3, 0);  // left above
  canvas.Dot(3, 0, 0);  // right below
  EXPECT_EQ(canvas.Row(0, false), "\u2801\u2880");
  canvas.Dot(-1, 0, 0);
  canvas.Dot(4, 9, 0);
  EXPECT_EQ(canvas.Row(0, false), "\u2801\u2880");
}

TEST(CanvasTest, TheFirstLineIsOverTheSecond) {
  Canvas canvas(3, 1, false);
  canvas.Join(0, 0, 1, 0, 0);
  canvas.Join(1, 0, 2, 0, 1);
  EXPECT_EQ(canvas.Row(0, false), "*#o");
}

}  // namespace
}  // namespace hypergauge::cli
