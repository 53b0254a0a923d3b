#pragma once

#include <string>
#include <vector>

#include "base/table.h"
#include "cli/listing.h"
#include "hypergauge/v1/analysis.pb.h"

/// A comparison as a person reads it. Pure functions.
namespace hypergauge::cli {

/// "1.100"; "-" where there is none.
[[nodiscard]] std::string RatioText(double ratio);
/// "[1.050, 1.200]"; "-" where the interval is missing (both 0).
[[nodiscard]] std::string IntervalText(double lower, double upper);
/// "2", "2=" where the place is not sure, "-" without one.
[[nodiscard]] std::string RankText(const v1::PlatformScore& platform);
/// "equivalent", "different", "inconclusive", with ", review" behind it where the guest is too
/// fast, and ", not ranked".
[[nodiscard]] std::string AnswerText(const v1::Overhead& overhead);
/// "12" blocks that are missing, "-" while nobody knows.
[[nodiscard]] std::string MissingText(bool known, uint32_t blocks);

/// Titles and rows, for any kind of output.
struct PlainTable {
  std::vector<Table::Column> columns;
  std::vector<std::vector<std::string>> rows;
  [[nodiscard]] std::string Text() const;
};

/// Best first: rank, platform, overall ratio with its interval, worst category, nodes, hosts, a
/// column a category; on the pilot's scale rank, platform, points and a column a test.
[[nodiscard]] PlainTable RankingTable(const v1::CompareResponse& comparison);

/// Best first: platform and a column a benchmark of the category, with what is only shown in
/// brackets.
[[nodiscard]] PlainTable BenchmarkTable(const v1::CompareResponse& comparison);

/// A row a guest and benchmark: both medians, ratio, interval, blocks, those that are missing for 2
/// and 5 %, the smallest change that can be seen, answer. At most `most` rows.
[[nodiscard]] PlainTable OverheadTable(const v1::CompareResponse& comparison, size_t most);

/// All of the above, with what to know of it.
[[nodiscard]] std::string ComparisonText(const v1::CompareResponse& comparison);

/// For programs: a row a node and benchmark, and a row a platform.
[[nodiscard]] Listing OverheadsListing(const v1::CompareResponse& comparison);
[[nodiscard]] Listing PlatformsListing(const v1::CompareResponse& comparison);

}  // namespace hypergauge::cli
