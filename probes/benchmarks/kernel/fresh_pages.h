#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/result.h"

namespace hypergauge::probes {

/// Anonymous memory of small pages only, unmapped with its owner. Not for several threads.
class FreshPages {
 public:
  /// Errors: kResourceExhausted where there is no room for `bytes`.
  [[nodiscard]] static Result<FreshPages> Map(int64_t bytes);

  FreshPages(FreshPages&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), pages_(other.pages_) {}
  FreshPages(const FreshPages&) = delete;
  FreshPages& operator=(const FreshPages&) = delete;
  ~FreshPages();

  [[nodiscard]] int64_t pages() const { return pages_; }

  /// Writes one byte of each page, which the kernel must then provide.
  /// Errors: kWrongAnswer unless the process took as many minor faults as there are pages.
  [[nodiscard]] Result<void> Touch() const;

  /// Gives the pages back to the kernel and keeps the addresses.
  [[nodiscard]] Result<void> GiveBack() const;

 private:
  FreshPages(std::byte* start, int64_t pages) : start_(start), pages_(pages) {}

  std::byte* start_;
  int64_t pages_;
};

/// Errors: kWrongAnswer unless `faults` fit `pages`: none may be missing, and one in a thousand,
/// or two, may be another's, since code and stack are paged too.
[[nodiscard]] Result<void> CheckFaults(int64_t faults, int64_t pages);

}  // namespace hypergauge::probes
