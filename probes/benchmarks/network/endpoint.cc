#include "probes/benchmarks/network/endpoint.h"

#include <charconv>

namespace hypergauge::probes {

Result<Endpoint> ParseEndpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  const bool bracketed = text.starts_with('[');
  std::string host = text.substr(0, colon);
  if (bracketed && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto parsed = colon == std::string::npos
                          ? std::from_chars_result{end, std::errc::invalid_argument}
                          : std::from_chars(text.data() + colon + 1, end, port);
  const bool has_colon = host.find(':') != std::string::npos;
  const bool has_bracket = host.find_first_of("[]") != std::string::npos;
  if (parsed.ec != std::errc() || parsed.ptr != end || host.empty() || has_bracket ||
      has_colon != bracketed) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"" + text + "\" is not HOST:PORT (an IPv6 address needs brackets)");
  }
  return Endpoint{.host = std::move(host), .port = port};
}

std::string ToString(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host;
  return host + ":" + std::to_string(endpoint.port);
}

Endpoint PortAfter(const Endpoint& first, int distance) {
  return {.host = first.host, .port = static_cast<uint16_t>(first.port + distance)};
}

bool IsLoopback(const Endpoint& endpoint) {
  return endpoint.host == "localhost" || endpoint.host == "::1" ||
         endpoint.host.starts_with("127.");
}

Result<Peer> ParsePeer(const std::string& text) {
  constexpr std::string_view kScheme = "iperf3://";
  const bool is_stock = text.starts_with(kScheme);
  auto endpoint = ParseEndpoint(is_stock ? text.substr(kScheme.size()) : text);
  if (!endpoint) return Annotate(endpoint.error(), "peer");
  if (is_stock) return Peer{.iperf = *endpoint};
  if (endpoint->port == 0 || endpoint->port > kHighestResponderPort) {
    return Fail(ErrorCode::kInvalidArgument, "peer " + text +
                                                 ": a responder's port is between 1 and " +
                                                 std::to_string(kHighestResponderPort));
  }
  return Peer{.echo = *endpoint,
              .iperf = PortAfter(*endpoint, kIperfPort),
              .http = PortAfter(*endpoint, kHttpPort),
              .ftp = PortAfter(*endpoint, kFtpPort)};
}

void ReportPeer(Context& context, const Endpoint& other_end) {
  context.report.loopback = IsLoopback(other_end);
  context.report.labels["peer"] = context.report.loopback ? "loopback" : other_end.host;
  context.report.peer = context.peer.empty() ? "loopback" : context.peer;
  context.report.shares_cpus = context.peer.empty();  // with the other end, which it started itself
}

}  // namespace hypergauge::probes
