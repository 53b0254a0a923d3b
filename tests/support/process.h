#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hypergauge::testing {

/// A child process whose standard output and error are read together from a pipe.
/// Killed when destroyed. Not for several threads.
class Process {
 public:
  explicit Process(const std::vector<std::string>& argv,
                   const std::map<std::string, std::string>& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  void Signal(int number) const;

  /// Reads output until it contains `text`. False at its end or after the time.
  [[nodiscard]] bool WaitForOutput(const std::string& text, std::chrono::seconds limit);

  /// Reads what is there. Who writes more than a pipe holds, and is not read, stands still.
  void Drain();

  /// Waits for the end. The exit code, 128 + signal, or nothing after the time.
  [[nodiscard]] std::optional<int> Wait(std::chrono::seconds limit);

  /// All that was read so far.
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  bool ReadSome(std::chrono::milliseconds limit);

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = -1;
  std::string output;  ///< standard output and error
};

/// Runs a program to its end; exit code -1 when it took longer than the limit.
[[nodiscard]] Finished RunProcess(const std::vector<std::string>& argv,
                                  std::chrono::seconds limit = std::chrono::seconds(60));

/// Asks again and again until the answer is true; false after the limit. The pause between two
/// questions only spares the CPU: nothing depends on its length.
[[nodiscard]] bool Eventually(std::chrono::seconds limit, const std::function<bool()>& ask);

}  // namespace hypergauge::testing
