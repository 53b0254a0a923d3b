#pragma once

#include <list>
#include <mutex>
#include <thread>

namespace hypergauge::testing {

/// A TCP port on 127.0.0.1 that stands before another one there, so that a test can cut who comes
/// through it off from the other end, and join them again. Its own threads carry the bytes.
class Relay {
 public:
  explicit Relay(int target_port);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// 0 where no port could be had.
  [[nodiscard]] int port() const { return port_; }

  /// Breaks all connections, and those to come as soon as they are made.
  void Cut();
  /// Carries the connections to come.
  void Join();

 private:
  struct Connection {
    int near = -1;
    int far = -1;
    std::thread there;
    std::thread back;
  };

  void Accept();
  void Carry(int near);

  const int target_port_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;  // guards connections_ and is_cut_
  std::list<Connection> connections_;
  bool is_cut_ = false;
  std::thread acceptor_;
};

}  // namespace hypergauge::testing
