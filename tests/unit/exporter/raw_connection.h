#pragma once

#include <cstdint>
#include <string>

namespace hypergauge::exporter::testing {

/// A TCP connection to a port of this machine, for what no decent client sends. Gives up reading
/// after 10 seconds. Not for several threads.
class RawConnection {
 public:
  explicit RawConnection(uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Send(const std::string& text) const;

  /// Reads until `text` has come, and returns all up to its end; what came until the connection
  /// ended where it never does.
  [[nodiscard]] std::string ReadUntil(const std::string& text);

  /// Reads until the other side closes.
  [[nodiscard]] std::string ReadToEnd();

 private:
  bool ReadSome();

  int socket_;
  std::string unread_;
};

}  // namespace hypergauge::exporter::testing
