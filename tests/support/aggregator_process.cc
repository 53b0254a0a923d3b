#include "tests/support/aggregator_process.h"

#include <cstdlib>

#include "build_paths.h"

namespace hypergauge::testing {
namespace {

// The number behind `label` in the first line that has it.
int NumberAfter(const std::string& text, const std::string& label) {
  const auto at = text.find(label);
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + label.size());
}

}  // namespace

std::string Program(const std::string& name) {
  return std::string(HYPERGAUGE_BIN_DIR) + "/" + name;
}

AggregatorProcess::AggregatorProcess(std::string storage_path, std::vector<std::string> more_flags,
                                     const std::vector<std::string>& wrapper,
                                     std::string grpc_address) {
  std::vector<std::string> argv = wrapper;
  for (std::string part :
       {Program("hypergauge-aggregator"), std::string("--storage.path"), std::move(storage_path),
        std::string("--web.listen-address"), std::string("127.0.0.1:0"),
        std::string("--grpc.listen-address"), std::move(grpc_address)}) {
    argv.push_back(std::move(part));
  }
  argv.insert(argv.end(), std::make_move_iterator(more_flags.begin()),
              std::make_move_iterator(more_flags.end()));
  process_ = std::make_unique<Process>(argv);
  // One line: "ready: N known nodes, gRPC port P, web port Q".
  if (!process_->WaitForOutput("web port ", std::chrono::seconds(30))) return;
  if (!process_->WaitForOutput("\"\n", std::chrono::seconds(5))) return;
  grpc_port_ = NumberAfter(process_->output(), "gRPC port ");
  web_port_ = NumberAfter(process_->output(), "web port ");
}

}  // namespace hypergauge::testing
