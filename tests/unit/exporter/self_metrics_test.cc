#include "exporter/self_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "tests/support/temp_dir.h"

namespace hypergauge::exporter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Without process_* families.
std::string Write(const SelfMetrics& metrics, Format format = Format::kText004) {
  Snapshot snapshot;
  metrics.CollectInto(snapshot);
  return WriteExposition(snapshot, format, 0);
}

struct EmptyProc {
  hypergauge::testing::TempDir folder;
  SelfMetrics metrics{folder.path()};
};

TEST(SelfMetrics, ExposesCountersAndGaugesWithTheirLabels) {
  EmptyProc self;
  self.metrics.AddCounter("x_runs_total", "Runs.", {{"verdict", "clean"}}).Increment(2);
  self.metrics.AddCounter("x_runs_total", "Runs.", {{"verdict", "busy"}}).Increment();
  self.metrics.AddGauge("x_sessions", "Sessions.").Set(-1.5);
  EXPECT_EQ(Write(self.metrics),
            "# HELP x_runs_total Runs.\n# TYPE x_runs_total counter\n"
            "x_runs_total{verdict=\"busy\"} 1\nx_runs_total{verdict=\"clean\"} 2\n"
            "# HELP x_sessions Sessions.\n# TYPE x_sessions gauge\nx_sessions -1.5\n");
}

TEST(SelfMetrics, ReturnsTheSameMetricForTheSameNameAndLabels) {
  EmptyProc self;
  EXPECT_EQ(&self.metrics.AddGauge("x", "", {{"a", "b"}}),
            &self.metrics.AddGauge("x", "", {{"a", "b"}}));
  EXPECT_NE(&self.metrics.AddGauge("x", "", {{"a", "b"}}), &self.metrics.AddGauge("x", ""));
}

TEST(SelfMetrics, ExposesHistogramsInFull) {
  EmptyProc self;
  auto& histogram = self.metrics.AddHistogram("x_seconds", "Time.", {0.5, 1}, {{"a", "b"}});
  for (const double value : {0.25, 0.75, 8.0}) histogram.Observe(value);
  EXPECT_EQ(Write(self.metrics, Format::kOpenMetrics100),
            "# HELP x_seconds Time.\n# TYPE x_seconds histogram\n# UNIT x_seconds seconds\n"
            "x_seconds_bucket{a=\"b\",le=\"0.5\"} 1\n"
            "x_seconds_bucket{a=\"b\",le=\"1.0\"} 2\n"
            "x_seconds_bucket{a=\"b\",le=\"+Inf\"} 3\n"
            "x_seconds_sum{a=\"b\"} 9\nx_seconds_count{a=\"b\"} 3\n# EOF\n");
}

TEST(SelfMetrics, AsksCallbacksAtEveryScrape) {
  EmptyProc self;
  double asked = 0;
  self.metrics.AddCallback("x_depth", "Replaced.", [] { return -1; });
  self.metrics.AddCallback("x_depth", "Depth.", [&] { return ++asked; });
  EXPECT_EQ(Write(self.metrics), "# HELP x_depth Depth.\n# TYPE x_depth gauge\nx_depth 1\n");
  EXPECT_THAT(Write(self.metrics), HasSubstr("\nx_depth 2\n"));
}

TEST(SelfMetrics, ExposesAGaugeNamedInfoAsSuch) {
  EmptyProc self;
  self.metrics.AddGauge("x_build_info", "Build.", {{"version", "1.2.3"}}).Set(1);
  EXPECT_THAT(Write(self.metrics, Format::kOpenMetrics100),
              HasSubstr("# TYPE x_build info\nx_build_info{version=\"1.2.3\"} 1\n"));
}

TEST(SelfMetrics, RefusesNamesThatAreNone) {
  EmptyProc self;
  EXPECT_THROW(self.metrics.AddGauge("not a name", ""), std::invalid_argument);
  self.metrics.AddGauge("x", "");
  EXPECT_THROW(self.metrics.AddCounter("x", ""), std::invalid_argument);
}

TEST(SelfMetrics, DescribesTheProcess) {
  const SelfMetrics metrics;
  const auto text = Write(metrics);
  for (const char* line : {"# TYPE process_cpu_seconds_total counter", "\nprocess_open_fds ",
                           "\nprocess_max_fds ", "\nprocess_resident_memory_bytes ",
                           "\nprocess_virtual_memory_bytes ", "\nprocess_start_time_seconds "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  const EmptyProc none;
  EXPECT_THAT(Write(none.metrics), Not(HasSubstr("process_")));
}

TEST(SelfMetrics, MayBeUsedFromSeveralThreads) {
  EmptyProc self;
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        self.metrics.AddCounter("x_total", "", {{"i", std::to_string(i % 10)}}).Increment();
        self.metrics.AddCallback("x_" + std::to_string(i % 10), "", [] { return 1; });
        EXPECT_THAT(Write(self.metrics), HasSubstr("x_total{i=\"0\"}"));
      }
    });
  }
  threads.clear();
  EXPECT_THAT(Write(self.metrics), HasSubstr("x_total{i=\"9\"} 40\n"));
}

}  // namespace
}  // namespace hypergauge::exporter
