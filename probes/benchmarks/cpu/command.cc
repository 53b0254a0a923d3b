#include "probes/benchmarks/cpu/command.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace hypergauge::probes {
namespace {

constexpr size_t kMostOutput = 65536;
constexpr int kPauseMs = 50;  // between looks at the wish to stop
constexpr useconds_t kReapMicroseconds = 200;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return number_; }
  void Close() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe2"));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string Path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
}

// A process group of its own, killed and reaped at the latest with the object.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() { End(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] bool HasEnded() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == id_;
  }

  // Kills what is left of the group while its number cannot be another's yet.
  int End() {
    if (id_ < 0) return 0;
    kill(-id_, SIGKILL);
    kill(id_, SIGKILL);  // it may not have its group yet
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t id_;
};

struct Prepared {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* folder;
  int output;
  int failure;
};

// Between fork and exec: nothing that allocates.
[[noreturn]] void Become(const Prepared& program, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);  // it died before the line above
  for (const int number : {SIGTERM, SIGINT, SIGPIPE}) std::signal(number, SIG_DFL);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(program.output, STDOUT_FILENO);
  dup2(program.output, STDERR_FILENO);
  if (chdir(program.folder) == 0) {
    execvpe(program.argv[0], program.argv.data(), program.environment.data());
  }
  const int error = errno;
  (void)!write(program.failure, &error, sizeof(error));
  _exit(127);
}

// Reads until the last writer is gone, the program has ended or is stopped. True unless stopped.
bool ReadOutput(const Command& command, const Child& child, int from, std::string& output) {
  std::array<char, 4096> part{};
  for (;;) {
    if (command.stopped && command.stopped()) return false;
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPauseMs) == 0 && child.HasEnded()) return true;
    if (waiting.revents == 0) continue;
    const ssize_t got = read(from, part.data(), part.size());
    if (got == 0) return true;
    if (got > 0) {
      output.append(part.data(), std::min(static_cast<size_t>(got), kMostOutput - output.size()));
    }
  }
}

}  // namespace

Result<CommandResult> RunCommand(const Command& command) {
  auto output = MakePipe();
  auto failure = MakePipe();
  if (!output) return tl::unexpected(output.error());
  if (!failure) return tl::unexpected(failure.error());
  auto words = command.argv;
  const std::string folder = command.folder;
  std::vector<std::string> environment{"PATH=" + Path(), "LC_ALL=C", "TMPDIR=" + folder,
                                       "HOME=" + folder, "CCACHE_DISABLE=1"};
  const Prepared program{Pointers(words), Pointers(environment), folder.c_str(),
                         output->write.get(), failure->write.get()};
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id < 0) return tl::unexpected(FromErrno(errno, "fork"));
  if (id == 0) Become(program, parent);
  Child child(id);
  output->write.Close();
  failure->write.Close();
  int error = 0;  // the pipe ends without a word when the program has started
  if (read(failure->read.get(), &error, sizeof(error)) == sizeof(error)) {
    return tl::unexpected(FromErrno(error, "cannot start " + command.argv.front()));
  }
  CommandResult result;
  bool stopped = !ReadOutput(command, child, output->read.get(), result.output);
  while (!stopped && !child.HasEnded()) {
    stopped = command.stopped && command.stopped();
    usleep(kReapMicroseconds);
  }
  result.exit_code = child.End();
  if (stopped) return Fail(ErrorCode::kCancelled, "stopped while running " + command.argv.front());
  return result;
}

bool IsInPath(const std::string& program) {
  std::istringstream folders(Path());
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace hypergauge::probes
