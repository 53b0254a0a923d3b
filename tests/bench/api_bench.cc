// How long the API's largest answers take: the nodes of a fleet of 10,000, and a history with as
// many points as one may have.
#include <benchmark/benchmark.h>

#include <string>

#include "aggregator/api/history.h"
#include "aggregator/ingest/fleet.h"
#include "exporter/etag.h"
#include "exporter/gzip.h"
#include "proto/message_json.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kNodes = 10'000;
constexpr int kBenchmarks = 45;
constexpr int kFacts = 80;

// About as large as a real one.
v1::Hello MakeHello(int number) {
  v1::Hello hello;
  const auto text = std::to_string(number);
  hello.mutable_identity()->set_node_id("5d3c1b0a-0000-4000-8000-" + text);
  hello.mutable_identity()->set_epoch(1);
  hello.mutable_identity()->set_name("guest-" + text + ".example.org");
  hello.set_role(v1::ROLE_GUEST);
  auto& platform = *hello.mutable_platform();
  platform.set_name("proxmox-ve");
  platform.set_hypervisor("kvm");
  platform.set_version("8.2");
  for (int i = 0; i < 10; ++i) platform.add_evidence("a signal that says what runs this machine");
  auto& layer = *platform.add_layers();
  layer.set_kind("vm");
  layer.set_product("proxmox-ve");
  auto& environment = *hello.mutable_environment();
  environment.set_kernel_release("6.1.0-18-amd64");
  environment.set_architecture("x86_64");
  environment.set_cpu_model("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz");
  environment.set_online_cpus(4);
  environment.set_memory_bytes(uint64_t{8} << 30U);
  environment.set_os_release("Debian GNU/Linux 12 (bookworm)");
  environment.set_clocksource("kvm-clock");
  for (int i = 0; i < kFacts; ++i) {
    (*environment.mutable_facts())["a_fact_" + std::to_string(i)] = "what it says on this machine";
  }
  hello.mutable_build()->set_probe_version("0.1.0");
  hello.mutable_build()->set_bench_sha256(std::string(64, 'a'));
  for (int i = 0; i < kBenchmarks; ++i) {
    auto& benchmark = *hello.add_benchmarks();
    benchmark.set_name("benchmark_" + std::to_string(i));
    benchmark.set_version(1);
    benchmark.set_available(i % 5 != 0);
    benchmark.set_reason("there is none here");
    benchmark.add_quantities()->set_family("benchmark_seconds");
  }
  return hello;
}

// Made once: it takes seconds.
Fleet& LargeFleet() {
  static Fleet fleet{std::chrono::minutes(30)};
  if (fleet.Count().first > 0) return fleet;
  for (int i = 0; i < kNodes; ++i) fleet.Connected(MakeHello(i), 1'764'000'000'000'000'000 + i);
  return fleet;
}

v1::ListNodesResponse BriefNodes(const Fleet& fleet) {
  v1::ListNodesResponse response;
  for (auto& node : fleet.ShownNodes({}, /*brief=*/true))
    response.mutable_nodes()->Add(std::move(node));
  return response;
}

// What has the fleet's lock.
void CopyNodes(benchmark::State& state) {
  const auto& fleet = LargeFleet();
  for (auto _ : state) benchmark::DoNotOptimize(fleet.ShownNodes({}, /*brief=*/true));
}

// All that /api/v1/nodes?brief=true does.
void AnswerNodes(benchmark::State& state) {
  const auto& fleet = LargeFleet();
  size_t bytes = 0;
  for (auto _ : state) {
    const auto body = MessageJson(BriefNodes(fleet), JsonStyle::kOneLine).value();
    benchmark::DoNotOptimize(exporter::EtagOf(body));
    bytes = body.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}

void CompressNodes(benchmark::State& state) {
  const auto body = MessageJson(BriefNodes(LargeFleet()), JsonStyle::kOneLine).value();
  size_t bytes = 0;
  for (auto _ : state) bytes = exporter::Gzip(body).value().size();
  state.counters["bytes"] = static_cast<double>(bytes);
}

void WriteHistory(benchmark::State& state) {
  const HistoryLimits limits;
  v1::GetHistoryResponse response;
  for (size_t i = 0; i < limits.points; ++i) {
    if (i % 500 == 0) response.add_series()->set_node("guest-1");
    auto& point = *response.mutable_series()->rbegin()->add_points();
    point.set_at_unix_nanos(1'764'000'000'000'000'000 + static_cast<int64_t>(i));
    for (const auto set : {&v1::HistoryPoint::set_value, &v1::HistoryPoint::set_least,
                           &v1::HistoryPoint::set_greatest}) {
      (point.*set)(1.0 / static_cast<double>(i + 3));
    }
    point.set_runs(3);
  }
  size_t bytes = 0;
  for (auto _ : state) bytes = MessageJson(response, JsonStyle::kOneLine).value().size();
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["on_wire"] = static_cast<double>(response.ByteSizeLong());
}

BENCHMARK(CopyNodes)->Unit(benchmark::kMillisecond);
BENCHMARK(AnswerNodes)->Unit(benchmark::kMillisecond);
BENCHMARK(CompressNodes)->Unit(benchmark::kMillisecond);
BENCHMARK(WriteHistory)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hypergauge::aggregator

BENCHMARK_MAIN();
