#include "probes/benchmarks/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

constexpr size_t kOutputLimit = size_t{8} << 20;
constexpr size_t kErrorTail = size_t{8} << 10;
constexpr size_t kInputLimit = 4096;       // every pipe takes so much without a reader
constexpr milliseconds kStopInterval(50);  // how soon a request to stop is seen
constexpr milliseconds kShortInterval(2);  // the same for the end of a process without a pidfd
constexpr milliseconds kGrace(150);        // between SIGTERM and SIGKILL
constexpr int kCannotStart = 127;          // as shells have it

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }

  [[nodiscard]] int number() const { return number_; }
  void Close() {
    if (number_ >= 0) close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe"));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (auto& each : strings) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

// All that the child needs, made before the fork: it must not allocate.
struct Launch {
  std::vector<char*> argv;
  std::vector<char*> environment;
  const char* folder = nullptr;
  std::array<int, 3> standard{};
  pid_t parent = 0;
};

void Say(std::string_view text) {
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
}

[[noreturn]] void RunInChild(const Launch& launch) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != launch.parent) _exit(1);  // it died before the line above
  std::signal(SIGPIPE, SIG_DFL);             // what is ignored would stay so
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 0; i < 3; ++i) dup2(launch.standard[static_cast<size_t>(i)], i);
  closefrom(3);
  if (chdir(launch.folder) == 0) {
    execve(launch.argv[0], launch.argv.data(), launch.environment.data());
  }
  const int error = errno;
  Say("cannot start ");
  Say(launch.argv[0]);
  Say(": ");
  Say(strerrordesc_np(error));
  Say("\n");
  _exit(kCannotStart);
}

// A running process; its group is killed when the object goes.
class Child {
 public:
  explicit Child(pid_t id) : id_(id), end_(static_cast<int>(syscall(SYS_pidfd_open, id, 0))) {
    setpgid(id, id);  // by whoever of the two comes first
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  ~Child() {
    if (id_ < 0) return;
    kill(-id_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kGrace;
    while (!HasEnded() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kShortInterval);
    }
    Reap();
  }

  /// Readable once it has ended; -1 before Linux 5.3.
  [[nodiscard]] int end() const { return end_.number(); }

  /// It stays a zombie, so that the number of its group is not used anew.
  [[nodiscard]] bool HasEnded() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOWAIT | WNOHANG) != 0 ||
           info.si_pid == id_;
  }

  /// Kills what is left of the group and returns waitpid's status.
  int Reap() {
    kill(-id_, SIGKILL);
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }

 private:
  pid_t id_;
  Descriptor end_;
};

// Reads what is there. False once there will be no more.
bool ReadSome(Descriptor& from, std::string& text) {
  std::array<char, 65536> part{};
  const ssize_t got = read(from.number(), part.data(), part.size());
  if (got > 0) {
    text.append(part.data(), static_cast<size_t>(got));
    return true;
  }
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) from.Close();
  return false;
}

class Run {
 public:
  explicit Run(const ProcessPlan& plan) : plan_(plan) {}

  Result<ProcessOutput> ToEnd() {
    const auto start = plan_.clock->MonotonicRaw();
    auto id = Start();
    if (!id) return tl::unexpected(id.error());
    Child child(*id);
    while (!child.HasEnded()) {
      if (auto going = CheckLimits(start); !going) return tl::unexpected(going.error());
      Wait(child);
    }
    output_.seconds = ToSeconds(plan_.clock->MonotonicRaw() - start);
    const int status = child.Reap();
    while (ReadOut() || ReadErr()) {
      if (auto going = CheckSize(); !going) return tl::unexpected(going.error());
    }
    if (WIFSIGNALED(status)) output_.signal = WTERMSIG(status);
    if (WIFEXITED(status)) output_.exit_code = WEXITSTATUS(status);
    return std::move(output_);
  }

 private:
  Result<pid_t> Start() {
    auto in = MakePipe();
    auto out = MakePipe();
    auto err = MakePipe();
    if (!in || !out || !err) return Fail(ErrorCode::kResourceExhausted, "out of pipes");
    if (auto given = Give(in->write); !given) return tl::unexpected(given.error());
    auto argv = plan_.argv;  // exec wants them writable
    auto environment = plan_.environment;
    const Launch launch{.argv = Pointers(argv),
                        .environment = Pointers(environment),
                        .folder = plan_.folder.c_str(),
                        .standard = {in->read.number(), out->write.number(), err->write.number()},
                        .parent = getpid()};
    const pid_t id = fork();
    if (id < 0) return tl::unexpected(FromErrno(errno, "fork for " + plan_.argv.front()));
    if (id == 0) RunInChild(launch);
    for (const Pipe* each : {&*out, &*err}) fcntl(each->read.number(), F_SETFL, O_NONBLOCK);
    out_ = std::move(out->read);
    err_ = std::move(err->read);
    return id;
  }

  [[nodiscard]] Result<void> Give(const Descriptor& in) const {
    const auto& input = plan_.input;
    if (input.size() <= kInputLimit &&
        write(in.number(), input.data(), input.size()) == static_cast<ssize_t>(input.size())) {
      return {};
    }
    return Fail(ErrorCode::kInternal, "more than 4096 bytes for the standard input of " + Name());
  }

  [[nodiscard]] Result<void> CheckLimits(std::chrono::nanoseconds start) const {
    if (plan_.stopped()) return Fail(ErrorCode::kCancelled, "stopped while " + Name() + " ran");
    if (plan_.clock->MonotonicRaw() - start >= plan_.limit) {
      return Fail(
          ErrorCode::kDeadlineExceeded,
          Name() + " did not end within " + std::to_string(plan_.limit / milliseconds(1)) + " ms");
    }
    return CheckSize();
  }

  [[nodiscard]] Result<void> CheckSize() const {
    if (output_.out.size() <= kOutputLimit) return {};
    return Fail(ErrorCode::kWrongAnswer, Name() + " printed more than 8 MiB");
  }

  [[nodiscard]] std::string Name() const { return plan_.argv.front(); }

  void Wait(const Child& child) {
    // poll() passes over negative descriptors.
    std::array<pollfd, 3> waiting{
        {{out_.number(), POLLIN, 0}, {err_.number(), POLLIN, 0}, {child.end(), POLLIN, 0}}};
    const auto interval = child.end() >= 0 ? kStopInterval : kShortInterval;
    if (poll(waiting.data(), waiting.size(), static_cast<int>(interval.count())) <= 0) return;
    if (waiting[0].revents != 0) ReadOut();
    if (waiting[1].revents != 0) ReadErr();
  }

  bool ReadOut() { return out_.number() >= 0 && ReadSome(out_, output_.out); }

  bool ReadErr() {
    if (err_.number() < 0 || !ReadSome(err_, output_.err)) return false;
    auto& text = output_.err;
    if (text.size() > kErrorTail) text.erase(0, text.size() - kErrorTail);
    return true;
  }

  const ProcessPlan& plan_;
  Descriptor out_;
  Descriptor err_;
  ProcessOutput output_;
};

std::string Path() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "/usr/bin:/bin" : path;
}

}  // namespace

Result<std::filesystem::path> FindProgram(const std::string& name) {
  std::istringstream list(Path());
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!folder.starts_with('/')) continue;  // whatever stands in the current folder is none
    auto path = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  return Fail(ErrorCode::kUnsupported, name + " is not installed");
}

std::vector<std::string> SmallEnvironment(const std::filesystem::path& folder) {
  std::vector<std::string> result{"PATH=" + Path(), "LC_ALL=C", "HOME=" + folder.string(),
                                  "TMPDIR=" + folder.string()};
  const char* libraries = std::getenv("LD_LIBRARY_PATH");
  if (libraries != nullptr) result.push_back(std::string("LD_LIBRARY_PATH=") + libraries);
  return result;
}

Result<ProcessOutput> RunToEnd(const ProcessPlan& plan) {
  return Run(plan).ToEnd();
}

}  // namespace hypergauge::probes
