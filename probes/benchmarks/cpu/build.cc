#include "probes/benchmarks/cpu/build.h"

#include <sstream>

namespace hypergauge::probes {
namespace {

// Far more than any build takes, also in a guest without hardware's help: only what hangs is ended.
constexpr std::chrono::hours kLimit(2);

// The line of a compiler's or make's output that tells why it failed.
std::string TellingLine(const std::string& output) {
  std::istringstream lines(output);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("rror") != std::string::npos) return line;
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

}  // namespace

Result<ProcessOutput> RunInBuild(const Context& context, const std::filesystem::path& folder,
                                 std::vector<std::string> argv) {
  if (argv.front().find('/') == std::string::npos) {
    auto path = FindProgram(argv.front());
    if (!path) return tl::unexpected(path.error());
    argv.front() = path->string();
  }
  ProcessPlan plan{.argv = std::move(argv),
                   .environment = SmallEnvironment(folder),
                   .folder = folder,
                   .input = {},
                   .limit = kLimit,
                   .clock = context.clock,
                   .stopped = [&context] { return context.Stopped(); }};
  plan.environment.emplace_back("CCACHE_DISABLE=1");
  return RunToEnd(plan);
}

Result<void> CheckEnded(const std::string& name, const ProcessOutput& output) {
  if (output.exit_code == 0 && output.signal == 0) return {};
  const auto how = output.signal != 0 ? " was killed by signal " + std::to_string(output.signal)
                                      : " ended with " + std::to_string(output.exit_code);
  return Fail(ErrorCode::kInternal,
              name + how + ": " + TellingLine(output.err.empty() ? output.out : output.err));
}

}  // namespace hypergauge::probes
