#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "hypergauge/v1/session.pb.h"
#include "probes/agent/aggregator_clock.h"
#include "probes/clock_evidence.h"

namespace hypergauge::probes {

/// Asks the aggregator for its time over the session's stream. Whoever measures calls Read and
/// waits; whoever owns the stream fetches each question, and tells when it is written and when its
/// answer is there. Moments are taken by those who write and read, so that no queue is measured.
/// Threads: any, but one Read at a time.
class ClockExchanger final : public ReferenceClock {
 public:
  /// ring:  a question is waiting. Called on Read's thread.
  /// limit: what a reading may take; the exchanges that were done by then count.
  ClockExchanger(std::function<void()> ring, const Clock& clock,
                 std::chrono::milliseconds limit = std::chrono::milliseconds(500))
      : ring_(std::move(ring)), clock_(clock), limit_(limit) {}

  [[nodiscard]] Result<ClockReading> Read(const std::stop_token& stop) override;

  /// A stream stands, and the aggregator has welcomed us; it is gone.
  void Connected();
  void Disconnected();

  /// Has a question asked for Now, unless a Read is under way, which asks anyhow. Rings.
  void Ask();

  /// The aggregator's calendar, by all answers of this process.
  [[nodiscard]] std::optional<AggregatorTime> Now() const;
  /// The same, but only as the aggregator of the present link has told it.
  [[nodiscard]] std::optional<AggregatorTime> NowOnThisLink() const;

  /// The question to be written now, if there is one.
  [[nodiscard]] std::optional<v1::ClockRequest> TakeRequest();

  /// Right before the question is written.
  void Writing(const v1::ClockRequest& request);

  /// Right after an answer came. Answers to questions that nobody waits for any more do nothing.
  /// Rings when it is the first.
  void Received(const v1::ClockReply& reply);

 private:
  // The exchange that is under way.
  struct Present {
    uint64_t cookie = 0;
    bool to_be_sent = false;
    bool written = false;
    bool answered = false;
    ClockExchange exchange;
  };

  [[nodiscard]] Result<ClockReading> ReadOver(uint64_t link, const std::stop_token& stop);
  [[nodiscard]] Result<ClockExchange> Exchange(uint64_t link, const std::stop_token& stop,
                                               std::chrono::steady_clock::time_point end);

  const std::function<void()> ring_;
  const Clock& clock_;
  const std::chrono::milliseconds limit_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable_any changed_;
  Present present_;
  bool reading_ = false;  // a Read is under way
  AggregatorClock aggregator_;
  uint64_t links_ = 0;  // so far
  uint64_t link_ = 0;   // the present one; 0 for none
};

}  // namespace hypergauge::probes
