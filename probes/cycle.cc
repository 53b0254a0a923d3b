#include "probes/cycle.h"

#include <algorithm>

#include "probes/bench_process.h"
#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

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
    auto judged = Judge(run, *cpus, request.config.verdict);
    run.set_verdict(judged.verdict);
    run.set_verdict_reason(std::move(judged.reason));
  } else if (run.verdict() == v1::VERDICT_CLEAN) {
    run.set_verdict_reason("interference unknown: " + cpus.error().message);
  }
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
                       const std::string& bench_sha256, CutShort& cut) {
  // First: reading must not disturb what the evidence is about.
  const auto environment = request.environment_digest ? request.environment_digest() : "";
  if (request.clocks != nullptr) request.clocks->Begin(stop);
  bench.time_limit = TimeLimitOf(bench.plan.budget);
  if (request.end) {
    const auto left = LeftOf(*request.end, clock);
    if (left < bench.plan.budget) {
      return Fail(ErrorCode::kDeadlineExceeded, "the lease is too short");
    }
    bench.limit_is_lease = left < bench.time_limit;
    bench.time_limit = std::min(bench.time_limit, left);
  }
  LoadWatch watch("/proc", request.config.watch, clock);
  bench.watch = &watch;
  const auto begun = meter.Begin();
  auto run = RunBench(bench, tell, stop, clock, &cut);
  if (!run) return run;
  run->set_environment_digest(environment);
  const auto cpus = begun ? meter.End(*run) : Result<int>(tl::unexpected(begun.error()));
  Complete(*run, request, bench_sha256, cpus);
  if (request.clocks != nullptr) {
    request.clocks->End(*run, request.config.verdict, stop);
  } else {
    AddMark(*run, v1::MARK_UNVERIFIED);
  }
  return run;
}

const v1::BenchmarkDescriptor* Find(const CycleRequest& request, const std::string& name) {
  for (const auto& each : request.known) {
    if (each.name() == name) return &each;
  }
  return nullptr;
}

BenchRequest BenchRequestOf(const CycleRequest& request, const SuiteConfig& suite,
                            const std::string& name) {
  BenchRequest bench;
  bench.bench = request.bench;
  bench.benchmark = name;
  bench.suite = request.suite;
  bench.work_dir = request.work_dir;
  bench.peer = request.peer;
  bench.plan = suite;
  if (const auto found = request.config.benchmarks.find(name);
      found != request.config.benchmarks.end()) {
    const auto size = found->second.sizes.find(request.suite);
    if (size != found->second.sizes.end()) bench.size = size->second;
    bench.options = found->second.options;
  }
  return bench;
}

template <typename Map>
uint64_t At(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

// What nothing but the node itself sees burdens no network.
bool SendsNothing(const CycleRequest& request) {
  return request.peer.empty();
}

// The most that the run may take of the day, and the ceilings that keep it below. An error says why
// it has to wait for another day.
Result<Spending> Budget(const CycleRequest& request, BenchRequest& bench) {
  const auto* descriptor = Find(request, bench.benchmark);
  if (SendsNothing(request)) bench.plan.max_bytes_sent = UINT64_MAX;
  if (request.ledger == nullptr || descriptor == nullptr) return Spending{};
  const auto left = request.ledger->Left();
  const uint64_t writes = At(descriptor->least_bytes_written(), request.suite);
  const uint64_t sends =
      SendsNothing(request) ? 0 : At(descriptor->least_bytes_sent(), request.suite);
  const auto defer = [](const char* what) {
    return Fail(ErrorCode::kCeilingReached, std::string("the day's ceiling of ") + what);
  };
  if (writes > left.bytes_written) return defer("bytes written");
  if (sends > left.bytes_sent) return defer("bytes sent");
  if (left.cpu_seconds <= 0) return defer("CPU time");
  bench.max_bytes_in_all = left.bytes_written;
  bench.plan.max_bytes_written = std::min(bench.plan.max_bytes_written, left.bytes_written);
  Spending most{.bytes_written = writes > 0 ? bench.plan.max_bytes_written : 0};
  if (!SendsNothing(request)) {
    bench.plan.max_bytes_sent = std::min(bench.plan.max_bytes_sent, left.bytes_sent);
    if (sends > 0) most.bytes_sent = bench.plan.max_bytes_sent;
  }
  return most;
}

Spending TakenBy(const v1::Run& run) {
  const auto& marks = run.marks();
  const bool loopback = std::find(marks.begin(), marks.end(), v1::MARK_LOOPBACK) != marks.end();
  return {.bytes_written = run.cost().bytes_written(),
          .bytes_sent = loopback ? 0 : run.cost().bytes_sent(),
          .cpu_seconds = run.interference().own_cpu_seconds()};
}

Result<void> MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return tl::unexpected(FromErrno(error.value(), "folder " + folder.string()));
}

// The state of a cycle under way.
class Cycle {
 public:
  Cycle(const CycleRequest& request, const CycleObserver& observer, InterferenceMeter& meter,
        const std::stop_token& stop, const Clock& clock)
      : request_(request), observer_(observer), meter_(meter), stop_(stop), clock_(clock) {}

  Result<void> Run() {
    const auto suite = SuiteOf(request_.config, request_.suite);
    if (!suite) return tl::unexpected(suite.error());
    suite_ = *suite;
    if (auto made = MakeFolder(request_.work_dir); !made) return made;
    // Read each time: an upgrade may replace the file while an agent runs for months.
    const auto sha256 = Sha256OfFile(request_.bench);
    if (!sha256) return tl::unexpected(sha256.error());
    bench_sha256_ = *sha256;
    started_ = clock_.MonotonicRaw();
    progress_.total = static_cast<int>(request_.benchmarks.size());
    auto done = RunAll();
    // However it ends: what runs took is charged.
    const auto saved = request_.ledger == nullptr ? Result<void>() : request_.ledger->Save();
    return done ? saved : done;
  }

 private:
  Result<void> RunAll() {
    for (const auto& name : request_.benchmarks) {
      progress_.benchmark = name;
      Tell({});
      if (auto done = RunOrDefer(name); !done) {
        return Annotate(done.error(), "after " + std::to_string(progress_.finished) + " of " +
                                          std::to_string(progress_.total) + " benchmarks");
      }
      ++progress_.finished;
    }
    progress_.benchmark.clear();
    Tell({});
    return {};
  }

  void Tell(const BenchProgress& now) {
    progress_.samples = now.samples;
    progress_.budget_used = now.budget_used;
    if (observer_.on_progress) observer_.on_progress(progress_);
  }

  void Defer(const std::string& name, const Error& why) const {
    if (observer_.on_deferred) observer_.on_deferred(name, why);
  }

  [[nodiscard]] milliseconds TimeLeft() const {
    return suite_.cycle_limit - std::chrono::ceil<milliseconds>(clock_.MonotonicRaw() - started_);
  }

  [[nodiscard]] bool IsOutOfTime() const {
    // One that is begun now ends a little after its budget.
    return suite_.cycle_limit.count() > 0 && suite_.budget * 2 > TimeLeft();
  }

  Result<void> RunOrDefer(const std::string& name) {
    // Nothing is started to be ended at once: what it did until then would be charged.
    if (stop_.stop_requested()) return Fail(ErrorCode::kCancelled, "stopped on request");
    if (IsOutOfTime()) {
      Defer(name, {ErrorCode::kDeadlineExceeded, "the cycle's time is over"});
      return {};
    }
    auto bench = BenchRequestOf(request_, suite_, name);
    auto most = Budget(request_, bench);
    if (!most) {
      Defer(name, most.error());
      return {};
    }
    if (most->bytes_written + most->bytes_sent > 0) {
      if (auto reserved = request_.ledger->Reserve(*most); !reserved) return reserved;
    }
    bench.on_keep = [&](uint64_t bytes) { return ReserveKept(bytes, *most); };
    if (began_one_ && suite_.cycle_limit.count() > 0) bench.cycle_left = TimeLeft();
    began_one_ = true;
    CutShort cut;
    auto run = RunOne(
        request_, std::move(bench), [this](const BenchProgress& now) { Tell(now); }, meter_, stop_,
        clock_, bench_sha256_, cut);
    if (!run) {
      auto settled = cut.last_words ? Settle(*most, *cut.last_words) : Result<void>();
      if (!settled) return settled;
      if (!cut.by_cycle) return tl::unexpected(run.error());
      Defer(name, {ErrorCode::kDeadlineExceeded, "the cycle's time was over before it had ended"});
      return {};
    }
    auto settled = Settle(*most, *run);
    observer_.on_run(std::move(*run));
    return settled;
  }

  // What no run writes that finds the file there is charged when one begins to write it.
  Result<void> ReserveKept(uint64_t bytes, Spending& most) const {
    if (request_.ledger == nullptr) return {};
    const Spending more{.bytes_written = std::min(bytes, request_.ledger->Left().bytes_written)};
    most.bytes_written += more.bytes_written;
    return request_.ledger->Reserve(more);
  }

  [[nodiscard]] Result<void> Settle(const Spending& most, const v1::Run& run) const {
    if (request_.ledger == nullptr) return {};
    // One that was killed cannot tell what it took: all that it might have.
    return request_.ledger->Settle(most, run.has_cost() ? TakenBy(run) : most);
  }

  const CycleRequest& request_;
  const CycleObserver& observer_;
  InterferenceMeter& meter_;
  const std::stop_token& stop_;
  const Clock& clock_;
  SuiteConfig suite_;
  std::string bench_sha256_;
  std::chrono::nanoseconds started_{};
  CycleProgress progress_;
  // The first may outlast the cycle: where a single one does, it still gives a figure, or is found
  // out as one that hangs.
  bool began_one_ = false;
};

}  // namespace

Result<void> RunCycle(const CycleRequest& request, const CycleObserver& observer,
                      InterferenceMeter& meter, const std::stop_token& stop, const Clock& clock) {
  return Cycle(request, observer, meter, stop, clock).Run();
}

}  // namespace hypergauge::probes
