// What a server of today measures: the order of magnitude is what counts.
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "tests/load/figures.h"

namespace hypergauge::load {
namespace {

// Of a benchmark's primary quantity, in its unit, in the light suite.
const std::map<std::string, double, std::less<>>& Primaries() {
  static const std::map<std::string, double, std::less<>> kPrimaries = {
      {"compile", 0.55},
      {"cpu_blowfish", 0.259},
      {"cpu_fibonacci", 0.169},
      {"cpu_md5", 7.2e8},
      {"cpu_pi", 0.21},
      {"cpu_prime", 1450},
      {"cpu_scaling", 0.97},
      {"cpu_sha1", 1.6e9},
      {"cpu_sha256", 1.5e9},
      {"cpu_zlib", 6.2e7},
      {"fpu_raytracing", 0.278},
      {"memory_add", 1.1e10},
      {"memory_copy", 1.0e10},
      {"memory_latency", 9.2e-8},
      {"memory_scale", 9.8e9},
      {"memory_triad", 1.12e10},
      {"kernel_clock_read", 2.4e-8},
      {"kernel_context_switch", 1.6e-6},
      {"kernel_exec", 7e-4},
      {"kernel_fork", 1.8e-4},
      {"kernel_ipi_wakeup", 3.1e-6},
      {"kernel_page_fault", 2.5e-7},
      {"kernel_syscall", 9e-8},
      {"kernel_thread", 1.4e-5},
      {"kernel_timer_oversleep", 6e-5},
      {"kernel_tlb_shootdown", 3.4e-6},
      {"kernel_vmexit", 1.2e-6},
      {"disk_copy", 3.1e8},
      {"disk_dd", 2.4e8},
      {"disk_metadata", 5200},
      {"disk_rand_read", 15000},
      {"disk_rand_write", 9000},
      {"disk_seq_read", 2.1e9},
      {"disk_seq_write", 1.4e9},
      {"disk_sync", 9e-4},
      {"network_connect", 21000},
      {"network_ftp", 0.021},
      {"network_http", 0.018},
      {"network_tcp", 1.4e9},
      {"network_tcp_rr", 1.27e-5},
      {"network_udp", 4e-6},
      {"network_udp_rtt", 1.5e-5},
  };
  return kPrimaries;
}

// Of quantities in another unit than their benchmark's primary one, and of what is not listed.
double ByUnit(std::string_view unit) {
  if (unit == "seconds") return 1e-3;
  if (unit == "bytes_per_second") return 8e8;
  if (unit == "ratio") return 5e-4;
  if (unit == "operations_per_second") return 5000;
  if (unit == "events_per_second") return 1400;
  return 10;
}

bool IsCountedIn(std::string_view unit) {
  return unit.ends_with("_per_second");
}

// A deeper queue does more, and each waits longer; more threads do more.
double LabelFactor(const v1::Quantity& quantity) {
  static const std::map<std::string, double, std::less<>> kStatistics = {
      {"p50", 1}, {"p95", 1.9}, {"p99", 2.8}, {"p999", 5}, {"max", 14}};
  double factor = 1;
  for (const auto& [name, value] : quantity.labels()) {
    if (name == "stat") {
      const auto known = kStatistics.find(value);
      if (known != kStatistics.end()) factor *= known->second;
    } else if (name == "queue_depth") {
      factor *= std::sqrt(std::max(1.0, std::atof(value.c_str())));
    } else if (name == "threads" && IsCountedIn(quantity.unit())) {
      factor *= std::max(1.0, std::atof(value.c_str()));
    } else if (value == "buffered" || value == "cached") {
      factor *= 1.6;
    }
  }
  return factor;
}

}  // namespace

double TypicalFigure(const v1::BenchmarkDescriptor& benchmark, const v1::Quantity& quantity,
                     const std::string& suite) {
  constexpr double kLargerWork = 6;  // of a standard batch whose time is the figure
  const auto& primary = benchmark.quantities(0);
  const auto known = Primaries().find(benchmark.name());
  double figure = quantity.unit() == primary.unit() && known != Primaries().end()
                      ? known->second
                      : ByUnit(quantity.unit());
  // Latencies that belong to a rate of operations.
  if (quantity.unit() == "seconds" && primary.unit() == "operations_per_second" &&
      known != Primaries().end()) {
    figure = 1 / known->second;
  }
  const bool is_batch = quantity.unit() == "seconds" && figure > 0.1;
  if (suite != "light" && is_batch) figure *= kLargerWork;
  return figure * LabelFactor(quantity);
}

}  // namespace hypergauge::load
