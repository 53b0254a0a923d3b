#pragma once

#include <string>

#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

namespace hypergauge::probes {

/// "http://HOST[:PORT]/PATH" or "ftp://[USER:PASSWORD@]HOST[:PORT]/PATH".
struct Url {
  std::string scheme;
  std::string user;
  std::string password;
  Endpoint endpoint;  ///< with the scheme's usual port where none is given
  std::string path;   ///< with its first slash
};

/// Errors: kInvalidArgument, also where the scheme is another one than `scheme`.
[[nodiscard]] Result<Url> ParseUrl(const std::string& text, const std::string& scheme);
[[nodiscard]] std::string ToString(const Url& url);  ///< without the password

}  // namespace hypergauge::probes
