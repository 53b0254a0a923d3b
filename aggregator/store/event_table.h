#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/store/database.h"
#include "base/result.h"
#include "hypergauge/v1/event.pb.h"

namespace hypergauge::aggregator {

/// Which events are wanted. An empty list takes all.
struct EventFilter {
  std::vector<std::string> labels = {};    ///< at the time of the event
  std::vector<std::string> node_ids = {};  ///< whatever the nodes were called; joins `labels`
  std::vector<v1::Event::Kind> kinds = {};
  int64_t since_unix_nanos = 0;   ///< at or after
  int64_t before_unix_nanos = 0;  ///< before; 0 for no end
  uint32_t limit = 1000;          ///< at most so many, the newest
};

/// Table `events`; the caller owns the transaction and the lock.
class EventTable {
 public:
  /// So many of the newest are kept.
  static constexpr int64_t kMostEvents = 100'000;

  explicit EventTable(Database& database) : database_(database) {}

  /// Appends and returns the event's id; the oldest beyond kMostEvents are deleted.
  [[nodiscard]] Result<uint64_t> Put(const v1::Event& event);

  /// Newest first. Errors: kCorrupt for an event that cannot be read; those of Database.
  [[nodiscard]] Result<std::vector<v1::Event>> List(const EventFilter& filter);

 private:
  Database& database_;
};

}  // namespace hypergauge::aggregator
