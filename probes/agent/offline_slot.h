#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/session.pb.h"
#include "probes/agent/aggregator_clock.h"

/// The standing right to measure while the aggregator cannot be reached.
namespace hypergauge::probes {

/// No slot is valid for longer, whatever the aggregator says.
inline constexpr std::chrono::hours kLongestSlotValidity{24 * 7};

/// The slot as it is kept: valid_until_unix_nanos at most kLongestSlotValidity after `now` (the
/// aggregator's time). One without a token is none, and passes.
/// Errors: kInvalidArgument, naming the field and what is wrong with it.
[[nodiscard]] Result<v1::OfflineSlot> CheckSlot(v1::OfflineSlot slot, std::chrono::nanoseconds now);

/// The slot of one node in the state folder. Every change is durable before a member returns; one
/// that fails changes nothing. Threads: one.
class OfflineSlotFile {
 public:
  /// Forgets a slot that is another node's: it stands for a place among the nodes of a host.
  /// A damaged file is none, and said so in the log: the aggregator gives the slot again.
  /// Errors: those of reading and removing the file.
  [[nodiscard]] static Result<OfflineSlotFile> Open(std::filesystem::path file,
                                                    std::string node_id);

  /// Replaces the slot; one without a token leaves none. Errors: those of writing the file.
  [[nodiscard]] Result<void> Keep(const v1::OfflineSlot& slot);

  [[nodiscard]] const std::optional<v1::OfflineSlot>& slot() const { return slot_; }

 private:
  OfflineSlotFile(std::filesystem::path file, std::string node_id)
      : file_(std::move(file)), node_id_(std::move(node_id)) {}

  std::filesystem::path file_;
  std::string node_id_;
  std::optional<v1::OfflineSlot> slot_;
};

/// "slot-TOKEN", under which the runs of a slot stand.
[[nodiscard]] std::string LeaseIdOf(const v1::OfflineSlot& slot);

[[nodiscard]] bool IsSlotLease(const std::string& lease_id);

/// When a probe that is cut off measures in its slot: not before it was cut off for long enough,
/// once each time, and only while at least half of the slot is left. What the time here may be
/// wrong by counts as outside. Not for several threads.
class SlotUse {
 public:
  /// The aggregator may have heard of this probe until now, by Clock::MonotonicRaw.
  void Reached(std::chrono::nanoseconds now) { reached_ = now; }

  /// The lease to begin now, if there is one: until the end of the slot.
  [[nodiscard]] std::optional<v1::Lease> Due(const v1::OfflineSlot& slot,
                                             const AggregatorTime& time,
                                             std::chrono::nanoseconds now) const;

  /// The lease of Due was begun.
  void Used(const v1::Lease& lease) { used_ = lease.start_unix_nanos(); }

 private:
  std::chrono::nanoseconds reached_{};
  int64_t used_ = 0;  // where the slot began
};

}  // namespace hypergauge::probes
