#include "probes/agent/measurer.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>

#include "probes/load_watch.h"
#include "probes/suite_plan.h"
#include "program/version.h"

namespace hypergauge::probes {
namespace {

int LocalMinute() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm local{};
  localtime_r(&now, &local);
  return local.tm_hour * 60 + local.tm_min;
}

}  // namespace

void CycleTally::Add(const v1::Run& run) {
  ++runs;
  // What the load of others has broken off has no figures; what it only disturbed has.
  if (run.verdict() != v1::VERDICT_BUSY || run.measures_size() > 0) return;
  ++broken_off;
  last_reason = run.verdict_reason();
}

void CycleTally::AddDeferred(const Error& why) {
  if (why.code != ErrorCode::kCeilingReached) return;
  ++over_budget;
  last_reason = why.message;
}

LeaseResult LeaseResultOf(const Result<void>& done, const CycleTally& tally) {
  if (!done) {
    const auto& [code, message] = done.error();
    if (code != ErrorCode::kDeadlineExceeded) return Abort(v1::LeaseEnd::CAUSE_ERROR, message);
    return tally.runs == 0 ? Refuse(v1::LeaseEnd::CAUSE_TOO_SHORT, message)
                           : Abort(v1::LeaseEnd::CAUSE_TOO_SHORT, message);
  }
  if (tally.runs > 0 && tally.broken_off == tally.runs) {
    return Abort(v1::LeaseEnd::CAUSE_BUSY,
                 "all " + std::to_string(tally.runs) +
                     " runs were broken off, the last: " + tally.last_reason);
  }
  if (tally.runs == 0 && tally.over_budget > 0) {
    return Refuse(v1::LeaseEnd::CAUSE_BUDGET, tally.last_reason);
  }
  return {};
}

Measurer::Measurer(AgentOptions options, std::vector<v1::BenchmarkDescriptor> benchmarks,
                   DayLedger ledger, std::function<std::string()> digest, RandomBits random)
    : options_(std::move(options)),
      benchmarks_(std::move(benchmarks)),
      ledger_(std::move(ledger)),
      digest_(std::move(digest)),
      random_(std::move(random)),
      meter_("/") {
  meter_.Look();
}

LeaseResult Measurer::operator()(const HeldLease& held, CycleObserver observer,
                                 const std::stop_token& stop) {
  if (const int left = QuietMinutesLeft(options_.config.quiet_hours, LocalMinute()); left > 0) {
    return Refuse(v1::LeaseEnd::CAUSE_QUIET_HOURS,
                  "quiet hours for another " + std::to_string(left) + " minutes");
  }
  if (const auto busy = WhyBusyNow("/proc", options_.config.watch, stop)) {
    return Refuse(v1::LeaseEnd::CAUSE_BUSY, *busy);
  }
  auto names = Select(held.lease);
  if (!names) return tl::unexpected(names.error());
  auto request = RequestOf(held);
  request.benchmarks = std::move(*names);
  request.ledger = &ledger_;
  request.clocks = &clocks_;
  CycleTally tally;
  observer.on_run = [&tally, tell = std::move(observer.on_run)](v1::Run run) {
    tally.Add(run);
    tell(std::move(run));
  };
  observer.on_deferred = [&tally](const std::string& benchmark, const Error& why) {
    spdlog::info("{} is left out: {}", benchmark, why.message);
    tally.AddDeferred(why);
  };
  return LeaseResultOf(RunCycle(request, observer, meter_, stop), tally);
}

CycleRequest Measurer::RequestOf(const HeldLease& held) const {
  const auto& lease = held.lease;
  CycleRequest request;
  request.bench = options_.bench;
  request.work_dir = options_.config.work_dir;
  request.known = benchmarks_;
  request.suite = lease.suite();
  // Nobody keeps the other end free for a probe that is cut off.
  if (!held.offline) request.peer = lease.peer().empty() ? options_.peer : lease.peer();
  request.config = options_.config;
  request.probe_version = Version();
  request.environment_digest = digest_;
  request.lease_id = lease.lease_id();
  request.fencing_token = lease.fencing_token();
  request.end = held.end;
  return request;
}

tl::expected<std::vector<std::string>, LeaseFailure> Measurer::Select(const v1::Lease& lease) {
  Selection selection{.suite = lease.suite(),
                      .names = {lease.benchmarks().begin(), lease.benchmarks().end()},
                      .categories = {},
                      .cycle = 0,
                      .seed = random_()};
  if (selection.suite == "light" && selection.names.empty()) {
    const auto cycle = ledger_.NextCycle();
    if (!cycle) return Abort(v1::LeaseEnd::CAUSE_ERROR, cycle.error().message);
    selection.cycle = *cycle;
  }
  auto names = SelectBenchmarks(benchmarks_, options_.config, selection);
  if (!names) return Refuse(v1::LeaseEnd::CAUSE_UNKNOWN_BENCHMARK, names.error().message);
  return std::move(*names);
}

}  // namespace hypergauge::probes
