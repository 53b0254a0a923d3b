#include "probes/sha256.h"

#include <fcntl.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <vector>

#include "probes/unique_fd.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kPart = size_t{1} << 18U;

std::string Hexadecimal(const unsigned char* bytes, size_t count) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

Result<std::string> Sha256OfFile(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return tl::unexpected(FromErrno(errno, "open " + path.string()));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                       &EVP_MD_CTX_free);
  bool good = digest != nullptr && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> part(kPart);
  for (;;) {
    const ssize_t count = read(fd.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return tl::unexpected(FromErrno(errno, "read " + path.string()));
    if (count == 0) break;
    good = good && EVP_DigestUpdate(digest.get(), part.data(), static_cast<size_t>(count)) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned int length = 0;
  good = good && EVP_DigestFinal_ex(digest.get(), value.data(), &length) == 1;
  if (!good) return Fail(ErrorCode::kInternal, "SHA-256 of " + path.string() + " failed");
  return Hexadecimal(value.data(), length);
}

Result<std::string> Sha256OfBytes(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), value.data(), &length, EVP_sha256(), nullptr) != 1) {
    return Fail(ErrorCode::kInternal, "SHA-256 failed");
  }
  return Hexadecimal(value.data(), length);
}

}  // namespace hypergauge::probes
