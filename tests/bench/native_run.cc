#include "tests/bench/native_run.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "probes/benchmarks/tools/tool.h"

namespace hypergauge::bench {
namespace {

using nlohmann::json;

std::filesystem::path BenchProgram() {
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path() /
         "hypergauge-bench";
}

// The member "run" of the last line.
json LastRun(const std::string& output) {
  std::istringstream lines(output);
  json last;
  for (std::string line; std::getline(lines, line);) {
    auto parsed = json::parse(line, nullptr, false);
    if (parsed.is_object() && parsed.contains("run")) last = parsed["run"];
  }
  return last;
}

NativeRun FiguresOf(const json& run) {
  NativeRun result{.medians = {},
                   .labels = run.value("labels", probes::Labels()),
                   .answer = run.value("answer", "")};
  for (const auto& measure : run.value("measures", json::array())) {
    const auto name =
        SeriesName(measure.value("family", ""), measure.value("labels", probes::Labels()));
    result.medians[name] = measure.value("median", 0.0);
  }
  for (const auto& mark : run.value("marks", json::array())) {
    if (mark == "MARK_CACHED") result.cached = true;
  }
  return result;
}

}  // namespace

std::string SeriesName(const std::string& family, const probes::Labels& labels) {
  std::string list;
  for (const auto& [name, value] : labels) {
    list += (list.empty() ? "" : ",") + name + "=" + value;
  }
  return list.empty() ? family : family + "{" + list + "}";
}

Result<NativeRun> ParseNativeRun(const std::string& output) {
  try {
    const auto run = LastRun(output);
    if (!run.is_object()) {
      return Fail(ErrorCode::kWrongAnswer, "hypergauge-bench printed no run");
    }
    if (run.value("verdict", "") != "VERDICT_CLEAN") {
      return Fail(ErrorCode::kWrongAnswer, run.value("benchmark", "hypergauge-bench") + ": " +
                                               run.value("verdict_reason", "no verdict"));
    }
    auto result = FiguresOf(run);
    if (result.answer.empty()) {
      return Fail(ErrorCode::kWrongAnswer, run.value("benchmark", "") + " checked no answer");
    }
    return result;
  } catch (const json::exception& error) {
    return Fail(ErrorCode::kWrongAnswer,
                std::string("hypergauge-bench printed an odd run: ") + error.what());
  }
}

Result<NativeRun> RunNative(const probes::Context& context, const std::string& benchmark,
                            const std::vector<std::string>& flags) {
  probes::ProcessPlan plan{
      .argv = {BenchProgram().string(), "--work-dir", context.work_dir.string(), "run", benchmark,
               "--suite", "standard", "--warmups", "0", "--min-samples", "1", "--max-samples", "1"},
      .environment = {"LC_ALL=C"},
      .folder = context.work_dir,
      .input = {},
      .limit = std::chrono::minutes(2),
      .clock = context.clock,
      .stopped = [&context] { return context.Stopped(); }};
  plan.argv.insert(plan.argv.end(), flags.begin(), flags.end());
  const auto output = probes::RunToEnd(plan);
  if (!output) return tl::unexpected(output.error());
  if (auto ended = probes::CheckExit("hypergauge-bench", *output); !ended) {
    return tl::unexpected(ended.error());
  }
  return ParseNativeRun(output->out);
}

Result<double> FigureOf(const NativeRun& run, const std::string& series) {
  const auto found = run.medians.find(series);
  if (found != run.medians.end()) return found->second;
  return Fail(ErrorCode::kNotFound, "hypergauge-bench has no figure " + series);
}

}  // namespace hypergauge::bench
