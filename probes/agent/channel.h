#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

namespace hypergauge::probes {

/// A fresh channel to the aggregator at HOST:PORT, with pings that notice a dead peer within 30 s.
/// The one place where credentials are chosen: plain text.
[[nodiscard]] std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address);

}  // namespace hypergauge::probes
