#include "probes/benchmarks/disk/rewritten_blocks.h"

#include <algorithm>

namespace hypergauge::probes {
namespace {

constexpr uint64_t kPatterns = 16;

}  // namespace

RewrittenBlocks::RewrittenBlocks(const TestFileId& id, uint64_t first_generation)
    : id_(id),
      generations_(id.size / kBlockBytes),
      next_(first_generation),
      first_(first_generation),
      checked_(first_generation) {
  for (uint64_t i = 0; i < kPatterns; ++i) {
    patterns_.emplace_back(kBlockBytes);
    FillBlock(patterns_.back().bytes(), (first_generation + i) * kBlockBytes, id);
  }
}

void RewrittenBlocks::Fill(std::span<std::byte> block, uint64_t offset) {
  const uint64_t generation = next_++;
  std::ranges::copy(patterns_[generation % kPatterns].bytes(), block.begin());
  StampBlock(block, offset, id_, generation);
  generations_[offset / kBlockBytes] = generation;
}

Result<void> RewrittenBlocks::Check(const TestFile& file, int count, std::mt19937_64& order) {
  std::vector<uint64_t> filled;
  for (uint64_t block = 0; block < generations_.size(); ++block) {
    if (generations_[block] >= checked_) filled.push_back(block);
  }
  if (filled.empty()) return Fail(ErrorCode::kWrongAnswer, "nothing was written");
  AlignedBuffer block(kBlockBytes);
  for (int i = 0; i < count; ++i) {
    const uint64_t index = filled[order() % filled.size()];
    const uint64_t offset = index * kBlockBytes;
    if (auto read = file.file.ReadAt(offset, block.bytes()); !read) return read;
    auto checked = CheckBlock(block.bytes(), offset, id_, generations_[index]);
    if (!checked) return checked;
  }
  checked_ = next_;
  return {};
}

}  // namespace hypergauge::probes
