#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "aggregator/schedule/options.h"

/// Who may measure when without an aggregator. A pure state machine.
///
/// Every period is divided into slots of `length` with `guard` between them; slot i of a period
/// begins at n x period + i x (length + guard) since 1970. A node has one slot of its host, and
/// nobody else there has it until it has expired, even when the node moves away or leaves. A host
/// with more nodes than slots leaves the last without one.
namespace hypergauge::aggregator {

struct Slot {
  uint64_t token = 0;
  std::string node_id;
  std::string host;  ///< for which it was given
  int index = 0;
  Time valid_until{};
  /// When it is, as the probe was told: at all times t with (t - offset) mod period < length. Kept
  /// with the slot, because the configuration may be another one after a restart. Without a period
  /// the present options say what the index means.
  Time period{};
  Time offset{};
  Time length{};
  friend bool operator==(const Slot&, const Slot&) = default;
};

class Slots {
 public:
  explicit Slots(OfflineOptions options);

  /// What the last aggregator gave. Their nodes count as cut off until SetCutOff says otherwise.
  void Restore(const std::vector<Slot>& slots);

  /// The node's slot on its present host: the one that it has, with its validity renewed once less
  /// than half of it is left, or a new one with `token`, which is higher than all before. Nothing
  /// where none is free or slots are off. `changed`: the slot must be stored and sent. A node gets
  /// a new one too when the options changed, or when somebody came with a slot that meets its own.
  struct Given {
    Slot slot;
    bool changed = false;
  };
  [[nodiscard]] std::optional<Given> Give(const std::string& node_id, const std::string& host,
                                          uint64_t token, Time now);

  /// A node cannot be reached, or can again: from now on all slots that it was ever given are times
  /// in which it may be measuring, until they expire.
  void SetCutOff(const std::string& node_id, bool cut_off);

  /// Whether a cut-off node may be measuring on the host at some time from `at` until `until`,
  /// guards included.
  [[nodiscard]] bool IsReserved(const std::string& host, Time at, Time until) const;
  /// The first moment at or after `at` from which `length` fits before the next reserved time.
  [[nodiscard]] Time NextFree(const std::string& host, Time at, Time length) const;

  /// Whether a run from `start` until `end` lies inside of the slot that the token stands for, with
  /// `tolerance` for what is not known of the node's clock.
  [[nodiscard]] bool Covers(uint64_t token, const std::string& node_id, Time start, Time end,
                            Time tolerance) const;

  /// The node is found on another host now: the slots that it has are kept free there as well.
  void Move(const std::string& node_id, const std::string& host);

  /// Forgets what expired more than a week ago.
  void Expire(Time now);
  [[nodiscard]] std::vector<Slot> All() const;
  [[nodiscard]] const OfflineOptions& options() const { return options_; }

 private:
  struct Entry {
    Slot slot;
    std::vector<std::string> hosts;  // where it is kept free
  };

  void Add(const Slot& slot);
  void Remove(uint64_t token);
  [[nodiscard]] Slot At(int index) const;
  [[nodiscard]] bool IsExpired(const Slot& slot, Time now) const;
  [[nodiscard]] bool MeetsAnother(const Slot& slot, const std::string& host, Time now) const;
  [[nodiscard]] std::optional<Slot> FindFree(const std::string& node_id, const std::string& host,
                                             Time now) const;
  // When a cut-off node that measures in [at, until) is done; `at` where none does.
  [[nodiscard]] Time BusyUntil(const std::string& host, Time at, Time until) const;

  OfflineOptions options_;
  int per_period_ = 0;
  std::map<uint64_t, Entry> entries_;  // by token
  std::unordered_map<std::string, std::set<uint64_t>> by_host_;
  std::unordered_map<std::string, std::set<uint64_t>> by_node_;
  std::unordered_set<std::string> cut_off_;  // node_ids
};

}  // namespace hypergauge::aggregator
