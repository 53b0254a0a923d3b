#include "probes/benchmarks/disk/stoppable_flush.h"

#include <fcntl.h>

namespace hypergauge::probes {
namespace {

constexpr uint64_t kPieceBytes = uint64_t{8} << 20;

// Errors are fdatasync's to report, and a file system without it is none.
Result<void> SyncPieces(const Context& context, const DiskFile& file, uint64_t size,
                        unsigned flags) {
  for (uint64_t offset = 0; offset < size; offset += kPieceBytes) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while flushing");
    (void)sync_file_range(file.descriptor(), static_cast<off64_t>(offset), kPieceBytes, flags);
  }
  return {};
}

}  // namespace

Result<void> FlushStoppably(const Context& context, const DiskFile& file) {
  const auto size = file.Size();
  if (!size) return tl::unexpected(size.error());
  if (*size > kPieceBytes) {
    for (const unsigned flags : {SYNC_FILE_RANGE_WRITE, SYNC_FILE_RANGE_WAIT_BEFORE}) {
      if (auto synced = SyncPieces(context, file, *size, flags); !synced) return synced;
    }
  }
  return file.Flush();
}

}  // namespace hypergauge::probes
