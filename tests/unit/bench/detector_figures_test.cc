#include "tests/bench/detector_figures.h"

#include <gtest/gtest.h>

#include <vector>

#include "build_paths.h"

namespace hypergauge::bench {
namespace {

const char* const kFolder = HYPERGAUGE_SOURCE_DIR "/tests/data/changepoints";

// The goals that bench_changepoints prints, as far as they do not depend on the machine.
TEST(DetectorFiguresTest, FindsTheLabelledRegressionsAndLittleElse) {
  const auto series = ReadSapSmall(kFolder);
  ASSERT_TRUE(series.has_value()) << series.error().message;
  const Hits hits = CountHits(*series);
  EXPECT_EQ(hits.regressions, 5);
  EXPECT_EQ(hits.found, 5);
  EXPECT_EQ(hits.quiet_points, 2785U);
  EXPECT_LE(hits.false_ones, 1);
}

TEST(DetectorFiguresTest, IsQuietInNoiseAndQuickWhereALevelMoves) {
  auto series = ReadSapLarge(kFolder);
  ASSERT_TRUE(series.has_value()) << series.error().message;
  ASSERT_EQ(series->size(), 466U);
  series->resize(60);  // the bench takes all of them
  const auto quiet = Shuffled(*series);
  const Hits hits = CountHits(quiet);
  EXPECT_LE(hits.false_ones, 0.15e-3 * static_cast<double>(hits.quiet_points));
  const Delay three = MeasureDelay(quiet, 3);
  ASSERT_TRUE(three.confirmed.has_value());
  EXPECT_LE(*three.confirmed, 8);
  const Delay five = MeasureDelay(quiet, 5);
  ASSERT_TRUE(five.confirmed.has_value());
  EXPECT_LE(*five.confirmed, 6);
}

TEST(DetectorFiguresTest, FindsLargeStepsInShortSeries) {
  auto series = ReadSapLarge(kFolder);
  ASSERT_TRUE(series.has_value()) << series.error().message;
  series->resize(60);
  const auto pieces = CountShortPieces(Shuffled(*series), 20, 5);
  ASSERT_GE(pieces.shifted.regressions, 1000);
  EXPECT_GE(pieces.shifted.found, 0.7 * pieces.shifted.regressions);
  EXPECT_LE(pieces.quiet.false_ones, 0.25e-3 * static_cast<double>(pieces.quiet.quiet_points));
}

}  // namespace
}  // namespace hypergauge::bench
