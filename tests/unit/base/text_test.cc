#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/duration.h"
#include "base/table.h"
#include "base/text_format.h"
#include "base/units.h"

namespace hypergauge {
namespace {

TEST(UnitsTest, FiguresAreScaledToThreeDigits) {
  EXPECT_EQ(FormatFigure(0.00213, "seconds"), "2.13 ms");
  EXPECT_EQ(FormatFigure(4.4e-7, "seconds"), "440 ns");
  EXPECT_EQ(FormatFigure(123.4, "seconds"), "123 s");
  EXPECT_EQ(FormatFigure(1.2e9, "bytes_per_second"), "1.20 GB/s");
  EXPECT_EQ(FormatFigure(15300, "operations_per_second"), "15.3 kops/s");
  EXPECT_EQ(FormatFigure(0.5, "ratio"), "0.50");
  EXPECT_EQ(FormatFigure(3, "widgets"), "3.00 widgets");
}

TEST(UnitsTest, RoundingNeverShowsFourDigits) {
  EXPECT_EQ(FormatFigure(999.9e-6, "seconds"), "1.00 ms");
  EXPECT_EQ(FormatFigure(0.99996, "seconds"), "1.00 s");
}

TEST(UnitsTest, WhatIsNoNumberIsSaid) {
  EXPECT_EQ(FormatFigure(std::nan(""), "seconds"), "NaN");
  EXPECT_EQ(FormatFigure(0, "bytes_per_second"), "0 B/s");
}

TEST(BytesTest, AreReadWithTheirUnits) {
  EXPECT_EQ(*ParseBytes("0"), 0U);
  EXPECT_EQ(*ParseBytes("1500"), 1500U);
  EXPECT_EQ(*ParseBytes("64MiB"), uint64_t{64} << 20U);
  EXPECT_EQ(*ParseBytes("20GiB"), uint64_t{20} << 30U);
  EXPECT_EQ(*ParseBytes("500MB"), 500'000'000U);
  EXPECT_EQ(*ParseBytes("18446744073709551615"), UINT64_MAX);
  for (const char* text :
       {"", "MiB", "-1", "1.5GiB", "1 GiB", "1gib", "18446744073709551616", "17179869184GiB"}) {
    EXPECT_EQ(ParseBytes(text).error().message,
              "\"" + std::string(text) + "\" is no number of bytes; write 1500, 64MiB or 2GB");
  }
}

TEST(TextFormatTest, LabelValuesAreEscaped) {
  EXPECT_EQ(RenderLabels({{"a", "x\"y\\z\nw"}, {"b", "µ"}}), R"({a="x\"y\\z\nw",b="µ"})");
  EXPECT_EQ(RenderLabels({}), "");
}

TEST(TextFormatTest, InvalidUtf8IsReplacedByteForByte) {
  EXPECT_EQ(RenderLabels({{"a", "\xff\xc3(\xe2\x82"}}),
            "{a=\"\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\"}");
}

TEST(TextFormatTest, Utf8IsToldFromLookalikes) {
  EXPECT_TRUE(IsUtf8("plain, µ, 漢, 😀"));
  EXPECT_FALSE(IsUtf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(IsUtf8("\xe2\x82"));          // cut short
}

TEST(TextFormatTest, ValuesAreShortestRoundTrip) {
  std::string text;
  for (const double value : {0.1, 1e300, -0.0, std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(), std::nan("")}) {
    AppendValue(text, value);
    text += ' ';
  }
  EXPECT_EQ(text, "0.1 1e+300 -0 +Inf -Inf NaN ");
}

TEST(DurationTest, DurationsAreReadAsPrometheusWritesThem) {
  using namespace std::chrono_literals;
  EXPECT_EQ(*ParseDuration("30s"), 30s);
  EXPECT_EQ(*ParseDuration("1h30m"), 90min);
  EXPECT_EQ(*ParseDuration("500ms"), 500ms);
  EXPECT_EQ(*ParseDuration("1m1ms"), 60001ms);
  EXPECT_EQ(*ParseDuration("0"), 0s);
}

TEST(DurationTest, WhatIsNoDurationIsNamed) {
  for (const char* text : {"", "5", "-1s", "1x", "1m1h", "1s1s", "s", "99999999w", "1.5h", " 1s",
                           "18446744073709551616s"}) {
    const auto parsed = ParseDuration(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_NE(parsed.error().message.find('"' + std::string(text) + '"'), std::string::npos);
  }
}

TEST(TableTest, ColumnsAlignByCodePointAndLinesEndClean) {
  Table table({{"NAME"}, {"TIME", true}, {"NOTE"}});
  table.AddRow({"a", "12 µs", ""});
  table.AddRow({"longer", "3 ms", "x"});
  EXPECT_EQ(table.Text(),
            "NAME     TIME  NOTE\n"
            "a       12 µs\n"
            "longer   3 ms  x\n");
}

TEST(DurationTest, SecondsAreWrittenForArithmetic) {
  using std::chrono::milliseconds;
  EXPECT_EQ(FormatSeconds(milliseconds(0)), "0s");
  EXPECT_EQ(FormatSeconds(milliseconds(100)), "0.1s");
  EXPECT_EQ(FormatSeconds(milliseconds(1025)), "1.025s");
  EXPECT_EQ(FormatSeconds(milliseconds(-500)), "-0.5s");
  EXPECT_EQ(FormatSeconds(std::chrono::hours(24)), "86400s");
  EXPECT_EQ(FormatSeconds(std::chrono::nanoseconds(1'999'999'999)), "2s");
  EXPECT_EQ(FormatSeconds(std::chrono::nanoseconds::max()), "9223372036.855s");
}

}  // namespace
}  // namespace hypergauge
