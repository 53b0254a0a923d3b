#include "tests/support/shell_terminal.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace hypergauge::testing {
namespace {

winsize SizeOf(int columns, int lines) {
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = static_cast<unsigned short>(lines);
  return size;
}

}  // namespace

ShellTerminal::ShellTerminal(int columns, int lines) {
  const winsize size = SizeOf(columns, lines);
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("PS1", "ready> ", 1);
    execlp("bash", "bash", "--norc", "--noprofile", "--noediting", "-i", nullptr);
    _exit(127);
  }
  EXPECT_GT(pid_, 0);
}

ShellTerminal::~ShellTerminal() {
  close(terminal_);  // hangs up what runs there
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void ShellTerminal::Type(const std::string& keys) const {
  EXPECT_EQ(write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

void ShellTerminal::Resize(int columns, int lines) const {
  const winsize size = SizeOf(columns, lines);
  EXPECT_EQ(ioctl(terminal_, TIOCSWINSZ, &size), 0);
}

pid_t ShellTerminal::Foreground() const {
  return tcgetpgrp(terminal_);
}

bool ShellTerminal::WaitFor(const std::string& text, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto found = output_.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waited{terminal_, POLLIN, 0};
    if (poll(&waited, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t count = read(terminal_, bytes.data(), bytes.size());
    if (count <= 0) return false;
    output_.append(bytes.data(), static_cast<size_t>(count));
  }
}

}  // namespace hypergauge::testing
