#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "probes/child_process.h"

namespace hypergauge::probes {

/// `hypergauge-bench serve`, which answers the network benchmarks of other nodes.
/// Threads: the one that started it must outlive it.
class ResponderProcess {
 public:
  /// Starts it and waits until it listens. listen_address: HOST:PORT, port 0 for any.
  /// Errors: those of starting it; kUnavailable, with what it printed, when it does not come up.
  [[nodiscard]] static Result<ResponderProcess> Start(const std::filesystem::path& bench,
                                                      const std::string& listen_address);

  /// HOST:PORT for others: `host` where it listens on all addresses.
  [[nodiscard]] std::string AnnouncedAs(const std::string& host) const;

 private:
  ResponderProcess(ChildProcess process, std::string host, int port)
      : process_(std::move(process)), host_(std::move(host)), port_(port) {}

  ChildProcess process_;
  std::string host_;
  int port_;
};

}  // namespace hypergauge::probes
