#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {

/// Rewrites a test file's blocks and remembers what each must hold by now, so that a write that
/// never happened is found out.
class RewrittenBlocks {
 public:
  RewrittenBlocks() = default;

  /// `first_generation` is larger than any that an earlier run has used.
  RewrittenBlocks(const TestFileId& id, uint64_t first_generation);

  /// Fills a block that is about to be written at `offset`. Several threads may, of different
  /// blocks.
  void Fill(std::span<std::byte> block, uint64_t offset);

  /// Reads `count` of the blocks filled since the last Check back from the disk. Errors:
  /// kWrongAnswer where one is not what was filled in, or where none was filled.
  [[nodiscard]] Result<void> Check(const TestFile& file, int count, std::mt19937_64& order);

  /// How many were filled.
  [[nodiscard]] uint64_t filled() const { return next_ - first_; }

 private:
  TestFileId id_;
  std::vector<AlignedBuffer> patterns_;  // full of different random data
  std::vector<uint64_t> generations_;    // of each block of the file
  std::atomic<uint64_t> next_ = 0;
  uint64_t first_ = 0;
  uint64_t checked_ = 0;  // all generations before were checked
};

}  // namespace hypergauge::probes
