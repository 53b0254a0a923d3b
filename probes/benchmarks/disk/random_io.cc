#include "probes/benchmarks/disk/random_io.h"

namespace hypergauge::probes {
namespace {

Result<std::unique_ptr<RandomIo>> MakeNamed(const std::string& name) {
  if (name == "io_uring") return MakeUringIo();
  if (name == "libaio") return MakeLibaioIo();
  if (name == "psync") return MakePsyncIo();
  return Fail(ErrorCode::kInvalidArgument,
              "engine=" + name + ": the engines are io_uring, libaio and psync");
}

Result<std::unique_ptr<RandomIo>> MakeFirstThatWorks() {
  if (auto uring = MakeUringIo()) return uring;
  if (auto libaio = MakeLibaioIo()) return libaio;
  return MakePsyncIo();
}

}  // namespace

Result<std::unique_ptr<RandomIo>> MakeRandomIo(Context& context) {
  const std::string wanted = context.Option(kEngineOption);
  auto engine = wanted.empty() ? MakeFirstThatWorks() : MakeNamed(wanted);
  if (!engine) return engine;
  context.report.labels["engine"] = (*engine)->name();
  // Its threads are as many as the queue is deep, not as there are CPUs.
  if ((*engine)->name() == "psync") context.report.shares_cpus = true;
  return engine;
}

}  // namespace hypergauge::probes
