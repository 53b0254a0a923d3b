#include <civetweb.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "exporter/accept.h"
#include "exporter/gzip.h"
#include "exporter/http.h"
#include "exporter/listen_address.h"

namespace hypergauge::exporter {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kGzipAbove = 1024;
constexpr size_t kPiece = 64 * 1024;            // read and written at once
constexpr std::chrono::seconds kSendLimit{60};  // for a client that reads slowly

// Handlers by method, by path.
using Routes = std::map<std::string, std::map<std::string, HttpHandler>>;

HttpResponse PlainAnswer(int status, const std::string& text) {
  HttpResponse response;
  response.status = status;
  response.body = text + "\n";
  return response;
}

Result<Routes> ParseRoutes(const std::map<std::string, HttpHandler>& routes) {
  Routes parsed;
  for (const auto& [key, handler] : routes) {
    const auto slash = key.find('/');
    const bool has_method = slash != 0;
    if (slash == std::string::npos || (has_method && (slash < 2 || key[slash - 1] != ' '))) {
      return Fail(ErrorCode::kInvalidArgument,
                  "route \"" + key + "\": a path or a method and a path is needed");
    }
    const auto method = has_method ? key.substr(0, slash - 1) : "GET";
    parsed[key.substr(slash)][method] = handler;
  }
  return parsed;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

// A header line ends where a line break is, whoever put it there.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

HttpRequest ToRequest(const mg_request_info& info) {
  HttpRequest request;
  request.method = info.request_method;
  request.path = info.local_uri != nullptr ? info.local_uri : "";
  request.query = info.query_string != nullptr ? info.query_string : "";
  for (int i = 0; i < info.num_headers; ++i) {
    auto& value = request.headers[LowerCase(info.http_headers[i].name)];
    if (!value.empty()) value += ", ";  // RFC 9110, section 5.3
    value += info.http_headers[i].value;
  }
  return request;
}

bool IsGzipWanted(const HttpRequest& request) {
  const auto found = request.headers.find("accept-encoding");
  return found != request.headers.end() && AcceptsGzip(found->second);
}

void Compress(const HttpRequest& request, HttpResponse& response) {
  const bool encoded =
      std::any_of(response.headers.begin(), response.headers.end(),
                  [](const auto& header) { return LowerCase(header.first) == "content-encoding"; });
  if (encoded || response.body.size() <= kGzipAbove) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!IsGzipWanted(request)) return;
  auto gzipped = Gzip(response.body);
  if (!gzipped) return;  // the answer as it is serves as well
  response.body = std::move(*gzipped);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

// Reads the body into request.body. An answer for the client where that fails.
std::optional<HttpResponse> ReadBody(mg_connection* connection, const HttpOptions& options,
                                     HttpRequest& request) {
  const auto deadline = SteadyClock::now() + options.request_timeout;
  const bool announced = mg_get_request_info(connection)->content_length > 0;
  const bool chunked = request.headers.contains("transfer-encoding");
  if (!announced && !chunked) return std::nullopt;
  std::array<char, kPiece> piece;
  size_t received = 0;
  // What is too much is read all the same, within reason: closing a connection with unread data
  // resets it, and the client would never see why.
  const size_t give_up = options.max_body_bytes * 4;
  while (received <= give_up) {
    const int size = mg_read(connection, piece.data(), piece.size());
    if (SteadyClock::now() > deadline) return PlainAnswer(408, "the body came too slowly");
    if (size < 0) return PlainAnswer(400, "the body cannot be read");
    if (size == 0) break;
    received += static_cast<size_t>(size);
    if (received <= options.max_body_bytes) {
      request.body.append(piece.data(), static_cast<size_t>(size));
    }
  }
  if (received <= options.max_body_bytes) return std::nullopt;
  return PlainAnswer(
      413, "the body is larger than " + std::to_string(options.max_body_bytes) + " bytes");
}

void WriteBody(mg_connection* connection, std::string_view body) {
  const auto deadline = SteadyClock::now() + kSendLimit;
  while (!body.empty()) {
    const auto piece = body.substr(0, kPiece);
    const int written = mg_write(connection, piece.data(), piece.size());
    if (written < static_cast<int>(piece.size()) || SteadyClock::now() > deadline) {
      mg_disable_connection_keep_alive(
          connection);  // the next answer would look like this one's rest
      return;
    }
    body.remove_prefix(piece.size());
  }
}

void Send(mg_connection* connection, const HttpResponse& response, bool with_body) {
  const auto add = [&](const std::string& name, const std::string& value) {
    mg_response_header_add(connection, OneLine(name).c_str(), OneLine(value).c_str(), -1);
  };
  const bool possible = response.status >= 200 && response.status <= 599;
  mg_response_header_start(connection, possible ? response.status : 500);
  if (response.status != 204 && response.status != 304) {
    add("Content-Type", response.content_type);
    add("Content-Length", std::to_string(response.body.size()));
  }
  add("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) add(name, value);
  mg_response_header_send(connection);
  if (with_body) WriteBody(connection, response.body);
}

// Counts the requests under way, so that the last one can be waited for.
class InFlight {
 public:
  class Request {
   public:
    explicit Request(InFlight& all) : all_(all) { all_.Add(1); }
    ~Request() { all_.Add(-1); }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

   private:
    InFlight& all_;
  };

  void WaitForNone(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    none_.wait_for(lock, limit, [&] { return count_ == 0; });
  }

 private:
  void Add(int change) {
    const std::lock_guard lock(mutex_);
    count_ += change;
    if (count_ == 0) none_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

class CivetwebServer : public HttpServer {
 public:
  CivetwebServer(HttpOptions options, Routes routes)
      : options_(std::move(options)), routes_(std::move(routes)) {}

  ~CivetwebServer() override {
    if (context_ == nullptr) return;
    // mg_stop cuts off answers that are being written, so they are let finish before.
    in_flight_.WaitForNone(options_.request_timeout);
    mg_stop(context_);
  }

  CivetwebServer(const CivetwebServer&) = delete;
  CivetwebServer& operator=(const CivetwebServer&) = delete;

  Result<void> Start() {
    std::string addresses;
    for (const auto& address : options_.listen_addresses) {
      auto resolved = ResolveListenAddress(address);
      if (!resolved) return tl::unexpected(resolved.error());
      addresses += (addresses.empty() ? "" : ",") + *resolved;
    }
    if (addresses.empty() || options_.threads < 1) {
      return Fail(ErrorCode::kInvalidArgument, "an HTTP server needs an address and a thread");
    }
    StartCivetweb(addresses);
    if (context_ != nullptr) return {};
    return Fail(ErrorCode::kUnavailable, "listen on " + addresses + ": " + startup_message_);
  }

  [[nodiscard]] std::vector<uint16_t> ports() const override {
    std::vector<mg_server_port> found(options_.listen_addresses.size());
    const int count = mg_get_server_ports(context_, static_cast<int>(found.size()), found.data());
    std::vector<uint16_t> ports;
    for (int i = 0; i < count; ++i) ports.push_back(static_cast<uint16_t>(found[i].port));
    return ports;
  }

 private:
  void StartCivetweb(const std::string& addresses) {
    static const unsigned initialised = mg_init_library(MG_FEATURES_DEFAULT);
    static_cast<void>(initialised);
    const auto threads = std::to_string(options_.threads);
    const auto request_timeout = std::to_string(options_.request_timeout.count());
    const auto keep_alive_timeout = std::to_string(options_.keep_alive_timeout.count());
    std::array<const char*, 13> settings = {"listening_ports",
                                            addresses.c_str(),
                                            "num_threads",
                                            threads.c_str(),
                                            "request_timeout_ms",
                                            request_timeout.c_str(),
                                            "enable_keep_alive",
                                            "yes",
                                            "keep_alive_timeout_ms",
                                            keep_alive_timeout.c_str(),
                                            "tcp_nodelay",
                                            "1",
                                            nullptr};
    mg_callbacks callbacks{};
    callbacks.begin_request = [](mg_connection* connection) {
      return FromUserData(connection).Answer(connection);
    };
    callbacks.log_message = [](const mg_connection* connection, const char* message) {
      FromUserData(connection).Log(message);
      return 1;  // nothing on standard error
    };
    context_ = mg_start(&callbacks, this, settings.data());
  }

  static CivetwebServer& FromUserData(const mg_connection* connection) {
    return *static_cast<CivetwebServer*>(mg_get_user_context_data(connection));
  }

  // Only the first message of a start that fails says why. Later ones tell of clients that went
  // away, which is no news.
  void Log(const char* message) {
    const std::lock_guard lock(log_mutex_);
    if (startup_message_.empty()) startup_message_ = message;
  }

  // Civetweb's begin_request: the status for "answered". No exception may pass through C.
  int Answer(mg_connection* connection) noexcept {
    const InFlight::Request under_way(in_flight_);
    try {
      HttpRequest request = ToRequest(*mg_get_request_info(connection));
      HttpResponse response = Dispatch(connection, request);
      if (response.status >= 400) mg_disable_connection_keep_alive(connection);
      Compress(request, response);
      Send(connection, response, request.method != "HEAD");
      return response.status;
    } catch (const std::exception& error) {  // most likely no memory: the client gets no answer
      mg_disable_connection_keep_alive(connection);
      if (options_.on_error) options_.on_error(error.what());
      return 500;
    }
  }

  // The body is read before anything is refused: closing a connection with unread data resets it.
  HttpResponse Dispatch(mg_connection* connection, HttpRequest& request) const {
    if (auto refusal = ReadBody(connection, options_, request)) return std::move(*refusal);
    const auto route = routes_.find(request.path);
    if (route == routes_.end()) return PlainAnswer(404, "no such page");
    const auto handler = route->second.find(request.method == "HEAD" ? "GET" : request.method);
    if (handler == route->second.end()) return MethodNotAllowed(route->second);
    try {
      return handler->second(request);
    } catch (const std::exception& error) {
      return HandlerFailed(request, error.what());
    } catch (...) {
      return HandlerFailed(request, "unknown exception");
    }
  }

  static HttpResponse MethodNotAllowed(const std::map<std::string, HttpHandler>& handlers) {
    std::string allowed;
    for (const auto& [method, handler] : handlers) {
      allowed += (allowed.empty() ? "" : ", ") + method + (method == "GET" ? ", HEAD" : "");
    }
    HttpResponse response = PlainAnswer(405, "allowed here: " + allowed);
    response.headers.emplace_back("Allow", allowed);
    return response;
  }

  // What went wrong is for the operator; a stranger only learns that it did.
  HttpResponse HandlerFailed(const HttpRequest& request, const std::string& why) const {
    if (options_.on_error) options_.on_error(request.method + " " + request.path + ": " + why);
    return PlainAnswer(500, "internal error");
  }

  const HttpOptions options_;
  const Routes routes_;
  InFlight in_flight_;
  std::mutex log_mutex_;
  std::string startup_message_;
  mg_context* context_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> StartHttpServer(
    const HttpOptions& options, const std::map<std::string, HttpHandler>& routes) {
  auto parsed = ParseRoutes(routes);
  if (!parsed) return tl::unexpected(parsed.error());
  auto server = std::make_unique<CivetwebServer>(options, std::move(*parsed));
  if (auto started = server->Start(); !started) return tl::unexpected(started.error());
  return server;
}

}  // namespace hypergauge::exporter
