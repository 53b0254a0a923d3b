#include "probes/benchmarks/network/ftp_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "probes/benchmarks/network/content_server.h"

namespace hypergauge::probes {
namespace {

// "192.0.2.1", 6446: "192,0,2,1,25,46"
std::string PasvAddress(std::string host, uint16_t port) {
  std::replace(host.begin(), host.end(), '.', ',');
  return host + "," + std::to_string(port / 256) + "," + std::to_string(port % 256);
}

class Session {
 public:
  explicit Session(Socket connection) : client_(std::move(connection)) {}

  void Serve() {
    bool goes_on = client_.Send("220 hypergauge\r\n");
    while (goes_on) {
      const auto line = client_.ReadLine();
      if (!line) return;
      const auto blank = std::min(line->find(' '), line->size());
      const auto argument = line->substr(std::min(blank + 1, line->size()));
      goes_on = Answer(line->substr(0, blank), argument);
    }
  }

 private:
  // False at the end of the session.
  bool Answer(const std::string& command, const std::string& argument) {
    if (command == "USER") return client_.Send("331 any password will do\r\n");
    if (command == "PASS") return client_.Send("230 logged in\r\n");
    if (command == "TYPE") return client_.Send("200 as it is\r\n");
    if (command == "EPSV" || command == "PASV") return Listen(command == "EPSV");
    if (command == "SIZE") return TellSize(argument);
    if (command == "RETR") return Retrieve(argument);
    if (command != "QUIT") return client_.Send("502 not needed for a download\r\n");
    (void)client_.Send("221 bye\r\n");
    return false;
  }

  static std::optional<uint64_t> SizeOf(std::string_view name) {
    if (name.starts_with('/')) name.remove_prefix(1);
    return ContentSize(name);
  }

  bool TellSize(const std::string& name) {
    const auto size = SizeOf(name);
    return client_.Send(size ? "213 " + std::to_string(*size) + "\r\n" : "550 no such file\r\n");
  }

  bool Listen(bool is_extended) {
    const auto host = LocalHost(client_.socket());
    auto listener = host ? ListenAt({.host = *host, .port = 0}) : tl::unexpected(host.error());
    const auto port = listener ? LocalPort(*listener) : tl::unexpected(listener.error());
    const bool is_ipv6 = host && host->find(':') != std::string::npos;
    if (!port || (is_ipv6 && !is_extended)) return client_.Send("425 cannot listen\r\n");
    listener_ = std::move(*listener);
    return client_.Send(is_extended ? "229 passive (|||" + std::to_string(*port) + "|)\r\n"
                                    : "227 passive (" + PasvAddress(*host, *port) + ")\r\n");
  }

  bool Retrieve(const std::string& name) {
    const auto size = SizeOf(name);
    if (!size) return client_.Send("550 no such file\r\n");
    ClientConnection data(AcceptData());
    if (data.socket().descriptor() < 0) return client_.Send("425 no data connection\r\n");
    if (!client_.Send("150 here it comes\r\n")) return false;
    const bool sent = data.SendContent(*size);
    data = ClientConnection(Socket());  // its end is the file's
    return client_.Send(sent ? "226 done\r\n" : "426 broken off\r\n");
  }

  Socket AcceptData() {
    const Socket listener = std::move(listener_);
    pollfd waiting{.fd = listener.descriptor(), .events = POLLIN, .revents = 0};
    const std::chrono::milliseconds patience = ClientConnection::kPatience;
    if (listener.descriptor() < 0 || poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) {
      return {};
    }
    return Socket(accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  ClientConnection client_;
  Socket listener_;  ///< of the next transfer
};

}  // namespace

void ServeFtp(Socket connection) {
  Session(std::move(connection)).Serve();
}

}  // namespace hypergauge::probes
