// What compare and report print. The golden files are what was once read and found right;
// HYPERGAUGE_UPDATE_GOLDEN=1 writes them anew, and the difference is then to be read in git.
#include "cli/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "aggregator/analysis/shipped_data_sets.h"
#include "aggregator/comparison/compare.h"
#include "build_paths.h"
#include "cli/report.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = std::string(HYPERGAUGE_SOURCE_DIR) + "/tests/unit/cli/testdata/" + name;
  if (std::getenv("HYPERGAUGE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(testing::ReadFile(path), text);
}

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

}  // namespace
}  // namespace hypergauge::cli
