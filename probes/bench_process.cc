#include "probes/bench_process.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "probes/child_process.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kStopGrace{1000};     // between SIGTERM and SIGKILL
constexpr milliseconds kCrowdedGrace{300};   // the same when others need the CPU now
constexpr milliseconds kListLimit{60'000};   // an emulated machine is slow
constexpr milliseconds kLimitGrace{30'000};  // preparation: files of several 100 MB
constexpr int kLimitFactor = 5;              // a slow machine's samples outlast its budget
constexpr size_t kReasonBytes = 1000;        // of the 1024 that the contract allows

// The JSON library prints nested values by recursion: no output may exhaust the stack.
bool IsNestedTooDeep(std::string_view text) {
  constexpr int kMostNested = 100;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      if (++depth > kMostNested) return true;
    } else if (!in_string && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return false;
}

// A discarded value for what is no JSON.
Json ParseJson(std::string_view text) {
  if (IsNestedTooDeep(text)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

template <typename Message>
Result<Message> FromJson(const Json& json, const char* what) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json.dump(), &message, options);
  if (!status.ok()) {
    return Fail(ErrorCode::kCorrupt, std::string(what) + ": " + status.ToString());
  }
  return message;
}

std::vector<std::string> ArgvOf(const BenchRequest& request) {
  const auto& plan = request.plan;
  std::vector<std::string> argv = {
      request.bench.string(),    "--parent", std::to_string(getpid()), "--work-dir",
      request.work_dir.string(), "run",      request.benchmark};
  const auto add = [&](const char* flag, std::string value) {
    argv.emplace_back(flag);
    argv.push_back(std::move(value));
  };
  add("--suite", request.suite);
  add("--budget-ms", std::to_string(plan.budget.count()));
  add("--sample-ms", std::to_string(plan.sample_time.count()));
  add("--warmups", std::to_string(plan.warmups));
  add("--min-samples", std::to_string(plan.min_samples));
  add("--max-samples", std::to_string(plan.max_samples));
  add("--target-half-width", std::to_string(plan.target_half_width));
  add("--max-written-bytes", std::to_string(plan.max_bytes_written));
  add("--max-written-bytes-in-all", std::to_string(request.max_bytes_in_all));
  add("--max-sent-bytes", std::to_string(plan.max_bytes_sent));
  if (request.size > 0) add("--size", std::to_string(request.size));
  if (!request.peer.empty()) add("--peer", request.peer);
  for (const auto& [name, value] : request.options) add("--option", name + "=" + value);
  return argv;
}

// What makes a run unfit to be sent, whoever printed it.
std::string FaultOf(const v1::Run& run, const BenchRequest& request) {
  if (run.benchmark() != request.benchmark) {
    return "it printed a run of \"" + Printable(run.benchmark(), 64) + "\"";
  }
  const bool clean = run.verdict() == v1::VERDICT_CLEAN;
  if (!clean && run.verdict() != v1::VERDICT_FAILED && run.verdict() != v1::VERDICT_UNSUPPORTED) {
    return "it printed a run without verdict";
  }
  if (clean && run.measures().empty()) return "it printed a run without figures";
  if (run.wall_nanos() < 0) return "it printed a run of negative duration";
  for (const auto& measure : run.measures()) {
    if (measure.samples().empty()) return measure.family() + " has no samples";
    for (const double sample : measure.samples()) {
      if (!std::isfinite(sample) || sample < 0) {
        return measure.family() + " has the sample " + std::to_string(sample);
      }
    }
  }
  return "";
}

// Reads one execution's output; what went wrong stays in `fault`.
struct Reading {
  std::optional<v1::Run> run;
  std::string fault;
  std::string crowded;  // out by others' load: the run says so and has no figures
  std::optional<v1::Run> last_words;
  std::optional<Error> cut;  // short from outside, so that there is no run
  bool cut_by_cycle = false;
  bool keeps = false;  // writes a file that is kept
};

void TakeLine(const std::string& line, const BenchRequest& request, const BenchObserver& observe,
              Reading& reading) {
  auto parsed = ParseBenchLine(line);
  if (!parsed) {
    reading.fault = parsed.error().message;
    return;
  }
  if (parsed->progress && observe) observe(*parsed->progress);
  if (parsed->keeps) {
    reading.keeps = true;
    const auto may = request.on_keep ? request.on_keep(*parsed->keeps) : Result<void>();
    if (!may) reading.cut = may.error();
  }
  if (!parsed->run) return;
  reading.fault = FaultOf(*parsed->run, request);
  reading.run = std::move(parsed->run);
}

// When a run has taken too long.
class Deadlines {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Deadlines(const BenchRequest& request, Moment start)
      : request_(request),
        own_(start + request.time_limit),
        cycle_(request.cycle_left ? start + *request.cycle_left : Moment::max()) {}

  [[nodiscard]] Moment Next(const Reading& reading) const {
    return reading.keeps ? own_ : std::min(own_, cycle_);
  }

  void Reached(Reading& reading) const {
    reading.cut_by_cycle = !reading.keeps && cycle_ <= own_;
    if (reading.cut_by_cycle || request_.limit_is_lease) {
      reading.cut = {ErrorCode::kDeadlineExceeded, request_.benchmark + " was stopped"};
    } else {
      reading.fault = "it was stopped after " + std::to_string(request_.time_limit.count()) + " ms";
    }
  }

 private:
  const BenchRequest& request_;
  Moment own_;
  Moment cycle_;
};

Reading ReadAll(ChildProcess& child, const BenchRequest& request, const BenchObserver& observe,
                const std::stop_token& stop) {
  using std::chrono::steady_clock;
  Reading reading;
  const Deadlines deadlines(request, steady_clock::now());
  auto next_look = request.watch == nullptr ? Deadlines::Moment::max() : steady_clock::now();
  while (reading.fault.empty() && !reading.cut) {
    const auto now = steady_clock::now();
    const auto deadline = deadlines.Next(reading);
    if (request.watch != nullptr && now >= next_look) {
      next_look = now + LoadWatch::kInterval;
      reading.crowded = request.watch->Look(child.pid()).value_or("");
      if (!reading.crowded.empty()) break;
    }
    auto line = child.NextLine(std::min(next_look, deadline), stop);
    if (line && !*line) break;
    if (line) {
      TakeLine(**line, request, observe, reading);
      continue;
    }
    const auto code = line.error().code;
    if (code == ErrorCode::kDeadlineExceeded) {
      if (steady_clock::now() >= deadline) deadlines.Reached(reading);
    } else if (code == ErrorCode::kCancelled) {
      reading.cut = {code, request.benchmark + " was stopped"};
    } else {
      reading.fault = line.error().message;
    }
  }
  if (reading.cut || !reading.crowded.empty() || !reading.fault.empty()) child.Terminate();
  return reading;
}

// What a benchmark that was told to stop still says: its run, with what it has cost.
std::optional<v1::Run> LastWords(ChildProcess& child, ChildProcess::Deadline deadline) {
  std::optional<v1::Run> run;
  for (;;) {
    auto line = child.NextLine(deadline, {});
    if (!line || !*line) return run;
    if (auto parsed = ParseBenchLine(**line); parsed && parsed->run) run = std::move(parsed->run);
  }
}

// A broken-off run was one all the same: by which version, on how many threads, at what cost.
void TakeFacts(const v1::Run& from, v1::Run& run) {
  run.set_benchmark_version(from.benchmark_version());
  run.set_threads(from.threads());
  *run.mutable_labels() = from.labels();
  *run.mutable_cost() = from.cost();
  *run.mutable_build() = from.build();
  *run.mutable_interference() = from.interference();
}

// The benchmark knows of its own threads; the watch has seen its children too.
void NoteWaiting(const LoadWatch& watch, v1::Run& run) {
  const double wall = static_cast<double>(run.wall_nanos()) * std::max(1U, run.threads());
  if (wall <= 0) return;
  auto& interference = *run.mutable_interference();
  interference.set_run_queue_wait_ratio(std::max(
      interference.run_queue_wait_ratio(), static_cast<double>(watch.waited().count()) / wall));
}

v1::Run RunWithoutFigures(const BenchRequest& request, v1::Verdict verdict,
                          const std::string& reason) {
  v1::Run run;
  run.set_benchmark(request.benchmark);
  run.set_suite(request.suite);
  run.set_verdict(verdict);
  run.set_verdict_reason(Printable(reason, kReasonBytes));
  return run;
}

std::string ReasonOf(const Reading& reading, const ExitStatus& status) {
  if (!reading.fault.empty()) return reading.fault;
  if (!status.ok()) return Describe(status);
  return reading.run ? "" : "it ended without a result";
}

}  // namespace

milliseconds TimeLimitOf(milliseconds budget) {
  return budget * kLimitFactor + kLimitGrace;
}

Result<BenchLine> ParseBenchLine(std::string_view line) {
  const auto json = ParseJson(line);
  if (!json.is_object()) {
    return Fail(ErrorCode::kCorrupt, "it printed no JSON object: " + Printable(line, 200));
  }
  BenchLine result;
  if (const auto run = json.find("run"); run != json.end()) {
    auto parsed = FromJson<v1::Run>(*run, "it printed a run that is none");
    if (!parsed) return tl::unexpected(parsed.error());
    result.run = std::move(*parsed);
  }
  if (const auto keeps = json.find("keeps"); keeps != json.end()) {
    const auto bytes = keeps->is_object() ? keeps->find("bytes") : keeps->end();
    if (bytes == keeps->end() || !bytes->is_number_unsigned()) {
      return Fail(ErrorCode::kCorrupt, "it keeps a file of no size: " + Printable(line, 200));
    }
    result.keeps = bytes->get<uint64_t>();
  }
  if (const auto progress = json.find("progress");
      progress != json.end() && progress->is_object()) {
    const auto number = [&](const char* name) {
      const auto found = progress->find(name);
      return found != progress->end() && found->is_number() ? found->get<double>() : 0.0;
    };
    constexpr double kMostSamples = 1e9;
    result.progress = {static_cast<int>(std::clamp(number("samples"), 0.0, kMostSamples)),
                       number("budget_used")};
  }
  return result;
}

Result<v1::Run> RunBench(const BenchRequest& request, const BenchObserver& observe,
                         const std::stop_token& stop, const Clock& clock, CutShort* cut) {
  const auto started = clock.Realtime();
  const auto start = clock.MonotonicRaw();
  auto child = ChildProcess::Start(ArgvOf(request));
  Reading reading;
  std::string reason;
  if (child) {
    reading = ReadAll(*child, request, observe, stop);
    const auto killed =
        std::chrono::steady_clock::now() + (reading.crowded.empty() ? kStopGrace : kCrowdedGrace);
    if (!reading.run) reading.last_words = LastWords(*child, killed);
    const auto status = child->Finish(std::chrono::ceil<milliseconds>(
        std::max(killed - std::chrono::steady_clock::now(), std::chrono::nanoseconds(0))));
    if (reading.cut) {
      auto& said = reading.run ? reading.run : reading.last_words;
      if (cut != nullptr) *cut = {reading.cut_by_cycle, std::move(said)};
      return tl::unexpected(*reading.cut);
    }
    if (reading.crowded.empty()) reason = ReasonOf(reading, status);
    const std::string tail = Printable(child->error_tail(), kReasonBytes / 2);
    if (!reason.empty() && !tail.empty()) reason += "; standard error: " + tail;
  } else {
    reason = child.error().message;
  }
  v1::Run run = !reading.crowded.empty()
                    ? RunWithoutFigures(request, v1::VERDICT_BUSY, reading.crowded)
                : !reason.empty() ? RunWithoutFigures(request, v1::VERDICT_FAILED, reason)
                                  : std::move(*reading.run);
  if (reading.last_words && run.measures().empty()) TakeFacts(*reading.last_words, run);
  run.set_verdict_reason(Printable(run.verdict_reason(), kReasonBytes));
  if (run.verdict() != v1::VERDICT_CLEAN) run.clear_measures();
  if (run.started_unix_nanos() == 0) run.set_started_unix_nanos(started.count());
  if (run.wall_nanos() == 0) run.set_wall_nanos((clock.MonotonicRaw() - start).count());
  if (request.watch != nullptr) {
    NoteWaiting(*request.watch, run);
    run.mutable_interference()->set_others_cpus_peak(request.watch->peak_others_cpus());
  }
  return run;
}

Result<std::vector<v1::BenchmarkDescriptor>> ListBenchmarks(const std::filesystem::path& bench,
                                                            const std::filesystem::path& work_dir) {
  auto child = ChildProcess::Start({bench.string(), "--parent", std::to_string(getpid()),
                                    "--work-dir", work_dir.string(), "list"});
  if (!child) return tl::unexpected(child.error());
  const auto deadline = std::chrono::steady_clock::now() + kListLimit;
  std::string text;
  for (;;) {
    auto line = child->NextLine(deadline, {});
    if (!line) return Annotate(line.error(), bench.string() + " list");
    if (!*line) break;
    text += **line + "\n";
  }
  if (const auto status = child->Finish(kStopGrace); !status.ok()) {
    return Fail(ErrorCode::kInternal, bench.string() + " list " + Describe(status) + ": " +
                                          Printable(child->error_tail(), kReasonBytes));
  }
  const auto json = ParseJson(text);
  if (!json.is_array()) {
    return Fail(ErrorCode::kCorrupt, bench.string() + " list printed no JSON array");
  }
  std::vector<v1::BenchmarkDescriptor> result;
  for (const auto& each : json) {
    auto descriptor = FromJson<v1::BenchmarkDescriptor>(each, "list");
    if (!descriptor) return Annotate(descriptor.error(), bench.string());
    result.push_back(std::move(*descriptor));
  }
  return result;
}

std::filesystem::path BesideThisProgram(const std::string& name) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path(name) : self.parent_path() / name;
}

}  // namespace hypergauge::probes
