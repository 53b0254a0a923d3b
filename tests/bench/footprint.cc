// What an idle probe takes: the static and the shared build of `hypergauge-probe agent` between two
// cycles, beside Debian's prometheus-node-exporter scraped every 15 s, all at the same time.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "base/table.h"
#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/http_client.h"
#include "tests/support/listening_port.h"
#include "tests/support/probe_agent.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr seconds kScrapeInterval{15};
constexpr double kMebibyte = 1 << 20;
constexpr double kCpuLimit = 0.001;
constexpr double kStaticLimit = 16 * kMebibyte;
constexpr double kSharedLimit = 24 * kMebibyte;
constexpr const char* kNodeExporter = "/usr/bin/prometheus-node-exporter";

struct Flags {
  int seconds = 60;
  std::filesystem::path static_dir = "build/probe-static/bin";
  std::filesystem::path shared_dir = HYPERGAUGE_BIN_DIR;
};

struct Usage {
  nanoseconds cpu{};
  double resident = 0;  // bytes
  double proportional = 0;
  int64_t wakeups = 0;
};

// CPU time of all threads, those that have ended included.
nanoseconds CpuTimeOf(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// The number behind "key:" in a file of /proc; 0 where it is missing.
int64_t ValueIn(const std::filesystem::path& file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(key + ":")) return std::atoll(line.c_str() + key.size() + 1);
  }
  return 0;
}

Usage UsageOf(pid_t pid) {
  const auto folder = std::filesystem::path("/proc") / std::to_string(pid);
  Usage usage;
  usage.cpu = CpuTimeOf(pid);
  usage.resident = 1024.0 * static_cast<double>(ValueIn(folder / "smaps_rollup", "Rss"));
  usage.proportional = 1024.0 * static_cast<double>(ValueIn(folder / "smaps_rollup", "Pss"));
  std::error_code error;
  for (const auto& task : std::filesystem::directory_iterator(folder / "task", error)) {
    usage.wakeups += ValueIn(task.path() / "status", "voluntary_ctxt_switches");
  }
  return usage;
}

// One of the programs side by side.
struct Subject {
  std::string name;
  std::unique_ptr<Process> process;
  std::optional<double> resident_limit;  // bytes; none for what is only compared with
  Usage before;
  Usage after;
};

std::unique_ptr<Process> StartProbe(const std::filesystem::path& folder, const std::string& name,
                                    const AggregatorProcess& aggregator, const TempDir& storage) {
  return std::make_unique<Process>(AgentCommand(
      folder / "hypergauge-probe", aggregator.grpc_address(), storage.path() / name, name));
}

// Its one cycle is over, so that nothing but idling follows.
bool HasMeasured(const AggregatorProcess& aggregator, const std::string& name) {
  return Eventually(seconds(60), [&] {
    return aggregator.Scrape().find("hypergauge_runs_total{benchmark=\"null\",node=\"" + name +
                                    "\"") != std::string::npos;
  });
}

void MeasureFor(seconds duration, const std::string& exporter_url, std::vector<Subject>& subjects) {
  for (auto& subject : subjects) subject.before = UsageOf(subject.process->pid());
  const auto start = std::chrono::steady_clock::now();
  for (auto next = start; next < start + duration; next += kScrapeInterval) {
    std::this_thread::sleep_until(next);
    static_cast<void>(HttpGet(exporter_url));
  }
  std::this_thread::sleep_until(start + duration);
  for (auto& subject : subjects) subject.after = UsageOf(subject.process->pid());
}

std::string Number(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string Judged(double value, const std::optional<double>& limit) {
  if (!limit) return "";
  return value <= *limit ? "ok" : "over";
}

double CpuRatio(const Subject& subject, seconds duration) {
  return std::chrono::duration<double>(subject.after.cpu - subject.before.cpu).count() /
         static_cast<double>(duration.count());
}

std::string Ratio(double value, double reference) {
  return reference > 0 ? Number(value / reference, 2) : "-";
}

// The last subject is what the others are compared with. False where a limit is passed.
bool Print(const std::vector<Subject>& subjects, seconds duration) {
  Table table({{.title = "IDLE PROGRAM"},
               {.title = "CPU %", .right = true},
               {.title = "<= 0.1 %"},
               {.title = "OF NODE_EXPORTER", .right = true},
               {.title = "RSS MiB", .right = true},
               {.title = "LIMIT"},
               {.title = "OF NODE_EXPORTER", .right = true},
               {.title = "PSS MiB", .right = true},
               {.title = "WAKE-UPS/S", .right = true}});
  const auto& reference = subjects.back();
  bool all_ok = true;
  for (const auto& subject : subjects) {
    const double cpu = CpuRatio(subject, duration);
    const bool limited = subject.resident_limit.has_value();
    const auto cpu_answer = Judged(cpu, limited ? std::optional(kCpuLimit) : std::nullopt);
    const auto size_answer = Judged(subject.after.resident, subject.resident_limit);
    all_ok = all_ok && cpu_answer != "over" && size_answer != "over";
    const auto wakeups = static_cast<double>(subject.after.wakeups - subject.before.wakeups);
    table.AddRow(
        {subject.name, Number(100 * cpu, 3), cpu_answer, Ratio(cpu, CpuRatio(reference, duration)),
         Number(subject.after.resident / kMebibyte, 1),
         limited ? "<= " + Number(*subject.resident_limit / kMebibyte, 0) + ": " + size_answer : "",
         Ratio(subject.after.resident, reference.after.resident),
         Number(subject.after.proportional / kMebibyte, 1),
         Number(wakeups / static_cast<double>(duration.count()), 1)});
  }
  std::cout << table.Text();
  return all_ok;
}

int Complain(const std::string& what, const std::string& output = "") {
  std::cerr << "bench_footprint: " << what << (output.empty() ? "" : ":\n" + output) << "\n";
  return 1;
}

int Run(const Flags& flags) {
  for (const auto& folder : {flags.static_dir, flags.shared_dir}) {
    if (!std::filesystem::exists(folder / "hypergauge-probe")) {
      return Complain("no hypergauge-probe in " + folder.string());
    }
  }
  if (!std::filesystem::exists(kNodeExporter)) {
    return Complain(std::string(kNodeExporter) +
                    " is missing; apt-get install prometheus-node-exporter");
  }
  const TempDir storage;
  // One cycle of a benchmark that does nothing, and none after it.
  const auto config = storage.Write(
      "config.yml", "schedule: {interval: 24h, retry: 24h, benchmarks: [\"null\"]}\n");
  AggregatorProcess aggregator(storage.path() / "store", {"--config.file", config});
  if (!aggregator.ready()) return Complain("no aggregator", aggregator.process().output());

  std::vector<Subject> subjects;
  subjects.push_back({"hypergauge-probe static",
                      StartProbe(flags.static_dir, "static", aggregator, storage),
                      kStaticLimit,
                      {},
                      {}});
  subjects.push_back({"hypergauge-probe shared",
                      StartProbe(flags.shared_dir, "shared", aggregator, storage),
                      kSharedLimit,
                      {},
                      {}});
  subjects.push_back({"prometheus-node-exporter",
                      std::make_unique<Process>(std::vector<std::string>{
                          kNodeExporter, "--web.listen-address=127.0.0.1:0"}),
                      {},
                      {},
                      {}});
  for (const char* name : {"static", "shared"}) {
    if (!HasMeasured(aggregator, name)) {
      return Complain(std::string("the ") + name + " probe never measured");
    }
  }
  const int port = ListeningPort(subjects.back().process->pid(), seconds(20));
  if (port == 0) return Complain("node_exporter does not listen");
  const seconds duration(flags.seconds);
  MeasureFor(duration, "http://127.0.0.1:" + std::to_string(port) + "/metrics", subjects);
  return Print(subjects, duration) ? 0 : 1;
}

}  // namespace
}  // namespace hypergauge::testing

int main(int argc, char** argv) {
  hypergauge::testing::Flags flags;
  CLI::App app("Compares the footprint of idle probes with that of node_exporter");
  app.add_option("--seconds", flags.seconds, "How long to look")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--static", flags.static_dir, "Folder of the static hypergauge-probe")
      ->capture_default_str();
  app.add_option("--shared", flags.shared_dir, "Folder of the shared hypergauge-probe")
      ->capture_default_str();
  app.footer("Exit codes: 0 all limits are kept, 1 one is passed or something cannot be started");
  CLI11_PARSE(app, argc, argv);
  return hypergauge::testing::Run(flags);
}
