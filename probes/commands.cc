#include "probes/commands.h"

#include <iostream>
#include <thread>

#include "program/signals.h"

namespace hypergauge::probes {

int Complain(const Error& error, int exit_code) {
  std::cerr << "hypergauge-probe: " << error.message << "\n";
  return exit_code;
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
