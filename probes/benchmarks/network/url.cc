#include "probes/benchmarks/network/url.h"

#include <algorithm>

namespace hypergauge::probes {
namespace {

// What would end a line of HTTP or FTP and begin another.
bool HasControlCharacter(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; });
}

std::string WithPort(const std::string& authority, const std::string& scheme) {
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  const bool has_port =
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  return has_port ? authority : authority + (scheme == "ftp" ? ":21" : ":80");
}

}  // namespace

Result<Url> ParseUrl(const std::string& text, const std::string& scheme) {
  const std::string prefix = scheme + "://";
  if (!text.starts_with(prefix) || HasControlCharacter(text)) {
    return Fail(ErrorCode::kInvalidArgument,
                "url \"" + text + "\" does not begin with " + prefix + " or has a blank in it");
  }
  Url url{.scheme = scheme, .user = "", .password = "", .endpoint = {}, .path = "/"};
  auto authority = text.substr(prefix.size());
  if (const auto slash = authority.find('/'); slash != std::string::npos) {
    url.path = authority.substr(slash);
    authority.resize(slash);
  }
  if (const auto at = authority.rfind('@'); at != std::string::npos) {
    const auto user = authority.substr(0, at);
    const auto colon = std::min(user.find(':'), user.size());
    url.user = user.substr(0, colon);
    url.password = user.substr(std::min(colon + 1, user.size()));
    authority.erase(0, at + 1);
  }
  auto endpoint = ParseEndpoint(WithPort(authority, scheme));
  if (!endpoint) return Annotate(endpoint.error(), "url");
  url.endpoint = std::move(*endpoint);
  return url;
}

std::string ToString(const Url& url) {
  return url.scheme + "://" + ToString(url.endpoint) + url.path;
}

}  // namespace hypergauge::probes
