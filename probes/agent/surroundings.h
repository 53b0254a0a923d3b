#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "hypergauge/v1/node.pb.h"

namespace hypergauge::probes {

/// The environment of this node as it was read last. Threads: any.
class Surroundings {
 public:
  /// root, work_dir: as for ReadEnvironment. platform: likewise, and part of the digest.
  /// max_age: beyond which a reading no longer counts.
  Surroundings(std::filesystem::path root, std::filesystem::path work_dir, v1::Platform platform,
               std::chrono::nanoseconds max_age, const Clock& clock = Clock::System());

  /// Reads now; with its digest, without noise floors.
  [[nodiscard]] v1::Environment Read();

  /// Of the last reading, or of a new one where that is too old: while no aggregator can be
  /// reached, nobody else asks.
  [[nodiscard]] std::string Digest();

 private:
  const std::filesystem::path root_;
  const std::filesystem::path work_dir_;
  const v1::Platform platform_;
  const std::chrono::nanoseconds max_age_;
  const Clock& clock_;
  std::mutex mutex_;  // guards the last reading
  std::string digest_;
  std::chrono::nanoseconds read_at_{};  // Clock::MonotonicRaw
};

}  // namespace hypergauge::probes
