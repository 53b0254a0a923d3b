#include "probes/platform/vmware_backdoor.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace hypergauge::probes {
namespace {

#if defined(__x86_64__) || defined(__i386__)

constexpr uint32_t kMagic = 0x564d5868;
constexpr uint32_t kPort = 0x5658;
constexpr uint32_t kGetVersion = 10;
constexpr int kMaxProduct = 127;

// The exit code is the product; 0 says that nobody answered.
[[noreturn]] void AskInChild() {
  // The fault is expected: no core file, and nobody's handler.
  prctl(PR_SET_DUMPABLE, 0);
  for (const int signal : std::array{SIGSEGV, SIGILL, SIGBUS}) std::signal(signal, SIG_DFL);
  uint32_t eax = kMagic;
  uint32_t ebx = ~kMagic;
  uint32_t ecx = kGetVersion;
  uint32_t edx = kPort;
  __asm__ volatile("inl %%dx, %%eax" : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx) : : "memory");
  const bool answered = ebx == kMagic && ecx <= kMaxProduct;
  _exit(answered ? static_cast<int>(ecx) : 0);
}

#endif

}  // namespace

std::optional<int> AskVmwareBackdoor() {
#if defined(__x86_64__) || defined(__i386__)
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child == 0) AskInChild();
  int status = 0;
  pid_t ended = 0;
  do {
    ended = waitpid(child, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended != child || !WIFEXITED(status) || WEXITSTATUS(status) == 0) return std::nullopt;
  return WEXITSTATUS(status);
#else
  return std::nullopt;
#endif
}

}  // namespace hypergauge::probes
