#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "aggregator/records/event_log.h"
#include "aggregator/store/database.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/exposition.h"
#include "exporter/self_metrics.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {

/// A clock that stands until a test moves it; other threads may look at it meanwhile.
struct HeldClock final : Clock {
  struct Moment {
    std::atomic<int64_t> nanos{int64_t{24} * 365 * 50 * 3600 * 1'000'000'000};
    [[nodiscard]] int64_t count() const { return nanos; }
    void operator+=(std::chrono::nanoseconds time) { nanos += time.count(); }
    [[nodiscard]] std::chrono::nanoseconds time() const { return std::chrono::nanoseconds(nanos); }
  };
  Moment now;
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override { return now.time(); }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return now.time(); }
};

/// A real store with an event log; a node's label is "label of ID".
class RecordKeepingTest : public ::testing::Test {
 protected:
  // Whatever was put before is on disk then.
  void Flush() {
    std::promise<void> done;
    store_->EndEpochs("", 0, [&](const Result<void>&) { done.set_value(); });
    done.get_future().get();
  }

  // From now on the store cannot write to a table, until Mend.
  void Break(const std::string& table) {
    Execute("CREATE TRIGGER broken BEFORE INSERT ON " + table +
            " BEGIN SELECT RAISE(ABORT, 'no room'); END");
  }
  void Mend() { Execute("DROP TRIGGER broken"); }

  std::vector<v1::Event> Events(const EventFilter& filter = {}) {
    Flush();
    auto events = store_->Events(filter);
    EXPECT_TRUE(events.has_value()) << events.error().message;
    return events.value_or(std::vector<v1::Event>{});
  }

  std::string Scrape() {
    Flush();
    exporter::Snapshot snapshot;
    metrics_.CollectInto(snapshot);
    return exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  }

  void Execute(const std::string& sql) {
    Flush();
    auto database = Database::Open(folder_.path() / "hypergauge.db", Database::Mode::kReadWrite);
    ASSERT_TRUE(database.has_value()) << database.error().message;
    const auto executed = database->Execute(sql);
    ASSERT_TRUE(executed.has_value()) << executed.error().message;
  }

  testing::TempDir folder_;
  HeldClock clock_;
  exporter::SelfMetrics metrics_;
  std::unique_ptr<Store> store_ = std::move(*Store::Open(folder_.path()));
  EventLog log_{*store_, clock_, metrics_,
                [](const std::string& node_id) { return "label of " + node_id; }};
};

}  // namespace hypergauge::aggregator
