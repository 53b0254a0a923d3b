#include "probes/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace hypergauge::probes {
namespace {

constexpr size_t kLineLimit = size_t{8} << 20U;
constexpr size_t kErrorTail = 2048;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe2"));
  Pipe made{UniqueFd(fds[0]), UniqueFd(fds[1])};
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return made;
}

// The attributes and actions of posix_spawn, released together.
class SpawnSetup {
 public:
  SpawnSetup(int out, int err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &broken_pipe);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Milliseconds for poll(), rounded up so that it never returns just before the deadline for ever.
int MillisecondsUntil(ChildProcess::Deadline deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<int64_t>(millis, 0, 3'600'000));
}

}  // namespace

std::string Describe(const ExitStatus& status) {
  if (status.signal == 0) return "ended with exit code " + std::to_string(status.code);
  const char* name = sigdescr_np(status.signal);
  return "was killed by signal " + std::to_string(status.signal) + " (" +
         (name == nullptr ? "unknown" : name) + ")";
}

Result<ChildProcess> ChildProcess::Start(const std::vector<std::string>& argv) {
  auto out = MakePipe();
  if (!out) return tl::unexpected(out.error());
  auto err = MakePipe();
  if (!err) return tl::unexpected(err.error());
  const SpawnSetup setup(out->write.get(), err->write.get());
  std::vector<std::string> arguments = argv;  // posix_spawn wants them writable
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, pointers[0], setup.actions(), setup.attributes(), pointers.data(), environ);
  if (error != 0) return tl::unexpected(FromErrno(error, "starting " + argv.front()));
  return ChildProcess(pid, std::move(out->read), std::move(err->read));
}

ChildProcess::~ChildProcess() {
  if (pid_.id > 0) static_cast<void>(Finish(std::chrono::milliseconds(0)));
}

void ChildProcess::Terminate() const {
  if (pid_.id > 0) kill(-pid_.id, SIGTERM);
}

void ChildProcess::ReadOut() {
  std::array<char, 65536> part{};
  const ssize_t count = read(out_.get(), part.data(), part.size());
  if (count > 0) {
    pending_.append(part.data(), static_cast<size_t>(count));
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    out_.Close();
  }
}

void ChildProcess::ReadErr() {
  std::array<char, 4096> part{};
  const ssize_t count = read(err_.get(), part.data(), part.size());
  if (count > 0) {
    error_tail_.append(part.data(), static_cast<size_t>(count));
    if (error_tail_.size() > kErrorTail) error_tail_.erase(0, error_tail_.size() - kErrorTail);
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    err_.Close();
  }
}

Result<void> ChildProcess::WaitAndRead(Deadline deadline, int wake_fd) {
  // poll() skips negative descriptors, so closed pipes need no special case.
  std::array<pollfd, 3> fds{
      {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {wake_fd, POLLIN, 0}}};
  const int ready = poll(fds.data(), fds.size(), MillisecondsUntil(deadline));
  if (ready < 0 && errno != EINTR) return tl::unexpected(FromErrno(errno, "poll"));
  if (fds[2].revents != 0) return Fail(ErrorCode::kCancelled, "stopped on request");
  if (fds[0].revents != 0) ReadOut();
  if (fds[1].revents != 0) ReadErr();
  // Looked at even while output comes: a child that never stops talking has no more time than
  // others.
  if (std::chrono::steady_clock::now() >= deadline) {
    return Fail(ErrorCode::kDeadlineExceeded, "no more output in time");
  }
  return {};
}

Result<std::optional<std::string>> ChildProcess::NextLine(Deadline deadline,
                                                          const std::stop_token& stop) {
  const UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return tl::unexpected(FromErrno(errno, "eventfd"));
  const std::stop_callback on_stop(stop, [&] { eventfd_write(wake.get(), 1); });
  for (size_t searched = 0;;) {
    const auto newline = pending_.find('\n', searched);
    if (newline != std::string::npos) {
      std::string line = pending_.substr(0, newline);
      pending_.erase(0, newline + 1);
      return line;
    }
    if (pending_.size() > kLineLimit) {
      return Fail(ErrorCode::kInvalidArgument, "a line of output is longer than 8 MiB");
    }
    if (!out_.valid()) {
      if (pending_.empty()) return std::nullopt;
      return std::exchange(pending_, {});
    }
    searched = pending_.size();
    if (auto waited = WaitAndRead(deadline, wake.get()); !waited) {
      return tl::unexpected(waited.error());
    }
  }
}

// True when the child has ended; it stays a zombie, so that its group's number cannot be reused.
// Sleeps in small steps: pidfds are younger than many kernels that probes meet, and a child that
// has closed its output ends within one or two steps.
bool ChildProcess::WaitForExit(Deadline deadline) {
  for (;;) {
    if (out_.valid()) ReadOut();
    if (err_.valid()) ReadErr();
    siginfo_t info{};
    const int waited =
        waitid(P_PID, static_cast<id_t>(pid_.id), &info, WEXITED | WNOWAIT | WNOHANG);
    if (waited == 0 && info.si_pid == pid_.id) return true;
    if (waited != 0 && errno != EINTR) return true;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

ExitStatus ChildProcess::Finish(std::chrono::milliseconds grace) {
  WaitForExit(std::chrono::steady_clock::now() + grace);
  kill(-pid_.id, SIGKILL);  // the child, or what it left behind
  int status = 0;
  while (waitpid(pid_.id, &status, 0) < 0 && errno == EINTR) {
  }
  pid_.id = -1;
  while (err_.valid()) {
    const size_t before = error_tail_.size();
    ReadErr();
    if (error_tail_.size() == before) break;
  }
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace hypergauge::probes
