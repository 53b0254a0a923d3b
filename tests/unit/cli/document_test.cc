// A report's parts as text and HTML.
#include "cli/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;

BarChart Times(std::optional<double> mark) {
  return {"Time", {{"a", 0.5, 0, 0, "0.500"}, {"bb", 2, 1.5, 2, "2.000 [1.500, 2.000]"}}, mark};
}

TEST(DocumentTest, AChartOfTextShowsItsMarkAcrossShortAndLongBars) {
  EXPECT_EQ(WriteText({{Times(1.0)}}),
            "Time; | is 1\n"
            "a   ##########.........|....................  0.500\n"
            "bb  ###################|####################  2.000 [1.500, 2.000]\n");
  EXPECT_EQ(WriteText({{Times(std::nullopt)}}),
            "Time\n"
            "a   ##########..............................  0.500\n"
            "bb  ########################################  2.000 [1.500, 2.000]\n");
}

TEST(DocumentTest, AMarkBeyondAllBarsIsStillOnTheChart) {
  const BarChart chart{"Time", {{"a", 0.5, 0, 0, "0.500"}}, 1.0};
  EXPECT_EQ(WriteText({{chart}}),
            "Time; | is 1\na  ####################...................|  0.500\n");
}

TEST(DocumentTest, AChartOfHtmlHasBarsWhiskersAndItsMark) {
  const auto html = WriteHtml({{Times(1.0)}});
  EXPECT_THAT(html, HasSubstr("aria-label=\"Time\""));
  EXPECT_THAT(html, HasSubstr("width=\"100.0\""));  // a quarter of the longest
  EXPECT_THAT(html, HasSubstr("stroke-dasharray"));
  EXPECT_THAT(html, HasSubstr("<figcaption>Time; the dashed line is 1</figcaption>"));
  EXPECT_THAT(html, HasSubstr(">2.000 [1.500, 2.000]</text>"));
}

TEST(DocumentTest, ATableOfManyWordsIsABlockARowInText) {
  const PlainTable table{{{"PLATFORM"}, {"cluster"}, {"snapshots"}},
                         {{"kvm", "yes", "backup only"}, {"xen", "no", "no"}}};
  EXPECT_EQ(WriteText({{DocumentTable{"Features", table, true}}}),
            "Features\n"
            "kvm\n"
            "  cluster    yes\n"
            "  snapshots  backup only\n"
            "\n"
            "xen\n"
            "  cluster    no\n"
            "  snapshots  no\n");
}

TEST(DocumentTest, HeadingsOfEachLevelLookTheirLevel) {
  EXPECT_EQ(WriteText({{Heading{1, "abc"}, Heading{2, "de"}, Heading{3, "f"}}}),
            "abc\n===\n\nde\n--\n\nf\n~\n");
}

}  // namespace
}  // namespace hypergauge::cli
