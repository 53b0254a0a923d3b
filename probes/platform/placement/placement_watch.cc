#include "probes/platform/placement/placement_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/placement/own_identity.h"
#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

// By the alphabet "hint:" and "incoming:" come first: what is cut off in front is the weakest.
size_t SortAndCut(std::vector<std::string>& digests, size_t most) {
  std::sort(digests.begin(), digests.end());
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  const size_t surplus = digests.size() > most ? digests.size() - most : 0;
  digests.erase(digests.begin(), digests.begin() + static_cast<std::ptrdiff_t>(surplus));
  return surplus;
}

// Whether all processes below `root`/proc are the container's own: it has a PID namespace, or it
// would claim the guests of its host.
bool HasOwnProcesses(const std::filesystem::path& root) {
  constexpr std::string_view kInitial = "pid:[4026531836]";  // PROC_PID_INIT_INO of the kernel
  std::error_code error;
  const auto name = std::filesystem::read_symlink(root / "proc/self/ns/pid", error);
  return !error && name.native().starts_with("pid:[") && name.native() != kInitial;
}

}  // namespace

v1::Placement PlacementWatch::Read() {
  v1::Placement placement;
  if (!declared_host_.empty()) {
    placement.set_host(declared_host_);
    placement.set_source(v1::Placement::SOURCE_DECLARED);
  }
  const auto own = ReadOwnIdentity(root_, shares_kernel_);
  placement.set_reported_host(own.reported_host);
  auto own_digests = DigestsOf(own.identity);
  // Both orders are for who looks from outside; the machine itself knows which one is right.
  if (!own.identity.uuids.empty()) {
    std::erase(own_digests, UuidDigest(SwappedUuid(own.identity.uuids[0])));
  }
  std::vector<std::string> guest_digests;
  if (!shares_kernel_ || HasOwnProcesses(root_)) {
    for (const auto& guest : finder_.Find()) {
      for (auto& digest : DigestsOf(guest)) guest_digests.push_back(std::move(digest));
    }
  }
  const size_t surplus = SortAndCut(own_digests, kMostOwn) + SortAndCut(guest_digests, kMostGuests);
  if (surplus > 0 && !complained_) {
    spdlog::warn("{} identities of guests or network cards are too many and are not told", surplus);
  }
  complained_ = surplus > 0;
  placement.mutable_own_digests()->Assign(own_digests.begin(), own_digests.end());
  placement.mutable_guest_digests()->Assign(guest_digests.begin(), guest_digests.end());
  return placement;
}

}  // namespace hypergauge::probes
