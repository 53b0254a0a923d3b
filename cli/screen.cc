#include "cli/screen.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

namespace hypergauge::cli {
namespace {

// Alternate screen, no cursor; and back, with all attributes off.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[0m\x1b[?25h\x1b[?1049l";

// What a handler of crashes reaches, which has no object.
termios g_before{};
volatile std::sig_atomic_t g_is_open = 0;

void WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
}

// Only calls that a signal handler may make.
void Restore() {
  if (g_is_open == 0) return;
  g_is_open = 0;
  WriteAll(kLeave);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &g_before);
}

void OnCrash(int signal) {
  Restore();
  raise(signal);  // its handler is gone by SA_RESETHAND
}

void HandleCrashes() {
  struct sigaction action {};
  action.sa_handler = OnCrash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) {
    sigaction(signal, &action, nullptr);
  }
}

sigset_t WaitedFor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

void SetBlocked(int signal, int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

Result<Screen> Screen::Open() {
  if (tcgetattr(STDIN_FILENO, &g_before) != 0) {
    return tl::unexpected(FromErrno(errno, "standard input"));
  }
  const sigset_t signals = WaitedFor();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd < 0) return tl::unexpected(FromErrno(errno, "signalfd"));
  HandleCrashes();
  Enter();
  return Screen(signal_fd);
}

Screen::Screen(Screen&& other) noexcept : signal_fd_(std::exchange(other.signal_fd_, -1)) {}

Screen::~Screen() {
  if (signal_fd_ < 0) return;
  Close();
  close(signal_fd_);
}

void Screen::Close() {
  Restore();
}

void Screen::Enter() {
  termios raw = g_before;
  // Keys at once and unechoed; Ctrl-C and Ctrl-Z stay signals.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  g_is_open = 1;
  WriteAll(kEnter);
}

void Screen::Draw(const std::vector<std::string>& lines) const {
  std::string text = "\x1b[H";
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += "\r\n";
    text += lines[i] + "\x1b[0m\x1b[K";
  }
  WriteAll(text + "\x1b[J");
}

Screen::Event Screen::Wait(int wake_fd, int most_millis) const {
  std::array<pollfd, 3> waited = {
      {{STDIN_FILENO, POLLIN, 0}, {signal_fd_, POLLIN, 0}, {wake_fd, POLLIN, 0}}};
  Event event;
  if (poll(waited.data(), waited.size(), most_millis) <= 0) return event;
  if (waited[1].revents != 0) TakeSignal(event);
  if (waited[0].revents != 0) {
    std::array<char, 512> bytes{};
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    // Readable, and nothing there: the terminal is gone.
    event.hung_up = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    if (count > 0) event.keys.assign(bytes.data(), static_cast<size_t>(count));
  }
  event.wake = waited[2].revents != 0;
  return event;
}

void Screen::TakeSignal(Event& event) const {
  signalfd_siginfo info{};
  while (read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
    switch (info.ssi_signo) {
      case SIGTSTP:
        Stop();
        break;
      case SIGCONT:  // after a stop that nobody can wait for
        Enter();
        break;
      case SIGWINCH:  // whoever waits draws anew
        break;
      default:
        event.end_signal = static_cast<int>(info.ssi_signo);
    }
  }
}

void Screen::Stop() {
  Restore();
  // The kernel stops it, or does not where nobody could make it go on.
  std::signal(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  SetBlocked(SIGTSTP, SIG_UNBLOCK);
  SetBlocked(SIGTSTP, SIG_BLOCK);
  Enter();
}

void EndBy(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  SetBlocked(signal, SIG_UNBLOCK);
}

}  // namespace hypergauge::cli
