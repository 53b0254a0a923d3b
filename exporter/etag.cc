#include "exporter/etag.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hypergauge::exporter {
namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;
constexpr size_t kTagBytes = 16;  // of the digest: more than enough to tell answers apart

// Weak comparison: what is between the quotes counts.
std::string_view Opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

}  // namespace

std::string EtagOf(std::string_view body) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(body.data(), body.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string tag = "W/\"";
  for (size_t i = 0; i < kTagBytes; ++i) {
    tag += kDigits[digest[i] >> 4U];
    tag += kDigits[digest[i] & 0xfU];
  }
  return tag + "\"";
}

bool HasAlready(const HttpRequest& request, const std::string& etag) {
  const auto found = request.headers.find("if-none-match");
  if (found == request.headers.end()) return false;
  std::string_view left = found->second;
  while (!left.empty()) {
    auto tag = left.substr(0, left.find(','));
    left.remove_prefix(std::min(left.size(), tag.size() + 1));
    tag.remove_prefix(std::min(tag.find_first_not_of(" \t"), tag.size()));
    tag = tag.substr(0, tag.find_last_not_of(" \t") + 1);
    if (tag == "*" || Opaque(tag) == Opaque(etag)) return true;
  }
  return false;
}

HttpHandler WithEtag(HttpHandler handler) {
  return [handler = std::move(handler)](const HttpRequest& request) {
    auto response = handler(request);
    if (response.status != kOk) return response;
    auto etag = EtagOf(response.body);
    if (HasAlready(request, etag)) {
      response.status = kNotModified;
      response.body.clear();
    }
    response.headers.emplace_back("ETag", std::move(etag));
    response.headers.emplace_back("Cache-Control", "no-cache");  // kept, and asked for each time
    return response;
  };
}

}  // namespace hypergauge::exporter
