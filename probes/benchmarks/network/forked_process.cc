#include "probes/benchmarks/network/forked_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace hypergauge::probes {
namespace {

[[noreturn]] void RunInChild(pid_t parent, const std::function<void()>& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it died before the line above
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
  body();
  _exit(0);  // without the parent's buffers and destructors
}

}  // namespace

Result<ForkedProcess> ForkedProcess::Start(const std::function<void()>& body) {
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id < 0) return tl::unexpected(FromErrno(errno, "fork"));
  if (id == 0) RunInChild(parent, body);
  return ForkedProcess(id);
}

ForkedProcess::ForkedProcess(ForkedProcess&& other) noexcept : id_(std::exchange(other.id_, -1)) {}

ForkedProcess& ForkedProcess::operator=(ForkedProcess&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

ForkedProcess::~ForkedProcess() {
  if (id_ < 0) return;
  kill(id_, SIGKILL);
  while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool ForkedProcess::IsRunning() {
  if (id_ >= 0 && waitpid(id_, nullptr, WNOHANG) != 0) id_ = -1;
  return id_ >= 0;
}

}  // namespace hypergauge::probes
