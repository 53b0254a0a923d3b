#include <algorithm>
#include <iostream>

#include "probes/commands.h"
#include "probes/compare/comparison_output.h"
#include "probes/one_shot.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr int kExitRegression = 3;

constexpr const char* kExplanation =
    "B/A is the ratio of the medians. Its 95 % interval is a percentile bootstrap with a fixed\n"
    "seed: with 6 clean runs on each side (`run --rounds 6`) over the medians of the runs, so "
    "that\n"
    "it holds how runs differ; else over the samples of all clean runs, which know only how the\n"
    "samples of a process scatter: runs differ more, which `noise` measures.\n"
    "B is better or worse where the interval does not hold 1. It is inconclusive where it does,\n"
    "with fewer than 6 samples on a side, and where a side has no clean run.\n"
    "Figures of different versions, suites, threads, labels or builds are not comparable.\n"
    "\n"
    "Exit codes:\n"
    "  0  compared, whatever came out\n"
    "  1  a file cannot be read, or there is nothing in them that can be compared\n"
    "  2  unknown flag or bad value\n"
    "  3  something became worse, with --fail-on-regression";

struct CompareFlags {
  std::string a;
  std::string b;
  std::string format = "text";
  bool fail_on_regression = false;
};

int CompareFiles(const CompareFlags& flags) {
  const auto a = ReadSavedRuns(flags.a);
  if (!a) return Complain(a.error(), kExitFailure);
  const auto b = ReadSavedRuns(flags.b);
  if (!b) return Complain(b.error(), kExitFailure);
  const auto comparison = Compare(*a, *b);
  for (const auto& warning : comparison.warnings) {
    std::cerr << "hypergauge-probe: not comparable: " << warning << "\n";
  }
  const auto delivered =
      Deliver("", flags.format == "json" ? ComparisonJson(comparison, flags.a, flags.b)
                                         : ComparisonTable(comparison, OutputTerminal("")));
  if (!delivered) return Complain(delivered.error(), kExitFailure);
  const auto has = [&](const auto& is) {
    return std::any_of(comparison.quantities.begin(), comparison.quantities.end(), is);
  };
  if (!has([](const auto& each) {
        return each.answer != Answer::kNotComparable && each.a.runs > 0 && each.b.runs > 0;
      })) {
    return Complain(
        {ErrorCode::kNotFound, "there is nothing to compare in " + flags.a + " and " + flags.b},
        kExitFailure);
  }
  const bool worse = has([](const auto& each) { return each.answer == Answer::kWorse; });
  return worse && flags.fail_on_regression ? kExitRegression : kExitOk;
}

}  // namespace

void AddCompareCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<CompareFlags>();
  auto* command = app.add_subcommand("compare", "Compare two outputs of run --format json");
  command->add_option("A", flags->a, "File: what it was before, or the host")->required();
  command->add_option("B", flags->b, "File: what it is now, or the guest")->required();
  command->add_option("--format", flags->format)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag("--fail-on-regression", flags->fail_on_regression,
                    "End with exit code 3 where something became worse");
  command->footer(kExplanation);
  command->callback([flags, &chosen] { chosen = [flags] { return CompareFiles(*flags); }; });
}

}  // namespace hypergauge::probes
