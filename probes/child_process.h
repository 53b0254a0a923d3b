#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/unique_fd.h"

namespace hypergauge::probes {

/// How a process ended.
struct ExitStatus {
  int code = 0;    ///< of exit(), where signal is 0
  int signal = 0;  ///< that killed it, or 0

  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
};

/// "ended with exit code 3", "was killed by signal 11 (Segmentation fault)".
[[nodiscard]] std::string Describe(const ExitStatus& status);

/// A child in a process group of its own, started by posix_spawn without a shell: this process may
/// hold threads that do not survive a fork. Standard output is read by lines, of standard error the
/// tail is kept, standard input is /dev/null. The child inherits no other descriptor and no blocked
/// signal. Its whole group is killed when the object goes.
/// Threads: one caller. A child that asked for a parent-death signal gets it when the *thread* that
/// called Start ends, so that thread has to outlive the child.
class ChildProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// argv[0] is the path of the program. Errors: those of posix_spawn and pipe, naming the program.
  [[nodiscard]] static Result<ChildProcess> Start(const std::vector<std::string>& argv);

  ChildProcess(ChildProcess&&) = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// The next line of standard output without its newline; nothing at the end of the output.
  /// Errors: kDeadlineExceeded, kCancelled (stop was requested), kInvalidArgument (a line beyond
  /// 8 MiB).
  [[nodiscard]] Result<std::optional<std::string>> NextLine(Deadline deadline,
                                                            const std::stop_token& stop);

  /// Asks the group to end (SIGTERM).
  void Terminate() const;

  /// Waits for the end, kills what is left after `grace`, and reaps. Call once, after reading.
  [[nodiscard]] ExitStatus Finish(std::chrono::milliseconds grace);

  [[nodiscard]] pid_t pid() const { return pid_.id; }

  /// The last 2 KiB of standard error that were read so far.
  [[nodiscard]] const std::string& error_tail() const { return error_tail_; }

 private:
  ChildProcess(pid_t pid, UniqueFd out, UniqueFd err)
      : pid_(pid), out_(std::move(out)), err_(std::move(err)) {}

  Result<void> WaitAndRead(Deadline deadline, int wake_fd);
  void ReadOut();
  void ReadErr();
  bool WaitForExit(Deadline deadline);

  // Moved-from objects must not kill, hence no plain pid_t.
  struct Pid {
    explicit Pid(pid_t value) : id(value) {}
    Pid(Pid&& other) noexcept : id(std::exchange(other.id, -1)) {}
    Pid& operator=(Pid&&) = delete;
    Pid(const Pid&) = delete;
    Pid& operator=(const Pid&) = delete;
    ~Pid() = default;
    pid_t id;
  };

  Pid pid_;
  UniqueFd out_;
  UniqueFd err_;
  std::string pending_;  // output that has not been returned yet
  std::string error_tail_;
};

}  // namespace hypergauge::probes
