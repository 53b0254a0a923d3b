#pragma once

#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;  // OpenSSL's

namespace hypergauge::probes {

/// SHA-256 of what is put in, by OpenSSL.
class Sha256Digest {
 public:
  Sha256Digest();
  Sha256Digest(Sha256Digest&&) = default;
  Sha256Digest& operator=(Sha256Digest&&) = default;
  ~Sha256Digest();

  void Add(std::span<const char> bytes);

  /// 64 lower-case digits; it then begins anew.
  [[nodiscard]] std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace hypergauge::probes
