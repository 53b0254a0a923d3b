#include "exporter/listen_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <memory>

namespace hypergauge::exporter {
namespace {

Result<std::string> ResolveHost(const std::string& host) {
  if (host.empty()) return "0.0.0.0";
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "no IPv4 address for \"" + host + "\": " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::array<char, INET_ADDRSTRLEN> text{};
  const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(found->ai_addr);
  inet_ntop(AF_INET, &ipv4->sin_addr, text.data(), text.size());
  return std::string(text.data());
}

}  // namespace

Result<std::string> ResolveListenAddress(const std::string& address) {
  const std::string context = "listen address \"" + address + "\"";
  const auto fail = [&](const std::string& why) {
    return Fail(ErrorCode::kInvalidArgument, context + ": " + why);
  };
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return fail("HOST:PORT or :PORT is needed");
  const std::string host = address.substr(0, colon);
  if (host.find_first_of(":[]") != std::string::npos) return fail("IPv6 is not supported");
  const char* const end = address.data() + address.size();
  uint16_t port = 0;
  const auto [parsed, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc() || parsed != end) return fail("the port is no number from 0 to 65535");
  const auto resolved = ResolveHost(host);
  if (!resolved) return Annotate(resolved.error(), context);
  return *resolved + ":" + std::to_string(port);
}

}  // namespace hypergauge::exporter
