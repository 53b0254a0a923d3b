#include "probes/cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "build_paths.h"
#include "probes/sha256.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/script.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;
using testing::WriteScript;

// Prints a clean run of whatever it is asked for.
constexpr const char* kEchoBench =
    R"(for name do [ "$last" = run ] && break; last=$name; done
echo '{"progress":{"samples":3,"budget_used":0.5}}'
echo '{"run":{"benchmark":"'$name'","verdict":"VERDICT_CLEAN","threads":1,)"
    R"("measures":[{"family":"f_seconds","samples":[1]}]}}'
)";

class CycleTest : public ::testing::Test {
 protected:
  [[nodiscard]] CycleRequest Request(const std::filesystem::path& bench) const {
    CycleRequest request;
    request.bench = bench;
    request.work_dir = folder_.path() / "work/deep";
    request.benchmarks = {"first", "second"};
    request.probe_version = "1.2.3";
    request.config.watch.enabled = false;  // tests run on busy machines
    return request;
  }

  Result<void> Cycle(const CycleRequest& request, const std::stop_token& stop = {}) {
    CycleObserver observer;
    observer.on_run = [&](v1::Run run) { runs_.push_back(std::move(run)); };
    observer.on_progress = [&](const CycleProgress& now) { progress_.push_back(now); };
    return RunCycle(request, observer, meter_, stop);
  }

  TempDir folder_;
  InterferenceMeter meter_{"/"};
  std::vector<v1::Run> runs_;
  std::vector<CycleProgress> progress_;
};

TEST_F(CycleTest, RunsTheRealBenchAndCompletesTheRun) {
  auto request = Request(HYPERGAUGE_BIN_DIR "/hypergauge-bench");
  request.benchmarks = {"null"};
  request.config.suites["light"].budget = milliseconds(100);
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 1U);
  const auto& run = runs_[0];
  EXPECT_THAT(run.marks(), Contains(v1::MARK_UNVERIFIED));
  EXPECT_THAT(run.marks(), Contains(v1::MARK_UNSCHEDULED));
  EXPECT_EQ(run.build().probe_version(), "1.2.3");
  EXPECT_EQ(run.build().bench_sha256(), Sha256OfFile(request.bench).value());
  EXPECT_FALSE(run.build().compiler().empty());
  EXPECT_EQ(run.lease_id(), "");
  EXPECT_FALSE(run.has_id());
  EXPECT_EQ(run.measures_size(), 1);
}

TEST_F(CycleTest, AsksForTheEnvironmentBeforeEachRun) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.environment_digest = [&] { return std::to_string(runs_.size()); };
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_EQ(runs_[0].environment_digest(), "0");
  EXPECT_EQ(runs_[1].environment_digest(), "1");
}

TEST_F(CycleTest, RunsInOrderAndTellsItsProgress) {
  ASSERT_TRUE(Cycle(Request(WriteScript(folder_, kEchoBench))));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_EQ(runs_[0].benchmark(), "first");
  EXPECT_EQ(runs_[1].benchmark(), "second");
  ASSERT_EQ(progress_.size(), 5U);  // before and within each, and at the end
  EXPECT_EQ(progress_[0].benchmark, "first");
  EXPECT_EQ(progress_[1].samples, 3);
  EXPECT_EQ(progress_[2].benchmark, "second");
  EXPECT_EQ(progress_[2].finished, 1);
  EXPECT_EQ(progress_[2].samples, 0);
  EXPECT_EQ(progress_[4].benchmark, "");
  EXPECT_EQ(progress_[4].finished, 2);
}

TEST_F(CycleTest, MarksNoRunOfALeaseUnscheduled) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.lease_id = "lease-7";
  request.fencing_token = 7;
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_THAT(runs_[0].marks(), Not(Contains(v1::MARK_UNSCHEDULED)));
  EXPECT_EQ(runs_[0].lease_id(), "lease-7");
  EXPECT_EQ(runs_[0].fencing_token(), 7U);
}

// The aggregator's time is this machine's, and its answer takes none; the node's clocks run 5 %
// slow.
class SlowNode final : public ReferenceClock {
 public:
  [[nodiscard]] Result<ClockReading> Read(const std::stop_token& /*stop*/) override {
    const auto now = Clock::System().MonotonicRaw();
    const auto slow = now - now / 20;
    ClockReading reading;
    reading.link = 1;
    auto& exchange = reading.exchange;
    exchange.sent = exchange.received = {slow, slow, slow};
    exchange.remote_received_raw = exchange.remote_sent_raw = now;
    return reading;
  }
};

TEST_F(CycleTest, ComparesTheClocksAroundEachRun) {
  SlowNode reference;
  ClockMeter clocks("/", &reference);
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.clocks = &clocks;
  // Whatever else happens on this machine.
  request.config.verdict = {.steal_ratio = 1, .run_queue_wait_ratio = 1e6, .spare_cpus = 1e6};
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 2U);
  for (const auto& run : runs_) {
    EXPECT_EQ(run.verdict(), v1::VERDICT_CLOCK) << run.verdict_reason();
    EXPECT_NEAR(run.clock().ratios(0).ratio(), 0.95, 1e-4);
    EXPECT_THAT(run.marks(), Not(Contains(v1::MARK_UNVERIFIED)));
  }
}

TEST_F(CycleTest, GoesOnAfterAFailedBenchmark) {
  ASSERT_TRUE(Cycle(Request(WriteScript(folder_, "exit 5"))));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_EQ(runs_[0].verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(runs_[1].verdict(), v1::VERDICT_FAILED);
  EXPECT_FALSE(runs_[1].build().bench_sha256().empty());
}

TEST_F(CycleTest, BeginsNoRunThatDoesNotFitIntoTheLease) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.end = Clock::System().MonotonicRaw() + milliseconds(1500);
  request.config.suites["light"].budget = milliseconds(2000);
  const auto done = Cycle(request);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(done.error().message, "after 0 of 2 benchmarks: the lease is too short");
  EXPECT_TRUE(runs_.empty());
}

TEST_F(CycleTest, EndsARunThatWouldOutlastTheLeaseAndReportsNone) {
  auto request = Request(WriteScript(folder_, "exec sleep 600"));
  const auto end = Clock::System().MonotonicRaw() + milliseconds(1200);
  request.end = end;
  request.config.suites["light"].budget = milliseconds(10);
  EXPECT_EQ(Cycle(request).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(runs_.empty());
  EXPECT_LT(Clock::System().MonotonicRaw(), end);
}

TEST_F(CycleTest, StopsBetweenAndWithinBenchmarks) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(Cycle(Request(WriteScript(folder_, "exec sleep 600")), stop.get_token()).error().code,
            ErrorCode::kCancelled);
  EXPECT_TRUE(runs_.empty());
}

TEST_F(CycleTest, NamesAWorkFolderThatCannotBeMade) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.work_dir = folder_.Write("file", "") / "work";
  const auto done = Cycle(request);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr(request.work_dir.string()));
}

// Prints a run that took a second of CPU time and wrote and sent 1000 bytes.
constexpr const char* kCostlyBench =
    R"(for name do [ "$last" = run ] && break; last=$name; done
echo "$@" >> "$0.log"
echo '{"run":{"benchmark":"'$name'","verdict":"VERDICT_CLEAN","threads":1,)"
    R"("interference":{"own_cpu_seconds":1},"cost":{"bytes_written":1000,"bytes_sent":1000},)"
    R"("measures":[{"family":"f_seconds","samples":[1]}]}}'
)";

class CycleWithLedgerTest : public CycleTest {
 protected:
  [[nodiscard]] CycleRequest CostlyRequest() {
    auto request = Request(bench_);
    request.ledger = &ledger_;
    for (const auto& name : request.benchmarks) {
      v1::BenchmarkDescriptor descriptor;
      descriptor.set_name(name);
      (*descriptor.mutable_least_bytes_written())["light"] = 400;
      (*descriptor.mutable_least_bytes_sent())["light"] = 400;
      request.known.push_back(descriptor);
    }
    request.peer = "192.0.2.1:7";
    return request;
  }

  Result<void> CycleAndNote(const CycleRequest& request) {
    CycleObserver observer;
    observer.on_run = [&](v1::Run run) { runs_.push_back(std::move(run)); };
    observer.on_deferred = [&](const std::string& name, const Error& why) {
      deferred_.push_back(name + ": " + why.message);
    };
    return RunCycle(request, observer, meter_, {});
  }

  static DayLedger MakeLedger(const DayCeilings& ceilings) {
    return DayLedger::Open({}, ceilings, 1).value();
  }

  std::filesystem::path bench_ = WriteScript(folder_, kCostlyBench);
  DayLedger ledger_ = MakeLedger({.bytes_written = 1500, .bytes_sent = 1500});
  std::vector<std::string> deferred_;
};

TEST_F(CycleWithLedgerTest, GivesARunWhatIsLeftOfTheDay) {
  ASSERT_TRUE(CycleAndNote(CostlyRequest()));
  EXPECT_EQ(runs_.size(), 2U);
  const auto calls = testing::ReadFile(bench_.string() + ".log");
  EXPECT_THAT(calls, HasSubstr("--max-written-bytes 1500 --max-written-bytes-in-all 1500 "
                               "--max-sent-bytes 1500"));
  EXPECT_THAT(calls, HasSubstr("--max-written-bytes 500 --max-written-bytes-in-all 500 "
                               "--max-sent-bytes 500"));
  EXPECT_EQ(ledger_.Left().bytes_written, 0U);
}

TEST_F(CycleWithLedgerTest, PutsOffWhatTheDayHasNoRoomFor) {
  ledger_ = MakeLedger({.bytes_written = 1300, .bytes_sent = 1500});
  ASSERT_TRUE(CycleAndNote(CostlyRequest()));
  EXPECT_EQ(runs_.size(), 1U);
  EXPECT_THAT(deferred_, ElementsAre("second: the day's ceiling of bytes written"));
  ledger_ = MakeLedger({.bytes_written = 1500, .bytes_sent = 399});
  ASSERT_TRUE(CycleAndNote(CostlyRequest()));
  EXPECT_EQ(runs_.size(), 1U);
  EXPECT_THAT(deferred_, Contains("first: the day's ceiling of bytes sent"));
}

TEST_F(CycleWithLedgerTest, ChargesACrashWithAllThatItMightHaveTaken) {
  auto request = CostlyRequest();
  request.bench = WriteScript(folder_, "exit 5");
  request.benchmarks = {"first"};
  ASSERT_TRUE(CycleAndNote(request));
  ASSERT_EQ(runs_.size(), 1U);
  EXPECT_EQ(runs_[0].verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(ledger_.Left().bytes_written, 0U);
}

TEST_F(CycleWithLedgerTest, PutsOffAllWhenTheDaysCpuTimeIsUsedUp) {
  ledger_ = MakeLedger({.bytes_written = 9000, .bytes_sent = 9000, .cpu_ratio = 0.5 / 86'400});
  ASSERT_TRUE(CycleAndNote(CostlyRequest()));
  EXPECT_EQ(runs_.size(), 1U);
  EXPECT_THAT(deferred_, ElementsAre("second: the day's ceiling of CPU time"));
}

// Begins to write a file of 700 bytes, and is stopped then; what it has written by then it says if
// it is given the time.
constexpr const char* kPrewritingBench = R"(
trap '%' TERM
echo '{"keeps":{"bytes":700}}'
echo '{"progress":{"samples":1}}'
sleep 600 & wait
)";

class StoppedPrewriteTest : public CycleWithLedgerTest {
 protected:
  // Stops a cycle while it prewrites, and returns what the day has left for a new process.
  uint64_t LeftAfter(const std::string& at_term) {
    std::string script = kPrewritingBench;
    script.replace(script.find('%'), 1, at_term);
    auto request = Request(WriteScript(folder_, script));
    request.benchmarks = {"first"};
    request.known.emplace_back().set_name("first");  // its samples write nothing
    auto ledger = Open();
    request.ledger = &ledger;
    std::stop_source stop;
    CycleObserver observer;
    observer.on_run = [&](v1::Run run) { runs_.push_back(std::move(run)); };
    observer.on_progress = [&](const CycleProgress& now) {
      if (now.samples > 0) stop.request_stop();
    };
    EXPECT_EQ(RunCycle(request, observer, meter_, stop.get_token()).error().code,
              ErrorCode::kCancelled);
    EXPECT_TRUE(runs_.empty());
    return Open().Left().bytes_written;
  }

  DayLedger Open() {
    return DayLedger::Open(folder_.path() / "ledger", {.bytes_written = 2000}, 1).value();
  }
};

TEST_F(StoppedPrewriteTest, ChargesWhatItHasWritten) {
  const auto left = LeftAfter(
      R"(echo "{\"run\":{\"benchmark\":\"first\",\"cost\":{\"bytes_written\":300}}}"; exit)");
  EXPECT_EQ(left, 1700U);
}

TEST_F(StoppedPrewriteTest, ChargesTheWholeFileWhereNobodyKnowsHowFarItCame) {
  EXPECT_EQ(LeftAfter("exit"), 1300U);
}

TEST_F(CycleWithLedgerTest, WritesDownAtEveryEndWhatRunsTook) {
  const auto file = folder_.path() / "ledger";
  const auto open = [&] { return DayLedger::Open(file, {}, 1).value(); };
  auto ledger = open();
  auto request = CostlyRequest();
  request.ledger = &ledger;
  request.peer.clear();
  for (auto& each : request.known) each.clear_least_bytes_written();
  std::stop_source stop;
  CycleObserver observer;
  observer.on_run = [&](const v1::Run&) { stop.request_stop(); };
  const auto before = ledger.Left().cpu_seconds;
  EXPECT_FALSE(RunCycle(request, observer, meter_, stop.get_token()));
  EXPECT_NEAR(open().Left().cpu_seconds, before - 1, 1e-6);
}

TEST_F(CycleWithLedgerTest, PutsOffARunThatTheCyclesEndCutsShort) {
  auto request = Request(WriteScript(folder_, R"(
for name do [ "$last" = run ] && break; last=$name; done
[ "$name" = second ] && exec sleep 600
echo '{"run":{"benchmark":"first","verdict":"VERDICT_CLEAN",)"
                                              R"("measures":[{"family":"f","samples":[1]}]}}')"));
  request.benchmarks = {"first", "second", "third"};
  auto& suite = request.config.suites["light"];
  suite.budget = milliseconds(1);
  suite.cycle_limit = milliseconds(5000);
  ASSERT_TRUE(CycleAndNote(request));
  ASSERT_EQ(runs_.size(), 1U);
  EXPECT_EQ(runs_[0].benchmark(), "first");
  EXPECT_THAT(deferred_, ElementsAre("second: the cycle's time was over before it had ended",
                                     "third: the cycle's time is over"));
}

TEST_F(CycleWithLedgerTest, LetsTheFirstRunOutlastTheCycle) {
  auto request = Request(WriteScript(folder_, R"(read -r never < "$0.pipe")"));
  const auto pipe = request.bench.string() + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  request.benchmarks = {"first"};
  request.config.suites["light"].budget = milliseconds(1);
  request.config.suites["light"].cycle_limit = milliseconds(50);
  const auto start = Clock::System().MonotonicRaw();
  const std::jthread writer([&] {
    // Opened by nobody before; the run ends once the cycle is long over.
    std::ofstream out(pipe);
    while (Clock::System().MonotonicRaw() - start < milliseconds(200)) std::this_thread::yield();
    out << "go on\n";
  });
  ASSERT_TRUE(CycleAndNote(request));
  ASSERT_EQ(runs_.size(), 1U);
  EXPECT_EQ(runs_[0].verdict_reason(), "it ended without a result");
}

TEST_F(CycleWithLedgerTest, LimitsNoLoopback) {
  ledger_ = MakeLedger({.bytes_written = 9000, .bytes_sent = 0});
  auto request = CostlyRequest();
  request.peer.clear();
  ASSERT_TRUE(CycleAndNote(request));
  EXPECT_EQ(runs_.size(), 2U);
}

TEST_F(CycleWithLedgerTest, BeginsNothingWhenTheCyclesTimeIsOver) {
  auto request = CostlyRequest();
  request.config.suites["light"].cycle_limit = milliseconds(1);
  ASSERT_TRUE(CycleAndNote(request));
  EXPECT_TRUE(runs_.empty());
  EXPECT_THAT(deferred_,
              ElementsAre("first: the cycle's time is over", "second: the cycle's time is over"));
}

TEST_F(CycleWithLedgerTest, HandsTheBenchmarkWhatTheUserConfigured) {
  auto request = CostlyRequest();
  request.benchmarks = {"first"};
  request.config.benchmarks["first"].sizes["light"] = 77;
  request.config.benchmarks["first"].options["url"] = "http://192.0.2.1/a b";
  auto& suite = request.config.suites["light"];
  suite.warmups = 2;
  suite.min_samples = 4;
  suite.sample_time = milliseconds(300);
  ASSERT_TRUE(CycleAndNote(request));
  const auto calls = testing::ReadFile(bench_.string() + ".log");
  EXPECT_THAT(calls, HasSubstr("--sample-ms 300 --warmups 2 --min-samples 4"));
  EXPECT_THAT(calls, HasSubstr("--size 77"));
  EXPECT_THAT(calls, HasSubstr("--option url=http://192.0.2.1/a b"));
}

}  // namespace
}  // namespace hypergauge::probes
