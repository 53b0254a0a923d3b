// hypergauge-bench: runs one benchmark in a process of its own and prints the run as JSON. The
// probe starts it afresh for every run; the very same file runs on host and guest.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "probes/bench_json.h"
#include "probes/benchmark.h"
#include "probes/responder.h"
#include "probes/runner.h"

namespace hypergauge::probes {
namespace {

std::atomic<bool> g_stop = false;  // set by a signal handler, which can reach nothing else

// A benchmark must not outlive the probe that started it: it would disturb the next one's lease.
bool TieToParent(int parent) {
  if (parent == 0) return true;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  return getppid() == parent;  // false: it died before the line above
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

ProcessUsage ReadUsage(std::chrono::nanoseconds wall, const Report& report) {
  ProcessUsage result;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    result.cpu_seconds += Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
    result.involuntary_switches += static_cast<uint64_t>(usage.ru_nivcsw);
  }
  // Nanoseconds on a CPU, nanoseconds waiting for one, time slices (kernel: sched-stats.rst).
  int64_t running = 0;
  int64_t waiting = 0;
  std::ifstream("/proc/self/schedstat") >> running >> waiting;
  waiting += report.workers_waited.count();
  if (wall.count() > 0) {
    result.run_queue_wait_ratio = static_cast<double>(waiting) /
                                  (static_cast<double>(wall.count()) * std::max(1, report.threads));
  }
  return result;
}

void PrintProgress(int samples, double budget_used) {
  const nlohmann::json line{{"progress", {{"samples", samples}, {"budget_used", budget_used}}}};
  std::cout << line.dump() << std::endl;
}

// Read by the probe, which charges the day with it.
void PrintKeep(uint64_t bytes) {
  const nlohmann::json line{{"keeps", {{"bytes", bytes}}}};
  std::cout << line.dump() << std::endl;
}

const Entry* Find(const std::string& name) {
  const auto found = Registry().find(name);
  return found == Registry().end() ? nullptr : &found->second;
}

const Work& WorkIn(const Descriptor& descriptor, Suite suite) {
  if (descriptor.work.empty()) return descriptor.default_work;
  // A suite that does not contain it: the largest of those below.
  auto above = descriptor.work.upper_bound(suite);
  return above == descriptor.work.begin() ? above->second : std::prev(above)->second;
}

struct Options {
  std::string benchmark;
  std::string suite = "light";
  std::string work_dir = "/tmp";
  int64_t size = 0;
  int64_t sample_ms = 200;
  int64_t budget_ms = 2000;
  int parent = 0;
  std::string listen_address = "127.0.0.1:10912";
  std::vector<std::string> options;
  Context context;
  Plan plan;
};

int List(Options& options) {
  options.context.work_dir = options.work_dir;
  std::string separator = "[\n";
  for (const auto& [name, entry] : Registry()) {
    options.context.size = WorkIn(entry.descriptor, Suite::kLight).size;
    std::cout << separator << DescriptorJson(entry, options.context);
    separator = ",\n";
  }
  std::cout << "\n]\n";
  return 0;
}

// "name=value" each, and only what the benchmark knows.
Result<std::map<std::string, std::string>> ParseOptions(const std::vector<std::string>& given,
                                                        const Descriptor& descriptor) {
  std::map<std::string, std::string> result;
  for (const auto& each : given) {
    const auto equals = each.find('=');
    const auto name = each.substr(0, equals);
    if (equals == std::string::npos || !descriptor.options.contains(name)) {
      std::string known;
      for (const auto& [option, help] : descriptor.options) {
        known += (known.empty() ? "" : ", ") + option;
      }
      return Fail(ErrorCode::kInvalidArgument,
                  "--option " + each + ": " + descriptor.name +
                      (known.empty() ? " has no options" : " takes NAME=VALUE of " + known));
    }
    result[name] = each.substr(equals + 1);
  }
  return result;
}

int RunOne(Options& options) {
  const Entry* entry = Find(options.benchmark);
  if (entry == nullptr) {
    std::cerr << "hypergauge-bench: no benchmark \"" << options.benchmark
              << "\"; see hypergauge-bench list\n";
    return 2;
  }
  const auto suite = ParseSuite(options.suite);
  if (!suite) {
    std::cerr << "hypergauge-bench: " << suite.error().message << "\n";
    return 2;
  }
  auto& context = options.context;
  auto chosen = ParseOptions(options.options, entry->descriptor);
  if (!chosen) {
    std::cerr << "hypergauge-bench: " << chosen.error().message << "\n";
    return 2;
  }
  context.options = std::move(*chosen);
  context.suite = *suite;
  context.work_dir = options.work_dir;
  context.size = options.size > 0 ? options.size : WorkIn(entry->descriptor, *suite).size;
  context.sample_time = std::chrono::milliseconds(options.sample_ms);
  context.stop = &g_stop;
  context.on_keep = PrintKeep;
  options.plan.budget = std::chrono::milliseconds(options.budget_ms);
  const Outcome outcome = RunBenchmark(*entry, context, options.plan, PrintProgress);
  std::cout << "{\"run\":"
            << RunJson(*entry, context, outcome, ReadUsage(outcome.wall, context.report)) << "}"
            << std::endl;
  return 0;
}

int Serve(const Options& options) {
  const auto address = ParseEndpoint(options.listen_address);
  if (!address) {
    std::cerr << "hypergauge-bench: --listen-address: " << address.error().message << "\n";
    return 2;
  }
  const auto served = RunResponder(*address, g_stop, [](uint16_t port) {
    const nlohmann::json line{{"responder", {{"port", port}}}};
    std::cout << line.dump() << std::endl;
  });
  if (served) return 0;
  std::cerr << "hypergauge-bench: " << served.error().message << "\n";
  return 1;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Runs one hypergauge benchmark and prints the run as JSON");
  app.require_subcommand(1);
  app.add_option("--work-dir", options.work_dir, "Folder for the benchmarks' files")
      ->capture_default_str();
  app.add_option("--parent", options.parent, "End when the process with this id has ended");
  const auto* list = app.add_subcommand("list", "Print all benchmarks as a JSON array");
  auto* run = app.add_subcommand("run", "Run one benchmark");
  run->add_option("benchmark", options.benchmark, "Its name")->required();
  run->add_option("--suite", options.suite, "light, standard or pilot")->capture_default_str();
  run->add_option("--size", options.size, "Size of a batch instead of the suite's")
      ->check(CLI::PositiveNumber);
  run->add_option("--threads", options.context.threads,
                  "Threads of benchmarks that use several CPUs, instead of one for each")
      ->check(CLI::Range(1, 4096));
  run->add_option("--peer", options.context.peer,
                  "A network benchmark's other end: HOST:PORT of a responder, or "
                  "iperf3://HOST:PORT; without one, this machine");
  run->add_option("--sample-ms", options.sample_ms, "What a sample lasts at least")
      ->check(CLI::Range(1, 60'000));
  run->add_option("--budget-ms", options.budget_ms, "Wall time after which no sample is begun")
      ->check(CLI::Range(1, 86'400'000));
  run->add_option("--max-written-bytes", options.context.max_bytes_written,
                  "Ceiling of what it may write to disk, kept files left out");
  run->add_option("--max-written-bytes-in-all", options.context.max_bytes_in_all,
                  "Ceiling of what it may write to disk, kept files included");
  run->add_option("--max-sent-bytes", options.context.max_bytes_sent,
                  "Ceiling of what it may send to the network");
  run->add_option("--target-half-width", options.plan.target_half_width,
                  "Half width of the median's 95 % interval that is precise enough, relative")
      ->check(CLI::PositiveNumber);
  run->add_option("--option", options.options,
                  "NAME=VALUE of the benchmark's own options; see list");
  run->add_option("--warmups", options.plan.warmups)->check(CLI::Range(0, 100));
  run->add_option("--min-samples", options.plan.min_samples)->check(CLI::Range(1, 10'000));
  run->add_option("--max-samples", options.plan.max_samples)->check(CLI::Range(1, 10'000));
  run->add_option("--seed", options.context.seed);
  auto* serve = app.add_subcommand("serve",
                                   "Be the other end of network benchmarks: echoes TCP and UDP on "
                                   "a port, and speaks iperf3, HTTP "
                                   "and FTP on the next three");
  serve
      ->add_option("--listen-address", options.listen_address,
                   "HOST:PORT of the first port; port 0 takes free ones and prints the first")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!TieToParent(options.parent)) return 1;
  std::signal(SIGTERM, [](int) { g_stop = true; });
  std::signal(SIGINT, [](int) { g_stop = true; });
  std::signal(SIGPIPE, SIG_IGN);
  if (serve->parsed()) return Serve(options);
  return list->parsed() ? List(options) : RunOne(options);
}

}  // namespace
}  // namespace hypergauge::probes

int main(int argc, char** argv) {
  return hypergauge::probes::Main(argc, argv);
}
