#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/disk_file.h"

/// The file that random reads go to: random data, so that nothing between here and the disk can
/// make less of it, in blocks that know where they belong.
namespace hypergauge::probes {

/// What every block of one file shares.
struct TestFileId {
  uint64_t size = 0;  ///< bytes, a multiple of kBlockBytes
  uint64_t seed = 0;  ///< of the random data
};

/// Fills one block of kBlockBytes: a header of offset, seed, file size and CRC-32C, then data.
void FillBlock(std::span<std::byte> block, uint64_t offset, const TestFileId& id);

/// Errors: kWrongAnswer when the block is damaged, or is another one than was asked for.
[[nodiscard]] Result<void> CheckBlock(std::span<const std::byte> block, uint64_t offset,
                                      const TestFileId& id);

struct TestFile {
  DiskFile file;  ///< open for direct reading
  TestFileId id;  ///< the seed is that of the file found, or context.seed
};

/// Opens `path`, written before by this very function, or else writes it anew and durably. The
/// first block is written last, so that an unfinished file is never taken for a whole one. Counts
/// in context.report.bytes_written; stops with kCancelled and removes what it began.
[[nodiscard]] Result<TestFile> OpenTestFile(Context& context, const std::filesystem::path& path,
                                            uint64_t size);

}  // namespace hypergauge::probes
