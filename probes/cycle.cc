#include "probes/cycle.h"

#include <algorithm>

#include "probes/bench_process.h"
#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

struct SuiteSize {
  const char* name;
  milliseconds budget;
};

constexpr SuiteSize kSuites[] = {
    {"light", milliseconds(2'000)},
    {"standard", milliseconds(10'000)},
    {"pilot", milliseconds(60'000)},
};

// A run that cannot even use its budget before the lease ends is not begun, and one that is under
// way is told to end this long before.
constexpr milliseconds kEndOfLease{1'000};

void AddMark(v1::Run& run, v1::Mark mark) {
  if (std::find(run.marks().begin(), run.marks().end(), mark) == run.marks().end()) {
    run.add_marks(mark);
  }
}

void Complete(v1::Run& run, const CycleRequest& request, const std::string& bench_sha256,
              const Result<int>& cpus) {
  if (run.verdict() == v1::VERDICT_CLEAN && cpus) {
    auto judged = Judge(run.interference(), static_cast<int>(run.threads()), *cpus, request.limits);
    run.set_verdict(judged.verdict);
    run.set_verdict_reason(std::move(judged.reason));
  } else if (run.verdict() == v1::VERDICT_CLEAN) {
    run.set_verdict_reason("interference unknown: " + cpus.error().message);
  }
  AddMark(run, v1::MARK_UNVERIFIED);  // its clock was compared with no other
  if (request.lease_id.empty()) AddMark(run, v1::MARK_UNSCHEDULED);
  run.mutable_build()->set_probe_version(request.probe_version);
  run.mutable_build()->set_bench_sha256(bench_sha256);
  run.set_lease_id(request.lease_id);
  run.set_fencing_token(request.fencing_token);
}

// Wall time until the lease must be given back.
milliseconds LeftOf(std::chrono::nanoseconds end, const Clock& clock) {
  return std::chrono::floor<milliseconds>(end - clock.MonotonicRaw()) - kEndOfLease;
}

// One benchmark in its surroundings.
Result<v1::Run> RunOne(const CycleRequest& request, BenchRequest bench, const BenchObserver& tell,
                       InterferenceMeter& meter, const std::stop_token& stop, const Clock& clock,
                       const std::string& bench_sha256) {
  bench.time_limit = TimeLimitOf(bench.budget);
  if (request.end) {
    const auto left = LeftOf(*request.end, clock);
    if (left < bench.budget) return Fail(ErrorCode::kDeadlineExceeded, "the lease is too short");
    bench.limit_is_lease = left < bench.time_limit;
    bench.time_limit = std::min(bench.time_limit, left);
  }
  const auto begun = meter.Begin();
  auto run = RunBench(bench, tell, stop, clock);
  if (!run) return run;
  const auto cpus = begun ? meter.End(*run) : Result<int>(tl::unexpected(begun.error()));
  Complete(*run, request, bench_sha256, cpus);
  return run;
}

}  // namespace

Result<milliseconds> SuiteBudget(const std::string& suite) {
  for (const auto& known : kSuites) {
    if (suite == known.name) return known.budget;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "unknown suite \"" + suite + "\"; there are light, standard and pilot");
}

Result<std::vector<std::string>> SelectBenchmarks(const std::vector<v1::BenchmarkDescriptor>& known,
                                                  const std::string& suite,
                                                  const std::vector<std::string>& names) {
  if (const auto budget = SuiteBudget(suite); !budget) return tl::unexpected(budget.error());
  std::string all;
  std::vector<std::string> in_suite;
  for (const auto& each : known) {
    all += (all.empty() ? "" : ", ") + each.name();
    const auto& suites = each.suites();
    if (std::find(suites.begin(), suites.end(), suite) != suites.end()) {
      in_suite.push_back(each.name());
    }
  }
  for (const auto& name : names) {
    const auto is_it = [&](const v1::BenchmarkDescriptor& each) { return each.name() == name; };
    if (std::none_of(known.begin(), known.end(), is_it)) {
      return Fail(ErrorCode::kInvalidArgument,
                  "unknown benchmark \"" + name + "\"; there are " + all);
    }
  }
  return names.empty() ? in_suite : names;
}

Result<void> RunCycle(const CycleRequest& request, const CycleObserver& observer,
                      InterferenceMeter& meter, const std::stop_token& stop, const Clock& clock) {
  const auto suite_budget = SuiteBudget(request.suite);
  if (!suite_budget) return tl::unexpected(suite_budget.error());
  const auto budget = request.budget.count() > 0 ? request.budget : *suite_budget;
  std::error_code error;
  std::filesystem::create_directories(request.work_dir, error);
  if (error) {
    return tl::unexpected(FromErrno(error.value(), "folder " + request.work_dir.string()));
  }
  // Read each time: an upgrade may replace the file while an agent runs for months.
  const auto sha256 = Sha256OfFile(request.bench);
  if (!sha256) return tl::unexpected(sha256.error());
  CycleProgress progress{.benchmark = "", .total = static_cast<int>(request.benchmarks.size())};
  const auto tell = [&](const BenchProgress& now) {
    progress.samples = now.samples;
    progress.budget_used = now.budget_used;
    if (observer.on_progress) observer.on_progress(progress);
  };
  for (const auto& name : request.benchmarks) {
    progress.benchmark = name;
    tell({});
    auto run = RunOne(request,
                      {.bench = request.bench,
                       .benchmark = name,
                       .suite = request.suite,
                       .work_dir = request.work_dir,
                       .peer = request.peer,
                       .budget = budget},
                      tell, meter, stop, clock, *sha256);
    if (!run) {
      return Annotate(run.error(), "after " + std::to_string(progress.finished) + " of " +
                                       std::to_string(progress.total) + " benchmarks");
    }
    observer.on_run(std::move(*run));
    ++progress.finished;
  }
  progress.benchmark.clear();
  tell({});
  return {};
}

}  // namespace hypergauge::probes
