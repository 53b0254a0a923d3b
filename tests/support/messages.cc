#include "tests/support/messages.h"

namespace hypergauge::testing {

v1::Hello MakeHello(const std::string& name) {
  v1::Hello hello;
  hello.mutable_protocol()->set_major(1);
  hello.mutable_identity()->set_node_id("id-" + name);
  hello.mutable_identity()->set_epoch(1);
  hello.mutable_identity()->set_name(name);
  hello.set_role(v1::ROLE_HOST);
  hello.mutable_platform()->set_name("metal");
  hello.mutable_platform()->set_hypervisor("none");
  hello.mutable_environment()->set_kernel_release("6.1.0");
  hello.mutable_build()->set_probe_version("0.1.0");
  auto& benchmark = *hello.add_benchmarks();
  benchmark.set_name("cpu_blowfish");
  benchmark.set_version(1);
  benchmark.set_category("cpu");
  benchmark.set_available(true);
  benchmark.set_core(true);
  benchmark.add_suites("light");
  auto& quantity = *benchmark.add_quantities();
  quantity.set_family("cpu_blowfish_seconds");
  quantity.set_unit("seconds");
  quantity.set_direction(v1::DIRECTION_LOWER_IS_BETTER);
  quantity.set_help("Time of a batch");
  return hello;
}

v1::Run MakeRun(const std::string& node, uint64_t sequence, double median,
                int64_t started_seconds) {
  v1::Run run;
  run.mutable_id()->set_node_id("id-" + node);
  run.mutable_id()->set_epoch(1);
  run.mutable_id()->set_sequence(sequence);
  run.set_benchmark("cpu_blowfish");
  run.set_benchmark_version(1);
  run.set_suite("light");
  run.set_started_unix_nanos(started_seconds * 1'000'000'000);
  run.set_wall_nanos(800'000'000);
  run.set_verdict(v1::VERDICT_CLEAN);
  // Not by assignment of a literal, of which g++ 12 warns wrongly at -O2.
  run.mutable_labels()->insert({"threads", std::string(1, '1')});
  auto& measure = *run.add_measures();
  measure.set_family("cpu_blowfish_seconds");
  for (const double factor : {0.9, 1.0, 1.1}) measure.add_samples(median * factor);
  measure.set_median(median);
  measure.set_mad(0.1 * median);
  return run;
}

}  // namespace hypergauge::testing
