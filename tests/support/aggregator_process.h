#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/process.h"

namespace hypergauge::testing {

/// A real hypergauge-aggregator on free ports.
class AggregatorProcess {
 public:
  /// `wrapper` stands in front of the command line: {"prlimit", "--nofile=64"}.
  explicit AggregatorProcess(std::string storage_path, std::vector<std::string> more_flags = {},
                             const std::vector<std::string>& wrapper = {},
                             std::string grpc_address = "127.0.0.1:0");

  /// Whether it said that it is ready; on false `process().output()` says why not.
  [[nodiscard]] bool ready() const { return grpc_port_ != 0; }

  [[nodiscard]] std::string grpc_address() const {
    return "127.0.0.1:" + std::to_string(grpc_port_);
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(web_port_) + path;
  }
  [[nodiscard]] int grpc_port() const { return grpc_port_; }
  [[nodiscard]] int web_port() const { return web_port_; }

  /// The text of /metrics.
  [[nodiscard]] std::string Scrape() const { return HttpGet(url("/metrics")).body; }

  [[nodiscard]] Process& process() { return *process_; }

 private:
  std::unique_ptr<Process> process_;
  int grpc_port_ = 0;
  int web_port_ = 0;
};

/// The path of a program of the build under test.
[[nodiscard]] std::string Program(const std::string& name);

}  // namespace hypergauge::testing
