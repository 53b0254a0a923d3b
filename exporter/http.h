#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// The HTTP seam: handlers see these values only, never the server's library.
namespace hypergauge::exporter {

struct HttpRequest {
  std::string method;                          ///< GET, POST ...
  std::string path;                            ///< decoded, without query
  std::string query;                           ///< as received, without '?'
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Called from any of the server's threads, at the same time.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// One server on any number of addresses.
class HttpServer {
 public:
  virtual ~HttpServer() = default;

  /// The ports in the order of the addresses; real ones where 0 was asked for.
  [[nodiscard]] virtual std::vector<uint16_t> ports() const = 0;
};

struct HttpOptions {
  std::vector<std::string> listen_addresses;  ///< HOST:PORT or :PORT; port 0 picks a free one
  int threads = 4;
  size_t max_body_bytes = 1 << 20;  ///< 413 above
};

/// Starts serving `routes` (exact path to handler). A path that no route names is 404, a method
/// other than GET and HEAD on a route is 405, a handler's exception is 500; HEAD is answered by the
/// GET handler without its body. Bodies above 1 KiB are gzipped where the client accepts it. Stops
/// when destroyed, after the requests under way. Errors: kUnavailable naming the address when a
/// port is taken, kInvalidArgument for addresses that cannot be (IPv6 included: Debian's civetweb
/// has none).
[[nodiscard]] Result<std::unique_ptr<HttpServer>> StartHttpServer(
    const HttpOptions& options, const std::map<std::string, HttpHandler>& routes);

}  // namespace hypergauge::exporter
