#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

/// The whole terminal for a program of its own, and back.
namespace hypergauge::cli {

/// The terminal of standard input and output in its alternate screen, keys unechoed and at once,
/// without a cursor. Whatever ends the process, the terminal is as it was before: this object's
/// end, the signals that are waited for here, and those of a crash. One at a time.
class Screen {
 public:
  /// Blocks the signals below in the calling thread: make it before any other thread begins.
  /// Errors: those of the operating system.
  [[nodiscard]] static Result<Screen> Open();

  ~Screen();
  Screen(Screen&& other) noexcept;
  Screen& operator=(Screen&&) = delete;
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// Lines from the top, at most as many as there are; they hold no more columns than it has.
  void Draw(const std::vector<std::string>& lines) const;

  /// What woke it.
  struct Event {
    std::string keys;               ///< bytes of the terminal
    bool hung_up = false;           ///< nobody is there any more
    std::optional<int> end_signal;  ///< SIGINT, SIGTERM, SIGHUP or SIGQUIT
    bool wake = false;              ///< `wake_fd` can be read
  };

  /// Waits for keys, a signal, or that `wake_fd` can be read; at most so many milliseconds. SIGTSTP
  /// gives the terminal back, stops the process, and takes the terminal when it goes on.
  [[nodiscard]] Event Wait(int wake_fd, int most_millis) const;

  /// Gives the terminal back now.
  void Close();

 private:
  explicit Screen(int signal_fd) : signal_fd_(signal_fd) {}

  static void Enter();
  void TakeSignal(Event& event) const;
  static void Stop();

  int signal_fd_ = -1;
};

/// Ends this process by the signal, as if it had never been blocked.
void EndBy(int signal);

}  // namespace hypergauge::cli
