#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/analyst/analyst.h"
#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {

inline constexpr std::chrono::minutes kInterval{30};

/// Remembers what was ordered.
class Orders final : public Steering {
 public:
  v1::GetScheduleResponse Report(const std::vector<std::string>&, int64_t) override { return {}; }
  Result<Schedule::Order> RunNow(const std::string& node_id, const std::string& suite,
                                 const std::vector<std::string>& benchmarks) override {
    ordered.push_back(node_id + " " + suite + " " + benchmarks.at(0));
    return Schedule::Order{"lease-" + std::to_string(ordered.size() / asked_for_each), 0};
  }
  Result<int> Pause(const std::string&, Time, const std::string&) override { return 0; }
  Result<int> Resume(const std::string&) override { return 0; }

  std::vector<std::string> ordered;
  size_t asked_for_each = 1;  // times that the same order waits
};

/// An Analyst with a real store, and a node whose figures have a noise of 1 %.
class AnalystTest : public RecordKeepingTest {
 protected:
  void SetUp() override {
    fleet_.Connected(testing::MakeHello("a"), clock_.Realtime().count());
    store_->PutNode(testing::MakeHello("a"), 42, {});
    log_.SetListener([this](const v1::Event& event) { analyst_->Happened(event); });
    Restart();
  }

  // As an aggregator that was killed between two rounds.
  void Restart() {
    analyst_ = std::make_unique<Analyst>(
        analysis::RegressionOptions{}, Analyst::Outside{.store = *store_,
                                                        .fleet = fleet_,
                                                        .events = log_,
                                                        .steering = orders_,
                                                        .clock = clock_,
                                                        .metrics = metrics_,
                                                        .interval_of = [this](const std::string&) {
                                                          if (on_new_series_) on_new_series_();
                                                          return kInterval;
                                                        }});
    const auto restored = analyst_->Restore();
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
  }

  // One clean run of cpu_blowfish that began so long ago.
  void Give(double median, std::chrono::nanoseconds ago = {}) {
    auto run = testing::MakeRun("a", ++sequence_, median * (1 + 0.01 * noise_(random_)),
                                (clock_.Realtime() - ago).count() / 1'000'000'000);
    run.mutable_build()->set_bench_sha256(build_);
    store_->PutRun(run, {});
    Flush();
    analyst_->Record(run);
  }

  // One now, and a round of the analysis after it.
  void Measure(double median) {
    clock_.now += kInterval;
    Give(median);
    analyst_->RunRound();
  }

  void Measure(double median, int times) {
    for (int i = 0; i < times; ++i) Measure(median);
  }

  std::vector<v1::Regression> In(v1::Regression::State state) const {
    std::vector<v1::Regression> found;
    for (auto& regression : analyst_->Open()) {
      if (regression.state() == state) found.push_back(std::move(regression));
    }
    return found;
  }

  std::vector<v1::Event> EventsOf(v1::Event::Kind kind) { return Events({.kinds = {kind}}); }

  std::string ScrapeAnalyst() const {
    exporter::Snapshot snapshot;
    analyst_->CollectInto(snapshot);
    return exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  }

  Fleet fleet_{kInterval};
  Orders orders_;
  std::unique_ptr<Analyst> analyst_;
  std::function<void()> on_new_series_;
  std::string build_ = "former";  // of hypergauge-bench
  uint64_t sequence_ = 0;
  std::mt19937 random_{7};
  std::normal_distribution<double> noise_;
};

}  // namespace hypergauge::aggregator
