#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// Why a turn was put off, and each counted once.
namespace hypergauge::aggregator {

enum class Reason : uint8_t {
  kNone,
  kBusy,
  kQuietHours,
  kBudget,
  kError,
  kDisconnected,
  kPaused,
  kBlackout,
  kCeiling,
  kHostLocked,
  kPeerBusy,
  kOfflineSlot,
  kLost
};

inline constexpr std::array<std::string_view, 13> kReasonNames = {
    "",         "busy",    "quiet_hours", "budget",    "error",        "disconnected", "paused",
    "blackout", "ceiling", "host_locked", "peer_busy", "offline_slot", "lost"};

/// The name under which ScheduleCounts has it.
[[nodiscard]] inline std::string NameOf(Reason reason) {
  return std::string(kReasonNames[static_cast<size_t>(reason)]);
}

/// What a peer calls a reason; kError for what is none.
[[nodiscard]] inline Reason ReasonOf(std::string_view name) {
  for (size_t i = 1; i < kReasonNames.size(); ++i) {
    if (kReasonNames[i] == name) return static_cast<Reason>(i);
  }
  return Reason::kError;
}

/// The reasons by which something that waits was counted already.
class Reasons {
 public:
  /// Counts the reason unless it was counted.
  void Count(Reason reason, std::map<std::string, uint64_t>& counts) {
    const auto bit = uint32_t{1} << static_cast<uint32_t>(reason);
    if ((seen_ & bit) == 0) ++counts[NameOf(reason)];
    Note(reason);
  }
  /// It was counted elsewhere.
  void Note(Reason reason) {
    seen_ |= uint32_t{1} << static_cast<uint32_t>(reason);
    last_ = reason;
  }
  /// The one that was met last; kNone where there was none.
  [[nodiscard]] Reason last() const { return last_; }

 private:
  uint32_t seen_ = 0;
  Reason last_ = Reason::kNone;
};

}  // namespace hypergauge::aggregator
