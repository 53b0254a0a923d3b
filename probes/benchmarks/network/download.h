#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/content.h"
#include "probes/benchmarks/network/socket.h"
#include "probes/benchmarks/network/url.h"

namespace hypergauge::probes {

/// What tells one protocol of downloads from another.
struct DownloadProtocol {
  std::string scheme;  ///< "http"
  Result<void> (*fetch)(Context& context, const Url& url, std::chrono::nanoseconds deadline,
                        ContentSink& sink);
  void (*serve)(Socket connection);       ///< one client of a server of ours
  std::optional<Endpoint> Peer::*server;  ///< of a responder
};

/// The benchmark network_SCHEME: downloads over and over, each over a connection of its own, and
/// compares the SHA-256 of every one. Its options: `url` and `sha256`.
[[nodiscard]] std::unique_ptr<Benchmark> MakeDownload(const DownloadProtocol& protocol);
[[nodiscard]] Descriptor DescribeDownload(const DownloadProtocol& protocol);

}  // namespace hypergauge::probes
