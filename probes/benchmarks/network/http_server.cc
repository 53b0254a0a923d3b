#include "probes/benchmarks/network/http_server.h"

#include "probes/benchmarks/network/content_server.h"

namespace hypergauge::probes {
namespace {

constexpr int kMostHeaders = 100;

// "GET /16777216 HTTP/1.1"
std::optional<uint64_t> RequestedSize(std::string_view request) {
  constexpr std::string_view kMethod = "GET /";
  const auto end = request.rfind(" HTTP/1.");
  if (!request.starts_with(kMethod) || end == std::string_view::npos || end < kMethod.size()) {
    return std::nullopt;
  }
  return ContentSize(request.substr(kMethod.size(), end - kMethod.size()));
}

bool SkipHeaders(ClientConnection& client) {
  for (int i = 0; i < kMostHeaders; ++i) {
    const auto header = client.ReadLine();
    if (!header) return false;
    if (header->empty()) return true;
  }
  return false;
}

}  // namespace

void ServeHttp(Socket connection) {
  ClientConnection client(std::move(connection));
  const auto request = client.ReadLine();
  if (!request || !SkipHeaders(client)) return;
  const auto size = RequestedSize(*request);
  const std::string head = std::string("HTTP/1.1 ") + (size ? "200 OK" : "404 Not Found") +
                           "\r\nContent-Type: application/octet-stream\r\nContent-Length: " +
                           std::to_string(size.value_or(0)) + "\r\nConnection: close\r\n\r\n";
  if (client.Send(head)) (void)client.SendContent(size.value_or(0));
}

}  // namespace hypergauge::probes
