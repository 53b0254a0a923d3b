#include "probes/benchmarks/openssl_digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace hypergauge::probes {
namespace {

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* object) const { Free(object); }
};

}  // namespace

struct Digest::State {
  std::unique_ptr<EVP_MD, Freer<EVP_MD, EVP_MD_free>> algorithm;
  std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>> context;
  bool begun = false;
  bool good = true;  // since then
};

Digest::Digest(std::unique_ptr<State> state) : state_(std::move(state)) {}
Digest::Digest(Digest&& other) noexcept = default;
Digest& Digest::operator=(Digest&& other) noexcept = default;
Digest::~Digest() = default;

Result<Digest> Digest::Fetch(const std::string& algorithm) {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  auto state = std::make_unique<State>();
  state->algorithm.reset(EVP_MD_fetch(nullptr, algorithm.c_str(), nullptr));
  state->context.reset(EVP_MD_CTX_new());
  if (state->algorithm == nullptr || state->context == nullptr) {
    return Fail(ErrorCode::kUnsupported, "OpenSSL offers no " + algorithm + " here");
  }
  return Digest(std::move(state));
}

void Digest::Add(std::span<const std::byte> bytes) {
  auto& state = *state_;
  if (!state.begun) {
    state.good = EVP_DigestInit_ex2(state.context.get(), state.algorithm.get(), nullptr) == 1;
    state.begun = true;
  }
  state.good = state.good && EVP_DigestUpdate(state.context.get(), bytes.data(), bytes.size()) == 1;
}

Result<std::string> Digest::Finish() {
  Add({});  // nothing may have been added
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned int length = 0;
  state_->begun = false;
  if (!state_->good || EVP_DigestFinal_ex(state_->context.get(), value.data(), &length) != 1) {
    return Fail(ErrorCode::kInternal, "OpenSSL cannot compute a digest");
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < length; ++i) {
    text += kDigits[value[i] >> 4U];
    text += kDigits[value[i] & 15U];
  }
  return text;
}

Result<std::string> Digest::Of(std::span<const std::byte> bytes) {
  Add(bytes);
  return Finish();
}

}  // namespace hypergauge::probes
