#include "tests/support/listening_port.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/process.h"

namespace hypergauge::testing {
namespace {

// "socket:[12345]" for every socket of the process.
std::set<std::string> SocketsOf(pid_t pid) {
  std::set<std::string> sockets;
  std::error_code gone;
  const auto folder = std::filesystem::path("/proc") / std::to_string(pid) / "fd";
  for (const auto& entry : std::filesystem::directory_iterator(folder, gone)) {
    const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (target.starts_with("socket:")) sockets.insert(target);
  }
  return sockets;
}

int FindPort(pid_t pid) {
  const auto sockets = SocketsOf(pid);
  std::ifstream table("/proc/net/tcp");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, skip, inode;
    fields >> slot >> local >> remote >> state >> skip >> skip >> skip >> skip >> skip >> inode;
    const std::string listening = "0A";
    const std::string loopback = "0100007F:";
    if (state == listening && local.starts_with(loopback) &&
        sockets.contains("socket:[" + inode + "]")) {
      return std::stoi(local.substr(loopback.size()), nullptr, 16);
    }
  }
  return 0;
}

}  // namespace

int ListeningPort(pid_t pid, std::chrono::seconds limit) {
  int port = 0;
  (void)Eventually(limit, [&] { return (port = FindPort(pid)) != 0; });
  return port;
}

}  // namespace hypergauge::testing
