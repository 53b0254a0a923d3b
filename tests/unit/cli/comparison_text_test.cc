// What compare and report print.
#include "cli/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregator/analysis/shipped_data_sets.h"
#include "aggregator/comparison/compare.h"
#include "cli/report.h"
#include "tests/unit/cli/golden.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::CompareResponse Pilot(const std::string& scale) {
  auto data = analysis::ParseDataSet(*analysis::ShippedDataSet("pilot2011"));
  data->name = "pilot2011";
  return *aggregator::CompareDataSet(*data, scale);
}

// A guest and its host with a name that nobody should have.
v1::CompareResponse Hostile() {
  v1::CompareResponse response;
  response.set_scale("ratio");
  response.set_source("runs of this aggregator's fleet");
  auto& platform = *response.add_platforms();
  platform.set_platform("<script>alert(1)</script>");
  platform.mutable_overall()->set_ratio(0.9);
  platform.mutable_overall()->set_lower(0.8);
  platform.mutable_overall()->set_upper(0.95);
  platform.set_rank(1);
  auto& overhead = *response.add_overheads();
  overhead.set_node("a\"|b`<i>");
  overhead.set_baseline("h");
  overhead.set_platform(platform.platform());
  overhead.set_benchmark("cpu_blowfish");
  overhead.set_suite("light");
  overhead.set_unit("seconds");
  overhead.set_baseline_median(0.5);
  overhead.set_node_median(0.45);
  overhead.set_ratio(0.9);
  overhead.set_lower(0.8);
  overhead.set_upper(0.95);
  overhead.set_blocks(8);
  overhead.set_missing_for_2_percent(12);
  overhead.set_missing_for_5_percent(0);
  overhead.set_smallest_detectable(0.031);
  overhead.set_answer(v1::Overhead::ANSWER_DIFFERENT);
  overhead.set_super_native(true);
  overhead.add_review("the guest's clock runs 4 % slow");
  response.add_notes("Measured on fewer than 6 hosts.");
  return response;
}

TEST(ComparisonTextTest, ThePilotOnItsOwnScale) {
  ExpectGolden("compare_pilot.txt", ComparisonText(Pilot("pilot")));
}

TEST(ComparisonTextTest, ThePilotAsRatios) {
  ExpectGolden("compare_ratio.txt", ComparisonText(Pilot("ratio")));
}

TEST(ComparisonTextTest, AFleetWithoutRoundsSaysSo) {
  v1::CompareResponse response;
  response.add_notes("Compared with nothing: g.");
  EXPECT_EQ(ComparisonText(response), "nothing can be compared yet\nCompared with nothing: g.\n");
}

TEST(ComparisonTextTest, AFigureThatIsTooGoodIsToBeReviewed) {
  EXPECT_THAT(ComparisonText(Hostile()), HasSubstr("different, too fast: review\n"));
  EXPECT_THAT(ComparisonText(Hostile()),
              HasSubstr("cpu_blowfish: the guest's clock runs 4 % slow"));
}

TEST(ReportTest, ThePilotsChapterAsText) {
  ExpectGolden("report.txt", WriteText(MakeReport(Pilot("ratio"), Pilot("pilot"))));
}

TEST(ReportTest, ThePilotsChapterAsMarkdown) {
  ExpectGolden("report.md", WriteMarkdown(MakeReport(Pilot("ratio"), Pilot("pilot"))));
}

TEST(ReportTest, NamesCannotLeaveTheirPlaceInHtml) {
  const auto html = WriteHtml(MakeReport(Hostile(), std::nullopt));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, HasSubstr("a&quot;|b`&lt;i&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<i>")));
  EXPECT_THAT(html, HasSubstr("Too good to be believed"));
  EXPECT_TRUE(html.ends_with("</body></html>\n"));
}

TEST(ReportTest, NamesCannotLeaveTheirCellInMarkdown) {
  const auto markdown = WriteMarkdown(MakeReport(Hostile(), std::nullopt));
  EXPECT_THAT(markdown, HasSubstr("| a\"\\|b\\`\\<i\\> |"));
}

TEST(ComparisonTextTest, ForProgramsEveryFigureHasAllItsDigits) {
  EXPECT_EQ(OverheadsListing(Hostile()).CsvText(),
            "node,baseline,substitute,platform,platform_version,benchmark,category,suite,family,"
            "labels,unit,baseline_median,node_median,ratio,lower,upper,blocks,answer,"
            "super_native,unranked\r\n"
            "\"a\"\"|b`<i>\",h,false,<script>alert(1)</script>,,cpu_blowfish,,light,,,seconds,"
            "0.5,0.45,0.9,0.8,0.95,8,different,true,false\r\n");
  EXPECT_EQ(PlatformsListing(Hostile()).CsvText(),
            "rank,tied,platform,ratio,lower,upper,worst_category,nodes,hosts,points\r\n"
            "1,false,<script>alert(1)</script>,0.9,0.8,0.95,,0,0,\r\n");
}

TEST(ComparisonTextTest, NamesCannotSteerATerminal) {
  auto response = Hostile();
  response.mutable_overheads(0)->set_node("a\x1b[2J\u202eb");
  response.add_notes("of \x1b]0;title\x07");
  const auto text = ComparisonText(response);
  EXPECT_THAT(text, HasSubstr("a\\x1b[2J\\u202eb"));
  EXPECT_THAT(text, HasSubstr("note: of \\x1b]0;title\\x07"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  const auto report = WriteText(MakeReport(response, std::nullopt));
  EXPECT_THAT(report, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace hypergauge::cli
