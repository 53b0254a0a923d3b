#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/session.pb.h"
#include "probes/agent/backoff.h"
#include "probes/agent/bell.h"
#include "probes/agent/clock_exchange.h"
#include "probes/agent/identity.h"
#include "probes/agent/lease_runner.h"
#include "probes/agent/spool.h"
#include "probes/cycle.h"

namespace hypergauge::probes {

class Stream;

struct SessionOptions {
  std::string address;  ///< HOST:PORT of the aggregator
  Backoff backoff;
  /// An aggregator that does not answer Hello within this time is left.
  std::chrono::milliseconds welcome_limit{30'000};
  /// How often what surrounds the node is read again while nothing happens.
  std::chrono::milliseconds look_interval{60'000};
  /// What a stop may take: giving back the lease and ending the stream.
  std::chrono::milliseconds stop_limit{1'800};
  /// Between two looks at the placement.
  std::chrono::milliseconds placement_interval{5'000};
};

/// What the agent does for a session.
struct SessionWork {
  /// The Hello of the next stream, without protocol version and active lease. Also asked before
  /// each lease and every look_interval, for what has changed. Called on the session's thread.
  std::function<v1::Hello()> hello;
  /// The placement of that Hello, asked again and again, so that a guest's move is noticed at once.
  /// May be empty. Called on the session's thread.
  std::function<v1::Placement()> placement;
  /// Measures under a lease. Called on the runner's thread.
  std::function<Result<void>(const HeldLease&, const CycleObserver&, const std::stop_token&)>
      measure;
};

/// Keeps one stream to the aggregator open for ever, with back-off and full jitter between two.
/// Works through the leases that come, keeps every finished run in the spool first, sends the spool
/// in order and trims it by the acknowledgements. While the aggregator is away, a lease that was
/// received is worked on all the same.
class Session {
 public:
  Session(SessionOptions options, SessionWork work, Spool& spool, RandomBits random,
          const Clock& clock = Clock::System());
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns after a stop was requested: the work is stopped, its lease given back if the
  /// aggregator listens, within SessionOptions::stop_limit and what the work takes to stop.
  void Run(const std::stop_token& stop);

  /// The aggregator's clock, for SessionWork::measure; it lives as long as the session.
  [[nodiscard]] ReferenceClock& reference_clock() { return clocks_; }

 private:
  using TimePoint = Bell::TimePoint;

  // What is known of the present stream.
  struct Link {
    TimePoint opened;
    bool welcomed = false;
    bool progressed = false;  // something was acknowledged or rejected
    uint64_t sent = 0;        // the highest sequence
    std::deque<uint64_t> under_way;
    uint32_t max_under_way = 1;
    std::chrono::seconds heartbeat{0};
    TimePoint next_heartbeat;
    TimePoint next_look;
    TimePoint next_placement;  // when to look at it again
    v1::EnvironmentChange announced;
    std::optional<v1::EnvironmentChange> change;  // only the latest counts
  };

  [[nodiscard]] bool RunStream(const std::stop_token& stop);
  [[nodiscard]] bool Serve(Stream& stream, const std::stop_token& stop);
  void Handle(const v1::AggregatorMessage& message);
  void HandleWelcome(const v1::Welcome& welcome);
  void HandleLease(const v1::Lease& lease);
  void Configure(const v1::Configuration& configuration);
  void Settle(uint64_t sequence);
  void AnnounceChange();
  void AnnouncePlacement();
  void NoteLeaseEnd(v1::LeaseEnd end);
  void Push(v1::ProbeMessage message);
  [[nodiscard]] v1::ProbeMessage MakeHello();
  /// The lease that ended while nobody could be told.
  [[nodiscard]] std::optional<std::string> UntoldLeaseEnd() const;
  [[nodiscard]] std::optional<v1::ProbeMessage> NextMessage();
  [[nodiscard]] TimePoint NextTimer() const;
  Result<void> Measure(const HeldLease& held, const std::stop_token& stop);
  void NoteProgress(const std::string& lease_id, const CycleProgress& now);
  void EndStream(Stream& stream);

  const SessionOptions options_;
  const SessionWork work_;
  Spool& spool_;
  const RandomBits random_;
  const Clock& clock_;
  Bell bell_;
  ClockExchanger clocks_;
  Link link_;
  mutable std::mutex mutex_;  // guards the outbox
  std::deque<v1::ProbeMessage> outbox_;
  std::optional<v1::Progress> progress_;  // only the latest counts
  LeaseRunner runner_;                    // last: its thread uses all others
};

}  // namespace hypergauge::probes
