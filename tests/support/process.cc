#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <thread>

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every header

namespace hypergauge::testing {
namespace {

using std::chrono::steady_clock;

std::vector<std::string> Environment(const std::map<std::string, std::string>& changes) {
  std::map<std::string, std::string> merged = changes;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    merged.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::vector<std::string> lines;
  lines.reserve(merged.size());
  for (const auto& [name, value] : merged) {
    std::string line = name;
    line.append("=").append(value);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv,
                 const std::map<std::string, std::string>& environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  auto arguments = argv;
  auto variables = Environment(environment);
  const int error = posix_spawnp(&pid_, argv.front().c_str(), &actions, nullptr,
                                 Pointers(arguments).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  pipe_ = ends[0];
  if (error != 0) throw std::runtime_error("cannot start " + argv.front());
}

Process::~Process() {
  if (!exit_code_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(pipe_);
}

void Process::Signal(int number) const {
  kill(pid_, number);
}

bool Process::ReadSome(std::chrono::milliseconds limit) {
  pollfd descriptor{pipe_, POLLIN, 0};
  if (poll(&descriptor, 1, static_cast<int>(limit.count())) <= 0) return true;
  std::array<char, 65536> buffer{};
  const ssize_t count = read(pipe_, buffer.data(), buffer.size());
  if (count > 0) output_.append(buffer.data(), static_cast<size_t>(count));
  return count > 0;
}

bool Process::WaitForOutput(const std::string& text, std::chrono::seconds limit) {
  const auto end = steady_clock::now() + limit;
  bool open = true;
  while (output_.find(text) == std::string::npos) {
    if (!open || steady_clock::now() >= end) return false;
    open = ReadSome(std::chrono::milliseconds(100));
  }
  return true;
}

void Process::Drain() {
  for (size_t before = output_.size() + 1; before != output_.size();) {
    before = output_.size();
    if (!ReadSome(std::chrono::milliseconds(0))) return;
  }
}

std::optional<int> Process::Wait(std::chrono::seconds limit) {
  const auto end = steady_clock::now() + limit;
  bool open = true;
  while (!exit_code_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (steady_clock::now() >= end) return std::nullopt;
    if (open) {
      open = ReadSome(std::chrono::milliseconds(10));
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // only spares the CPU
    }
  }
  // Grandchildren may hold the pipe open for ever: read what is there and no more.
  for (pollfd waiting{pipe_, POLLIN, 0}; open && poll(&waiting, 1, 0) > 0;) open = ReadSome({});
  return exit_code_;
}

Finished RunProcess(const std::vector<std::string>& argv, std::chrono::seconds limit) {
  Process process(argv);
  const auto code = process.Wait(limit);
  return {code.value_or(-1), process.output()};
}

bool Eventually(std::chrono::seconds limit, const std::function<bool()>& ask) {
  const auto end = steady_clock::now() + limit;
  while (!ask()) {
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace hypergauge::testing
