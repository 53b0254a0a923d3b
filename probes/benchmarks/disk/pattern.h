#pragma once

#include <cstdint>
#include <span>

#include "probes/benchmarks/disk/disk_file.h"

namespace hypergauge::probes {

/// Random data of which every 4 KiB piece carries its file and place, so that no storage can fold
/// pieces into one and none can be taken for another. The last piece of a file may be shorter.
class Pattern {
 public:
  explicit Pattern(uint64_t seed);

  /// What `bytes` holds at `offset`, a multiple of kBlockBytes, of the file `number`. At most
  /// kChunkBytes; valid until the next call.
  [[nodiscard]] std::span<std::byte> At(uint64_t number, uint64_t offset, size_t bytes);

  /// Errors: kWrongAnswer where `found` differs.
  [[nodiscard]] Result<void> Check(uint64_t number, uint64_t offset,
                                   std::span<const std::byte> found);

 private:
  uint64_t seed_;
  AlignedBuffer chunk_{kChunkBytes};
};

}  // namespace hypergauge::probes
