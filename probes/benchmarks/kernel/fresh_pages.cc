#include "probes/benchmarks/kernel/fresh_pages.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace hypergauge::probes {
namespace {

int64_t PageBytes() {
  return sysconf(_SC_PAGESIZE);
}

int64_t MinorFaults() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

// Sanitizers would take faults of their own, in the shadow of these pages. Volatile: every write is
// done, one after the other.
[[gnu::no_sanitize_address, gnu::no_sanitize_thread]] void WriteEach(volatile std::byte* start,
                                                                     int64_t pages,
                                                                     int64_t page_bytes) {
  for (int64_t page = 0; page < pages; ++page) start[page * page_bytes] = std::byte{1};
}

}  // namespace

Result<FreshPages> FreshPages::Map(int64_t bytes) {
  const int64_t pages = std::max<int64_t>(1, bytes / PageBytes());
  const auto length = static_cast<size_t>(pages * PageBytes());
  void* start = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    return tl::unexpected(FromErrno(errno, "mmap of " + std::to_string(length) + " bytes"));
  }
  FreshPages result(static_cast<std::byte*>(start), pages);
  // EINVAL: a kernel that has no huge pages to refrain from.
  if (madvise(start, length, MADV_NOHUGEPAGE) != 0 && errno != EINVAL) {
    return tl::unexpected(FromErrno(errno, "madvise MADV_NOHUGEPAGE"));
  }
  return result;
}

FreshPages::~FreshPages() {
  if (start_ != nullptr) munmap(start_, static_cast<size_t>(pages_ * PageBytes()));
}

Result<void> FreshPages::Touch() const {
  const int64_t before = MinorFaults();
  WriteEach(start_, pages_, PageBytes());
  return CheckFaults(MinorFaults() - before, pages_);
}

Result<void> FreshPages::GiveBack() const {
  if (madvise(start_, static_cast<size_t>(pages_ * PageBytes()), MADV_DONTNEED) == 0) return {};
  return tl::unexpected(FromErrno(errno, "madvise MADV_DONTNEED"));
}

Result<void> CheckFaults(int64_t faults, int64_t pages) {
  const int64_t others = std::max<int64_t>(2, pages / 1000);
  if (faults >= pages && faults <= pages + others) return {};
  return Fail(ErrorCode::kWrongAnswer,
              std::to_string(faults) + " minor faults for " + std::to_string(pages) + " pages");
}

}  // namespace hypergauge::probes
