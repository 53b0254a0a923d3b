#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <vector>

#include "aggregator/analysis/change_points.h"
#include "cli/change_point_text.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/series_file.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::vector<std::string> files;
  std::string format = kFormatText;
  std::string direction = "both";
  double min_effect = analysis::DetectorOptions{}.min_effect;
};

const std::map<std::string, analysis::Direction>& Directions() {
  static const std::map<std::string, analysis::Direction> kDirections = {
      {"up", analysis::Direction::kUp},
      {"down", analysis::Direction::kDown},
      {"both", analysis::Direction::kBoth}};
  return kDirections;
}

// All files are read before anything is printed: who reads the output gets all of it, or nothing.
Result<std::vector<FileChangePoints>> FindInFiles(const Flags& flags) {
  if (!(flags.min_effect >= 0) || std::isinf(flags.min_effect)) {
    return Fail(ErrorCode::kInvalidArgument, "--min-effect is a share of the level: 0.02 is 2 %");
  }
  if (std::count(flags.files.begin(), flags.files.end(), "-") > 1) {
    return Fail(ErrorCode::kInvalidArgument, "standard input (-) can be read only once");
  }
  const analysis::DetectorOptions options{.min_effect = flags.min_effect,
                                          .direction = Directions().at(flags.direction)};
  std::vector<FileChangePoints> found;
  for (const std::string& file : flags.files) {
    const auto values = ReadSeries(file, std::cin);
    if (!values) return tl::unexpected<Error>(values.error());
    found.push_back({file, analysis::FindChangePoints(*values, options)});
  }
  return found;
}

int ChangePoints(const Flags& flags) {
  const auto found = FindInFiles(flags);
  if (!found) return ExitWith(found.error());
  std::cout << (flags.format == kFormatJson ? ChangePointsJson(*found) : ChangePointsText(*found))
            << std::flush;
  return std::cout ? kExitOk : kExitFailure;
}

}  // namespace

void AddChangePointsCommand(CLI::App& app, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "changepoints", "Find where the level of a series shifted for good; needs no aggregator");
  command->fallthrough();
  command
      ->add_option("FILE", flags->files,
                   "CSV: a line a value, or timestamp,value; blank is missing, # begins a comment; "
                   "- is standard input")
      ->required();
  command->add_option("--format", flags->format, "text or json")
      ->check(CLI::IsMember({kFormatText, kFormatJson}))
      ->capture_default_str();
  command
      ->add_option("--min-effect", flags->min_effect,
                   "The smallest shift that is told, as a share of the level before it")
      ->capture_default_str();
  command->add_option("--direction", flags->direction, "up, down or both")
      ->check(CLI::IsMember({"up", "down", "both"}))
      ->capture_default_str();
  command->callback([&chosen, flags] { chosen = [flags] { return ChangePoints(*flags); }; });
}

}  // namespace hypergauge::cli
