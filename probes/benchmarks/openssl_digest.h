#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace hypergauge::probes {

/// One hash function of libcrypto's default provider; the machine's own openssl.cnf is not read.
/// Not for several threads.
class Digest {
 public:
  /// Errors: kUnsupported where libcrypto does not offer the algorithm.
  [[nodiscard]] static Result<Digest> Fetch(const std::string& algorithm);

  Digest(Digest&& other) noexcept;
  Digest& operator=(Digest&& other) noexcept;
  ~Digest();

  /// Takes more bytes. What fails is told by Finish.
  void Add(std::span<const std::byte> bytes);

  /// The digest of all that was added, in lower-case hexadecimal; it then begins anew.
  /// Errors: kInternal when libcrypto fails.
  [[nodiscard]] Result<std::string> Finish();

  /// Add and Finish.
  [[nodiscard]] Result<std::string> Of(std::span<const std::byte> bytes);

 private:
  struct State;
  explicit Digest(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace hypergauge::probes
