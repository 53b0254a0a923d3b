#include "cli/series_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/temp_dir.h"

namespace hypergauge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNan;

std::string ErrorOf(std::string_view text) {
  const auto values = ParseSeries(text);
  return values ? "none" : values.error().message;
}

TEST(SeriesFileTest, AValueALineOrATimestampBeforeIt) {
  EXPECT_THAT(ParseSeries("1\n-2.5e3\n+3").value(), ElementsAre(1, -2500, 3));
  EXPECT_THAT(ParseSeries("2026-11-01 00:00:00,1\n2026-11-01 00:05:00, 2 \n").value(),
              ElementsAre(1, 2));
}

TEST(SeriesFileTest, BlanksAreMissingAndCount) {
  EXPECT_THAT(ParseSeries("1\n\nNaN\nt,\nNA\n2\n").value(),
              ElementsAre(1, IsNan(), IsNan(), IsNan(), IsNan(), 2));
}

TEST(SeriesFileTest, CommentsAndAHeaderDoNotCount) {
  EXPECT_THAT(ParseSeries("# made by hand\ntimestamp,value\n#\n7\r\n8\r\n").value(),
              ElementsAre(7, 8));
  EXPECT_THAT(ParseSeries("\xEF\xBB\xBFvalue\n7\n").value(), ElementsAre(7));
  EXPECT_THAT(ParseSeries("").value(), IsEmpty());
}

TEST(SeriesFileTest, WhatIsNoNumberIsToldWithItsLine) {
  EXPECT_EQ(ErrorOf("value\n1\nabc\n"), "3: \"abc\" is not a number");
  EXPECT_EQ(ErrorOf("a\nb\n"), "2: \"b\" is not a number");
  EXPECT_EQ(ErrorOf("1\n1e999\n"), "2: \"1e999\" is not a number");
  EXPECT_EQ(ErrorOf("1\n+-2\n"), "2: \"+-2\" is not a number");
  EXPECT_THAT(ErrorOf("t,1,2\n"), HasSubstr("1: \"t,1,2\" has more fields"));
}

TEST(SeriesFileTest, FilesAndStandardInputAreNamedInErrors) {
  const testing::TempDir folder;
  folder.Write("good.csv", "1\n2\n");
  folder.Write("bad.csv", "1\nx\n");
  std::istringstream input("1\ny\n");
  const std::string path = folder.path();
  EXPECT_THAT(ReadSeries(path + "/good.csv", input).value(), ElementsAre(1, 2));
  EXPECT_EQ(ReadSeries(path + "/bad.csv", input).error().message,
            path + "/bad.csv:2: \"x\" is not a number");
  EXPECT_EQ(ReadSeries(path + "/none.csv", input).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(ReadSeries(path, input).error().message, HasSubstr("directory"));
  EXPECT_EQ(ReadSeries("-", input).error().message, "standard input:2: \"y\" is not a number");
}

}  // namespace
}  // namespace hypergauge::cli
