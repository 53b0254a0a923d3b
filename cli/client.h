#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::cli {

/// Asks an aggregator. Not for several threads at once.
/// Errors: kUnavailable naming the address when it does not answer within 5 s; others as they come.
class Client {
 public:
  explicit Client(const std::string& address);

  [[nodiscard]] Result<std::vector<v1::Node>> Nodes();
  [[nodiscard]] Result<std::vector<v1::BenchmarkDescriptor>> Benchmarks();
  [[nodiscard]] Result<std::vector<v1::ListLatestRunsResponse::Latest>> LatestRuns();

 private:
  std::string address_;
  std::unique_ptr<v1::QueryService::Stub> stub_;
};

}  // namespace hypergauge::cli
