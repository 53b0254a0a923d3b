#include <civetweb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "exporter/http.h"
#include "exporter/http_exchange.h"
#include "exporter/listen_address.h"

namespace hypergauge::exporter {
namespace {

// Handlers by method, by path.
using Routes = std::map<std::string, std::map<std::string, HttpHandler>>;

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

// Civetweb's listener looks whether it is to stop only when a client comes, or every 2 seconds. So
// clients come, a few, in case that the first is early.
void WakeListener(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < 10; ++i) {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    const bool stopped =
        connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0;
    close(client);
    if (stopped) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

class CivetwebServer : public HttpServer {
 public:
  CivetwebServer(HttpOptions options, Routes routes)
      : options_(std::move(options)), routes_(std::move(routes)) {}

  ~CivetwebServer() override {
    if (context_ == nullptr) return;
    // mg_stop cuts off answers that are being written, so they are let finish before.
    in_flight_.WaitForNone(options_.request_timeout);
    const std::jthread waker(WakeListener, ports().front());
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
    ports.reserve(found.size());
    for (int i = 0; i < count; ++i) ports.push_back(static_cast<uint16_t>(found[i].port));
    return ports;
  }

 private:
  void StartCivetweb(const std::string& addresses) {
    static std::once_flag once;
    std::call_once(once, [] { mg_init_library(MG_FEATURES_DEFAULT); });
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
  [[nodiscard]] HttpResponse HandlerFailed(const HttpRequest& request,
                                           const std::string& why) const {
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
