#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aggregator/analyst/analyst.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/records/environment_log.h"
#include "aggregator/records/event_log.h"
#include "aggregator/schedule/steering.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/self_metrics.h"
#include "tests/load/fleet.h"
#include "tests/load/runs.h"

namespace hypergauge::load {

/// The clock of the past.
class SimClock final : public Clock {
 public:
  void Set(int64_t unix_nanos) { now_ = unix_nanos; }
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override { return Realtime(); }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override {
    return std::chrono::nanoseconds(now_);
  }

 private:
  std::atomic<int64_t> now_ = 0;
};

/// Takes the analysis' orders for runs that shall confirm what it suspects.
class RunOrders final : public aggregator::Steering {
 public:
  struct Wanted {
    std::string node_id;
    std::string suite;
    std::string benchmark;
  };

  v1::GetScheduleResponse Report(const std::vector<std::string>&, int64_t) override { return {}; }
  Result<aggregator::Schedule::Order> RunNow(const std::string& node_id, const std::string& suite,
                                             const std::vector<std::string>& benchmarks) override;
  Result<int> Pause(const std::string&, aggregator::Time, const std::string&) override { return 0; }
  Result<int> Resume(const std::string&) override { return 0; }

  [[nodiscard]] std::vector<Wanted> Take() { return std::exchange(waiting_, {}); }

 private:
  std::vector<Wanted> waiting_;
  int ordered_ = 0;
};

/// The parts of an aggregator that keep what happened, on the clock of the past: the store, events,
/// epochs and the analysis are the real ones. Threads: one.
class StoreWriter {
 public:
  /// Errors: those of the store; kInvalidArgument for a folder that holds one already.
  [[nodiscard]] static Result<std::unique_ptr<StoreWriter>> Open(
      const std::filesystem::path& folder, std::chrono::nanoseconds interval);

  [[nodiscard]] SimClock& clock() { return clock_; }
  [[nodiscard]] RunOrders& orders() { return orders_; }
  [[nodiscard]] aggregator::Store& store() { return *store_; }

  /// The node came for the first time: lists it, begins its epochs.
  void Enroll(const SimNode& node, const v1::Hello& hello, const std::string& host_id);
  /// What the node says of itself changed.
  void Change(const v1::Hello& hello);
  /// When it was last heard of.
  void Seen(const SimNode& node, int64_t unix_nanos);
  void Put(v1::Run run);
  void PutLease(v1::LeaseRecord lease) { leases_.push_back(std::move(lease)); }

  /// All that was put is on disk, and a round of the analysis has seen it. Errors: those of the
  /// store.
  [[nodiscard]] Result<void> Settle();

  [[nodiscard]] aggregator::Analyst& analyst() { return analyst_; }
  [[nodiscard]] uint64_t runs() const { return runs_; }

 private:
  StoreWriter(std::unique_ptr<aggregator::Store> store, std::chrono::nanoseconds interval);

  void Failed(const Error& error);
  // All that was put is on disk when this returns.
  void Flush();

  SimClock clock_;
  RunOrders orders_;
  exporter::SelfMetrics metrics_;
  std::unique_ptr<aggregator::Store> store_;
  aggregator::Fleet fleet_;
  aggregator::EventLog events_;
  aggregator::EnvironmentLog environments_;
  aggregator::Analyst analyst_;
  std::vector<v1::LeaseRecord> leases_;
  uint64_t runs_ = 0;
  std::mutex mutex_;  // guards error_, which the store's thread sets
  std::optional<Error> error_;
};

}  // namespace hypergauge::load
