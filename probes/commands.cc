#include "probes/commands.h"

#include <iostream>
#include <thread>

#include "program/flags.h"
#include "program/signals.h"

namespace hypergauge::probes {

int Complain(const Error& error, int exit_code) {
  std::cerr << "hypergauge-probe: " << error.message << "\n";
  return exit_code;
}

Result<std::filesystem::path> RootFolder(const std::string& root) {
  if (root.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "--root is empty: it must name a folder");
  }
  std::error_code error;
  auto folder = std::filesystem::canonical(root, error);
  if (error || !std::filesystem::is_directory(folder, error)) {
    return Fail(ErrorCode::kInvalidArgument, "--root " + root + ": is no folder");
  }
  return folder;
}

int PrintAnswer(const std::string& text) {
  std::cout << text << std::flush;
  if (std::cout) return kExitOk;
  return Complain({ErrorCode::kInternal, "standard output cannot be written"}, kExitFailure);
}

std::stop_token StopOnSignals() {
  std::stop_source source;
  std::stop_token token = source.get_token();
  // Detached, because nothing but a signal ends its wait.
  std::thread([source]() mutable {
    static_cast<void>(WaitForStopSignal());
    source.request_stop();
  }).detach();
  return token;
}

}  // namespace hypergauge::probes
