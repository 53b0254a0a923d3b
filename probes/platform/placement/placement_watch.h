#pragma once

#include <filesystem>
#include <string>

#include "hypergauge/v1/node.pb.h"
#include "probes/platform/placement/guest_finder.h"

namespace hypergauge::probes {

/// What a probe says of where its node runs and what runs on it; to be asked every few seconds.
/// Equal surroundings give equal messages. Not for several threads.
class PlacementWatch {
 public:
  static constexpr int kMostOwn = 64;
  static constexpr int kMostGuests = 8'000;

  /// declared_host: what the user said; empty where nothing. shares_kernel: of ReadOwnIdentity;
  /// such a node claims only guests of its own PID namespace.
  PlacementWatch(const std::filesystem::path& root, std::string declared_host, bool shares_kernel)
      : root_(root),
        declared_host_(std::move(declared_host)),
        shares_kernel_(shares_kernel),
        finder_(root) {}

  /// Digests are sorted and each is there once. Beyond the limits above the weakest evidence is
  /// left out, with a line in the log.
  [[nodiscard]] v1::Placement Read();

 private:
  const std::filesystem::path root_;
  const std::string declared_host_;
  const bool shares_kernel_;
  GuestFinder finder_;
  bool complained_ = false;
};

}  // namespace hypergauge::probes
