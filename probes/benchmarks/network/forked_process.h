#pragma once

#include <sys/types.h>

#include <functional>

#include "base/result.h"

namespace hypergauge::probes {

/// A forked copy of this process that runs one function and ends; it is killed with its owner, and
/// when this process dies. For processes with one thread only.
class ForkedProcess {
 public:
  /// `body` must neither return through its caller's frames by an exception nor print: its
  /// standard output and error go nowhere.
  [[nodiscard]] static Result<ForkedProcess> Start(const std::function<void()>& body);

  ForkedProcess() = default;
  ForkedProcess(ForkedProcess&& other) noexcept;
  ForkedProcess& operator=(ForkedProcess&& other) noexcept;
  ForkedProcess(const ForkedProcess&) = delete;
  ForkedProcess& operator=(const ForkedProcess&) = delete;
  ~ForkedProcess();

  [[nodiscard]] pid_t id() const { return id_; }

  /// False once it has ended, which is then forgotten.
  [[nodiscard]] bool IsRunning();

 private:
  explicit ForkedProcess(pid_t id) : id_(id) {}

  pid_t id_ = -1;
};

}  // namespace hypergauge::probes
