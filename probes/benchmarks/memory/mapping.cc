#include "probes/benchmarks/memory/mapping.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace hypergauge::probes {
namespace {

constexpr size_t kHugePage = size_t{2} << 20U;

}  // namespace

Result<Mapping> Mapping::Make(size_t bytes, Pages pages) {
  Mapping mapping;
  const size_t reserved = bytes + kHugePage;
  void* start = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    const auto error = FromErrno(errno, "mmap of " + std::to_string(reserved >> 20U) + " MiB");
    return Fail(ErrorCode::kUnsupported, error.message);
  }
  mapping.reserved_ = start;
  mapping.reserved_bytes_ = reserved;
  const auto address = reinterpret_cast<uintptr_t>(start);
  mapping.data_ = static_cast<std::byte*>(start) + (kHugePage - address % kHugePage) % kHugePage;
  mapping.size_ = bytes;
  // Kernels without huge pages refuse both, and then give small pages anyway.
  if (pages == Pages::kSmall) (void)madvise(start, reserved, MADV_NOHUGEPAGE);
  if (pages == Pages::kHuge) (void)madvise(start, reserved, MADV_HUGEPAGE);
  return mapping;
}

Mapping::~Mapping() {
  if (reserved_ != nullptr) munmap(reserved_, reserved_bytes_);
}

size_t Mapping::HugeBytes() const {
  std::ostringstream smaps;
  smaps << std::ifstream("/proc/self/smaps").rdbuf();
  return HugeBytesAt(smaps.str(), reinterpret_cast<uintptr_t>(data_));
}

size_t HugeBytesAt(std::string_view smaps, uintptr_t address) {
  std::istringstream lines{std::string(smaps)};
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    unsigned long kibibytes = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      inside = begin <= address && address < end;
    } else if (inside && std::sscanf(line.c_str(), "AnonHugePages: %lu kB", &kibibytes) == 1) {
      return kibibytes << 10U;
    }
  }
  return 0;
}

}  // namespace hypergauge::probes
