#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace hypergauge::testing {

/// An interactive bash in a terminal of its own, as a person has it: job control and all. Killed
/// when destroyed. Not for several threads.
class ShellTerminal {
 public:
  ShellTerminal(int columns, int lines);
  ~ShellTerminal();
  ShellTerminal(const ShellTerminal&) = delete;
  ShellTerminal& operator=(const ShellTerminal&) = delete;

  void Type(const std::string& keys) const;
  /// Another size, and the signal that says so.
  void Resize(int columns, int lines) const;

  /// The process that has the terminal now.
  [[nodiscard]] pid_t Foreground() const;

  /// Reads until there is `text` behind what was waited for last. False after the time.
  [[nodiscard]] bool WaitFor(const std::string& text,
                             std::chrono::seconds limit = std::chrono::seconds(30));

  /// All that was read so far.
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  int terminal_ = -1;
  pid_t pid_ = -1;
  size_t seen_ = 0;  // bytes of the output up to what was waited for last
  std::string output_;
};

}  // namespace hypergauge::testing
