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
#include "probes/agent/offline_slot.h"
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
  /// Between two looks whether it is time for the offline slot, while there is no aggregator.
  std::chrono::milliseconds slot_look_interval{1'000};
};

/// What the agent does for a session.
struct SessionWork {
  /// The Hello of the next stream, without protocol version, active lease and slot. Also asked
  /// before each lease and every look_interval, for what has changed. Called on the session's
  /// thread.
  std::function<v1::Hello()> hello;
  /// The placement of that Hello, asked again and again, so that a guest's move is noticed at once.
  /// May be empty. Called on the session's thread.
  std::function<v1::Placement()> placement;
  /// Measures under a lease. Called on the runner's thread.
  std::function<LeaseResult(const HeldLease&, const CycleObserver&, const std::stop_token&)>
      measure;
  /// Why this is another machine than the one that the identity was made for; empty as long as it
  /// is not. Asked before every stream and every SessionOptions::look_interval; may be missing.
  std::function<std::string()> why_another;
  /// Keeps the token of a Welcome durably; may be missing.
  std::function<Result<void>(const v1::ContinuityToken&)> keep_continuity;
  /// The identity's offline slot; null where none is kept. Used on the session's thread.
  OfflineSlotFile* slot = nullptr;
};

/// Why a session is over.
struct SessionEnd {
  enum class Kind {
    kStopped,
    kEnrollAnew,    ///< this identity is another machine's
    kTakeIdentity,  ///< the aggregator gives another identity
  };
  Kind kind = Kind::kStopped;
  std::string reason;        ///< of kEnrollAnew, for people
  v1::TakeIdentity taken;    ///< of kTakeIdentity
  bool was_welcome = false;  ///< whether an aggregator ever took this identity
};

/// Keeps one stream to the aggregator open for ever, with back-off and full jitter between two.
/// Works through the leases that come, keeps every finished run in the spool first, sends the spool
/// in order and trims it by the acknowledgements. While the aggregator is away, a lease that was
/// received is worked on all the same, and the offline slot is used (docs/schedule.md); a lease or
/// slot that is worked on when the stream comes back goes on to its end. One session is of one
/// identity.
class Session {
 public:
  Session(SessionOptions options, SessionWork work, Spool& spool, RandomBits random,
          const Clock& clock = Clock::System());
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns after a stop was requested: the work is stopped, its lease given back if the
  /// aggregator listens, within SessionOptions::stop_limit and what the work takes to stop. Returns
  /// too when the identity can be used no longer; a lease may still be worked on until the session
  /// is destroyed.
  [[nodiscard]] SessionEnd Run(const std::stop_token& stop);

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
    std::optional<v1::Presence> presence;  // to be answered
    TimePoint next_placement;              // when to look at it again
    v1::EnvironmentChange announced;
    std::optional<v1::EnvironmentChange> change;  // only the latest counts
    std::optional<v1::OfflineSlot> slot;          // to be kept once the time is known
  };

  [[nodiscard]] bool RunStream(const std::stop_token& stop);
  [[nodiscard]] bool Serve(Stream& stream, const std::stop_token& stop);
  void Handle(const v1::AggregatorMessage& message);
  void HandleWelcome(const v1::Welcome& welcome);
  void HandleLease(const v1::Lease& lease);
  void HandleTakeIdentity(const v1::TakeIdentity& taken);
  void KeepSlot();
  void AskForTime();
  /// The lease of the offline slot, if it is to begin now.
  [[nodiscard]] std::optional<v1::Lease> DueSlot() const;
  void UseSlot();
  void WaitFor(std::chrono::milliseconds delay, const std::stop_token& stop);
  [[nodiscard]] LeaseRunner::Terms TermsOf(const v1::Lease& lease) const;
  void KeepContinuity(const v1::ContinuityToken& token);
  void CheckMachine();
  void EndAs(SessionEnd::Kind kind, const std::string& reason);
  void Configure(const v1::Configuration& configuration);
  void Settle(uint64_t sequence);
  void AnnounceChange();
  void AnnouncePlacement();
  void NoteLeaseEnd(v1::LeaseEnd end);
  void Push(v1::ProbeMessage message);
  [[nodiscard]] v1::ProbeMessage MakeHello();
  /// The lease that ended while nobody could be told.
  [[nodiscard]] std::optional<std::string> UntoldLeaseEnd() const;
  void DropSlotEnds();
  [[nodiscard]] std::optional<v1::ProbeMessage> NextMessage();
  [[nodiscard]] TimePoint NextTimer() const;
  [[nodiscard]] TimePoint NextSlotLook() const;
  LeaseResult Measure(const HeldLease& held, const std::stop_token& stop);
  void NoteProgress(const std::string& lease_id, const CycleProgress& now);
  void EndStream(Stream& stream);

  const SessionOptions options_;
  const SessionWork work_;
  Spool& spool_;
  const RandomBits random_;
  const Clock& clock_;
  Bell bell_;
  ClockExchanger clocks_;
  SlotUse slot_use_;
  Link link_;
  bool was_welcome_ = false;
  std::optional<SessionEnd> end_;  // of the session
  mutable std::mutex mutex_;       // guards the outbox
  std::deque<v1::ProbeMessage> outbox_;
  std::optional<v1::Progress> progress_;  // only the latest counts
  LeaseRunner runner_;                    // last: its thread uses all others
};

}  // namespace hypergauge::probes
