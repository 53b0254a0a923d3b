#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/duration.h"
#include "base/result.h"
#include "cli/top_view.h"

namespace hypergauge::cli {

/// Asks an aggregator again and again on a thread of its own, so that the keys of `top` do what
/// they say while it does not answer.
class FleetWatch {
 public:
  /// Errors: those of the operating system.
  [[nodiscard]] static Result<std::unique_ptr<FleetWatch>> Start(const std::string& server,
                                                                 std::chrono::nanoseconds interval);
  /// Waits for a question that is under way.
  ~FleetWatch();
  FleetWatch(const FleetWatch&) = delete;
  FleetWatch& operator=(const FleetWatch&) = delete;

  /// Can be read where State has something new.
  [[nodiscard]] int fd() const { return wake_fd_; }

  /// What is known now. Makes fd unreadable.
  [[nodiscard]] TopState State();

  /// Whether the thread is between two questions, so that this object ends at once.
  [[nodiscard]] bool IsIdle();

 private:
  FleetWatch(std::string server, std::chrono::nanoseconds interval, int wake_fd);

  void Run();
  void Take(Result<FleetSnapshot> answer);

  const std::chrono::nanoseconds interval_;
  const int wake_fd_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable stopped_;
  bool stop_ = false;
  bool asking_ = false;
  TopState state_;
  std::thread thread_;
};

}  // namespace hypergauge::cli
