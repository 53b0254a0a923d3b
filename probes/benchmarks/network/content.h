#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "probes/benchmarks/openssl_digest.h"

namespace hypergauge::probes {

/// What our own servers give out: the same pseudo-random mebibyte again and again.
[[nodiscard]] const std::vector<char>& ContentBlock();

/// SHA-256 of the first `size` bytes of it. Errors: Digest's.
[[nodiscard]] Result<std::string> ContentSha256(uint64_t size);

/// Takes a download. As many bytes as fit are kept, so that their digest can wait until the clock
/// has stopped; what is longer is digested meanwhile.
class ContentSink {
 public:
  static constexpr size_t kKept = size_t{16} << 20;

  ContentSink() : kept_(kKept) {}

  void Clear();

  /// Where the next bytes go; never empty.
  [[nodiscard]] std::span<char> Room();

  /// So many of them have come.
  void Commit(size_t bytes);

  [[nodiscard]] uint64_t size() const { return size_; }

  /// SHA-256 of all; to be called once a download. Errors: Digest's.
  [[nodiscard]] Result<std::string> Sha256();

 private:
  std::vector<char> kept_;
  size_t filled_ = 0;
  uint64_t size_ = 0;
  Result<Digest> digest_ = Digest::Fetch("SHA256");
};

}  // namespace hypergauge::probes
