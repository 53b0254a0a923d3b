#include "aggregator/analyst/regression_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kCause = "hypergauge_regression_cause_info";

std::string CauseLabels(const v1::Regression& regression) {
  exporter::Snapshot snapshot;
  AddRegressions({regression}, snapshot);
  EXPECT_TRUE(snapshot.families.contains(kCause));
  EXPECT_THAT(snapshot.sources, SizeIs(1));
  const auto& samples = snapshot.sources.at(0)->at(kCause);
  EXPECT_THAT(samples, SizeIs(1));
  return samples.at(0).labels;
}

TEST(RegressionSamples, TellTheCause) {
  v1::Regression regression;
  regression.set_id(7);
  regression.set_blame("kernel");
  regression.set_cause("kernel_release changed from 6.1 to 6.6, 25 min before");
  EXPECT_EQ(CauseLabels(regression),
            "{blame=\"kernel\",cause=\"kernel_release changed from 6.1 to 6.6, 25 min before\","
            "regression=\"7\"}");
}

TEST(RegressionSamples, ShowOneWithoutACauseToo) {
  v1::Regression regression;
  regression.set_id(7);
  EXPECT_EQ(CauseLabels(regression), "{blame=\"\",cause=\"\",regression=\"7\"}");
}

TEST(RegressionSamples, CutACauseThatQuotesALongFact) {
  constexpr size_t kLong = 10'000;
  v1::Regression regression;
  regression.set_cause("cmdline changed to a\nb" + std::string(kLong, 'x'));
  const auto labels = CauseLabels(regression);
  EXPECT_LT(labels.size(), 400U);
  EXPECT_THAT(labels, HasSubstr("changed to a bxxx"));
  EXPECT_THAT(labels, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace hypergauge::aggregator
