#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "probes/benchmarks/network/socket.h"

/// What our own HTTP and FTP servers share. They give out ContentBlock's bytes and nothing else:
/// the name of a file is its size.
namespace hypergauge::probes {

struct ContentService {
  Socket listener;
  void (*serve)(Socket connection);  ///< returns when the client is done
};

/// Serves for ever, every client in a thread of its own, of which there are few. For a process that
/// does nothing else: it ends with it.
[[noreturn]] void ServeContent(std::span<const ContentService> services);

/// A client that talks in lines. A client that makes it wait for long is taken for one that is
/// gone.
class ClientConnection {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  explicit ClientConnection(Socket socket);

  /// The next line without its end; nothing when the client is gone or the line is too long.
  [[nodiscard]] std::optional<std::string> ReadLine();

  /// False when the client is gone.
  [[nodiscard]] bool Send(std::string_view text);
  [[nodiscard]] bool SendContent(uint64_t size);

  [[nodiscard]] const Socket& socket() const { return socket_; }

 private:
  Socket socket_;
  std::string unread_;
};

/// "16777216" is a file of that size; nothing for all other names.
[[nodiscard]] std::optional<uint64_t> ContentSize(std::string_view name);

}  // namespace hypergauge::probes
