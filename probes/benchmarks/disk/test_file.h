#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/disk_file.h"

/// The file that disk_rand_read, disk_rand_write and disk_seq_read share: random data, so that
/// nothing between here and the disk can make less of it, in blocks that know where they belong.
namespace hypergauge::probes {

inline constexpr const char* kTestFileName = "hypergauge-disk.dat";
inline constexpr int64_t kTestFileBytes = int64_t{512} << 20;

/// What every block of one file shares.
struct TestFileId {
  uint64_t size = 0;  ///< bytes, a multiple of kBlockBytes
  uint64_t seed = 0;  ///< of the random data
};

/// Fills one block of kBlockBytes: a header of offset, seed, file size, generation and CRC-32C,
/// then random data.
void FillBlock(std::span<std::byte> block, uint64_t offset, const TestFileId& id);

/// Gives a filled block a new header and CRC, which is fast enough for a timed loop. Generation 0
/// is what the file was prepared with; every rewrite has one of its own.
void StampBlock(std::span<std::byte> block, uint64_t offset, const TestFileId& id,
                uint64_t generation);

/// Errors: kWrongAnswer when the block is damaged, is another one than was asked for, or is not of
/// the generation that was.
[[nodiscard]] Result<void> CheckBlock(std::span<const std::byte> block, uint64_t offset,
                                      const TestFileId& id,
                                      std::optional<uint64_t> generation = {});

/// The same without the CRC, which takes half a microsecond a block.
[[nodiscard]] Result<void> CheckHeader(std::span<const std::byte> block, uint64_t offset,
                                       const TestFileId& id);

struct TestFile {
  DiskFile file;  ///< open for direct access, and locked
  TestFileId id;  ///< the seed is that of the file found, or context.seed

  /// Before and after blocks are rewritten in place, of all but the first: in between the file
  /// counts as unfinished, since a power cut could leave half a block.
  [[nodiscard]] Result<void> BeginChanges() const;
  [[nodiscard]] Result<void> EndChanges() const;
};

/// The size of the file that a run wants: the context's, or kTestFileBytes where the runner's
/// context names none because it only asks for availability.
[[nodiscard]] uint64_t TestFileBytes(const Context& context);

/// Whether the file is in context.work_dir or could be. Errors: those of CheckFolder;
/// kInvalidArgument for a size below `least`.
[[nodiscard]] Result<void> CheckTestFile(const Context& context, uint64_t least);

/// Opens the file in context.work_dir, written before by this very function, or else writes it anew
/// and durably. The first block is written last, so that an unfinished file is never taken for a
/// whole one. Counts in context.report as kept; stops with kCancelled and removes what it began.
/// `besides`: what the run writes to disk at least after that.
/// Errors: kUnavailable while another run uses it; kUnsupported where the ceilings leave no room
/// for both, before anything is written.
[[nodiscard]] Result<TestFile> OpenTestFile(Context& context, uint64_t besides = 0);

}  // namespace hypergauge::probes
