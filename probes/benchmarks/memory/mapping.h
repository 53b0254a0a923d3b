#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace hypergauge::probes {

enum class Pages {
  kDefault,  ///< as the machine hands them out
  kSmall,    ///< never huge
  kHuge,     ///< huge where the kernel has them
};

/// Zeroed memory of this process alone, aligned to huge pages.
class Mapping {
 public:
  /// Errors: kUnsupported where so much cannot be had.
  [[nodiscard]] static Result<Mapping> Make(size_t bytes, Pages pages);

  Mapping() = default;
  Mapping(Mapping&& other) noexcept { Swap(other); }
  Mapping& operator=(Mapping&& other) noexcept {
    Swap(other);
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] size_t size() const { return size_; }

  /// Bytes of it that are on huge pages now.
  [[nodiscard]] size_t HugeBytes() const;

 private:
  void Swap(Mapping& other) noexcept {
    std::swap(reserved_, other.reserved_);
    std::swap(reserved_bytes_, other.reserved_bytes_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  void* reserved_ = nullptr;
  size_t reserved_bytes_ = 0;
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};

/// Bytes on anonymous huge pages in the mapping of `smaps` that contains the address.
/// Source: proc(5), /proc/pid/smaps.
[[nodiscard]] size_t HugeBytesAt(std::string_view smaps, uintptr_t address);

}  // namespace hypergauge::probes
