#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/node.pb.h"
#include "probes/config.h"

namespace hypergauge::probes {

/// What the user says to `hypergauge-probe agent`.
struct AgentOptions {
  std::string aggregator_address = "127.0.0.1:10911";
  std::filesystem::path storage = "/var/lib/hypergauge-probe";
  std::string node_name;          ///< empty: the host name
  v1::Role role = v1::ROLE_HOST;  ///< unspecified: container in one, else by node_host
  std::string node_host;          ///< name of the host node; empty where it is none
  std::string platform;           ///< empty: detected
  std::string peer;               ///< HOST:PORT for network benchmarks, where a lease names none
  std::string listen_address;     ///< of the responder for others; empty for none
  std::filesystem::path bench;
  Config config = DefaultConfig();   ///< without a work folder: <storage>/work
  std::filesystem::path root = "/";  ///< of all that is told of the machine; see ReadEnvironment
  /// How soon a change of the environment is noticed at the latest, leases or not.
  std::chrono::milliseconds look_interval{60'000};
  /// The same of where the node runs and what runs on it.
  std::chrono::milliseconds placement_interval{5'000};
};

/// Wires identity, spool, benchmarks and session, and runs until a stop is requested.
/// Errors: whatever keeps it from starting, naming the flag or file. Once it runs, it fails no
/// more. Threads: the caller's becomes the session's and the responder's parent.
[[nodiscard]] Result<void> RunAgent(const AgentOptions& given, const std::stop_token& stop);

}  // namespace hypergauge::probes
