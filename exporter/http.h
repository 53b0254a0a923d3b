#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

/// The HTTP seam: handlers see these values only, never the server's library.
namespace hypergauge::exporter {

struct HttpRequest {
  std::string method = {};                          ///< GET, POST ...
  std::string path = {};                            ///< decoded, without query
  std::string query = {};                           ///< as received, without '?'
  std::map<std::string, std::string> headers = {};  ///< names in lower case
  std::string body = {};
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
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
  /// HOST:PORT or :PORT (all interfaces); HOST is an IPv4 address or a name that has one. Port 0
  /// picks a free one.
  std::vector<std::string> listen_addresses;
  int threads = 16;                                    ///< an open connection occupies one
  size_t max_body_bytes = 1 << 20;                     ///< 413 above
  std::chrono::milliseconds request_timeout{10'000};   ///< to send a request; 408 after it
  std::chrono::milliseconds keep_alive_timeout{500};   ///< for the next one on a connection
  std::function<void(const std::string&)> on_error{};  ///< told of handlers' exceptions; any thread
};

/// Starts serving `routes`. A route's key is a path ("/metrics") or, for other methods than GET, a
/// method and a path ("POST /-/reload"). A path that no route names is 404, a method that its
/// routes do not is 405, a handler's exception is 500; HEAD is answered by the GET handler without
/// its body. Bodies above 1 KiB are gzipped where the client accepts it and the handler did not set
/// Content-Encoding. Line breaks in header values become blanks.
/// Stops when destroyed, after the requests under way.
/// Errors: kUnavailable naming the address when a port is taken, kInvalidArgument for addresses
/// that cannot be (IPv6 included: Debian's civetweb has none), for options and routes likewise.
[[nodiscard]] Result<std::unique_ptr<HttpServer>> StartHttpServer(
    const HttpOptions& options, const std::map<std::string, HttpHandler>& routes);

}  // namespace hypergauge::exporter
