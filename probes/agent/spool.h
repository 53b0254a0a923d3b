#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/node.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::probes {

/// How much may wait for an aggregator that is away.
struct SpoolLimits {
  uint64_t runs = 100'000;
  uint64_t bytes = uint64_t{256} << 20U;
};

/// Finished runs on their way to the aggregator, each durable in a file of its own before anybody
/// hears of it. They leave when acknowledged. Sequences count from 1 without gaps; the newest file
/// stays until there is a newer one, so that a restart continues the count.
/// Damaged files go to damaged/, rejected ones to rejected/, at most 1000 in each: they never
/// block. Threads: all members from any thread.
class Spool {
 public:
  /// Opens or makes the folder for the runs of (identity.node_id, identity.epoch).
  /// Errors: those of the system calls, naming the path.
  [[nodiscard]] static Result<std::unique_ptr<Spool>> Open(const std::filesystem::path& folder,
                                                           const v1::NodeIdentity& identity,
                                                           const SpoolLimits& limits = {});

  /// Numbers and keeps a run; it is durable on return. Drops the oldest ones over the limits.
  /// Errors: those of writing, kResourceExhausted on a full disk; the run is lost and counted as
  /// dropped, and its sequence is given to the next one.
  [[nodiscard]] Result<uint64_t> Append(v1::Run run);

  /// The first run behind this sequence that waits for its acknowledgement; nothing at the end.
  [[nodiscard]] std::optional<v1::Run> Next(uint64_t after);

  /// All up to this sequence are stored at the aggregator and leave.
  void Acknowledge(uint64_t sequence);

  /// The aggregator has a run of this sequence. One beyond all that were numbered here means that
  /// this folder is older than what was sent (a restored backup or snapshot): numbering goes on
  /// behind it.
  void ContinueBehind(uint64_t sequence);

  /// The aggregator will never store it.
  void Reject(uint64_t sequence);

  /// The highest sequence that a run of this spool ever got, as far as it tells; 0 for none.
  [[nodiscard]] uint64_t LastSequence() const;

  [[nodiscard]] v1::SpoolState State() const;

 private:
  Spool(std::filesystem::path folder, const v1::NodeIdentity& identity, const SpoolLimits& limits)
      : folder_(std::move(folder)), identity_(identity), limits_(limits) {}

  Result<void> Scan();
  Result<void> ScanAside(const char* name);
  void Forget(std::map<uint64_t, uint64_t>::iterator entry);
  void MoveAside(uint64_t sequence, const char* name);
  void Remove(uint64_t sequence);
  void TrimToLimits(uint64_t incoming_bytes);
  [[nodiscard]] Result<v1::Run> Read(uint64_t sequence) const;
  [[nodiscard]] std::filesystem::path PathOf(uint64_t sequence) const;

  const std::filesystem::path folder_;
  const v1::NodeIdentity identity_;
  const SpoolLimits limits_;
  mutable std::mutex mutex_;
  std::map<uint64_t, uint64_t> waiting_;  // sequence -> bytes
  uint64_t waiting_bytes_ = 0;
  std::optional<uint64_t> kept_;  // acknowledged, but the newest there is
  uint64_t next_ = 1;
  uint64_t dropped_ = 0;
  std::map<std::string, uint64_t> aside_;  // files in damaged/ and rejected/
};

}  // namespace hypergauge::probes
