#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "aggregator/store/store.h"
#include "tests/support/messages.h"

namespace hypergauge::testing {

/// A guest of `host` on a platform.
inline v1::Hello MakeGuest(const std::string& name, const std::string& host,
                           const std::string& platform) {
  auto hello = MakeHello(name);
  hello.set_role(v1::ROLE_GUEST);
  hello.mutable_placement()->set_host(host);
  hello.mutable_platform()->set_name(platform);
  return hello;
}

/// A store folder with nodes and runs, a run a second from `begin_seconds` since 1970 on.
class MeasuredStore {
 public:
  MeasuredStore(const std::filesystem::path& folder, int64_t begin_seconds)
      : begin_seconds_(begin_seconds) {
    auto store = aggregator::Store::Open(folder);
    EXPECT_TRUE(store.has_value()) << store.error().message;
    if (store) store_ = std::move(*store);
  }

  [[nodiscard]] aggregator::Store& store() { return *store_; }

  /// As the aggregator leaves it: it knows who the host is. Durable when this returns.
  void Put(const v1::Hello& hello) {
    store_->PutNode(hello, 42, {});
    v1::PlacementEpoch epoch;
    epoch.set_began_unix_nanos(1);
    epoch.set_host(hello.placement().host());
    std::promise<void> done;
    store_->PutPlacementEpoch(hello.identity().node_id(), epoch,
                              [&](const auto&) { done.set_value(); });
    done.get_future().get();
  }

  /// The next run of cpu_blowfish, for tests to change.
  [[nodiscard]] v1::Run NextRun(const std::string& node, double seconds, uint64_t round = 0,
                                uint32_t pass = 0) {
    ++sequence_;
    auto run = MakeRun(node, sequence_, seconds, begin_seconds_ + static_cast<int64_t>(sequence_));
    run.set_round(round);
    run.set_round_pass(pass);
    return run;
  }

  void Measure(const std::string& node, double seconds, uint64_t round = 0, uint32_t pass = 0) {
    std::promise<bool> done;
    store_->PutRun(NextRun(node, seconds, round, pass),
                   [&](const auto& stored) { done.set_value(stored.value_or(false)); });
    ASSERT_TRUE(done.get_future().get());
  }

  /// host, guest, guest, host as the schedule has it, while the machine drifts steadily.
  void MeasureRound(uint64_t round, const std::string& host, const std::string& guest,
                    double ratio) {
    const double base = 1 + 0.1 * static_cast<double>(round);
    Measure(host, base * 0.97, round, 1);
    Measure(guest, ratio * base * 0.99, round, 1);
    Measure(guest, ratio * base * 1.01, round, 2);
    Measure(host, base * 1.03, round, 2);
  }

 private:
  const int64_t begin_seconds_;
  std::unique_ptr<aggregator::Store> store_;
  uint64_t sequence_ = 0;
};

}  // namespace hypergauge::testing
