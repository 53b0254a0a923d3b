#include "probes/benchmarks/kernel/children.h"

#include <sys/wait.h>

#include <cerrno>
#include <string>

namespace hypergauge::probes {

Result<int> WaitForExit(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return tl::unexpected(FromErrno(errno, "waitpid " + std::to_string(child)));
    }
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return Fail(ErrorCode::kWrongAnswer,
              "a child was ended by signal " + std::to_string(WTERMSIG(status)));
}

Result<void> ExpectExit(pid_t child, int status) {
  const auto exited = WaitForExit(child);
  if (!exited) return tl::unexpected(exited.error());
  if (*exited == status) return {};
  return Fail(ErrorCode::kWrongAnswer, "a child exited with " + std::to_string(*exited) +
                                           " instead of " + std::to_string(status));
}

}  // namespace hypergauge::probes
