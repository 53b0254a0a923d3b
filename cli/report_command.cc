#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/comparison_flags.h"
#include "cli/comparison_source.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/report.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kMarkdown = "markdown";
constexpr const char* kHtml = "html";

struct Flags {
  ComparisonFlags comparison;
  std::string output;
};

std::string ReportJson(const v1::CompareResponse& ratios,
                       const std::optional<v1::CompareResponse>& pilot) {
  nlohmann::ordered_json json;
  json["ratio"] = nlohmann::ordered_json::parse(Json(ratios));
  json["pilot"] = nullptr;
  if (pilot) json["pilot"] = nlohmann::ordered_json::parse(Json(*pilot));
  return json.dump(1) + "\n";
}

std::string Written(const std::string& format, const v1::CompareResponse& ratios,
                    const std::optional<v1::CompareResponse>& pilot) {
  if (format == kFormatJson) return ReportJson(ratios, pilot);
  const auto document = MakeReport(ratios, pilot);
  if (format == kMarkdown) return WriteMarkdown(document);
  if (format == kHtml) return WriteHtml(document);
  return WriteText(document);
}

int Print(const std::string& text, const std::string& path) {
  if (path.empty()) {
    std::cout << text;
    return kExitOk;
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) return ExitWith(FromErrno(errno, path));
  file << text;
  file.close();
  if (!file) return ExitWith(FromErrno(errno, path));
  return kExitOk;
}

int Report(const Settings& settings, const Flags& flags) {
  auto request = RequestOf(flags.comparison);
  if (!request) return ExitWith(request.error());
  const ComparisonSource source{settings.server, flags.comparison.storage};
  const auto ratios = AskComparison(source, *request);
  if (!ratios) return ExitWith(ratios.error());
  request->set_scale("pilot");
  auto pilot = AskComparison(source, *request);
  // A fleet that never ran the pilot's two tests has no place on its scale, and a report.
  if (!pilot && pilot.error().code != ErrorCode::kNotFound) return ExitWith(pilot.error());
  std::optional<v1::CompareResponse> on_scale;
  if (pilot) on_scale = std::move(*pilot);
  return Print(Written(flags.comparison.format, *ratios, on_scale), flags.output);
}

}  // namespace

void AddReportCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  flags->comparison.format = kFormatText;
  auto* report =
      app.add_subcommand("report", "Write a report: ranking, charts, tables, method and caveats");
  report->fallthrough();
  AddComparisonFlags(*report, flags->comparison);
  report->add_option("--format", flags->comparison.format, "text, markdown, html or json")
      ->check(CLI::IsMember({kFormatText, kMarkdown, kHtml, kFormatJson}))
      ->capture_default_str();
  report->add_option("--output", flags->output, "File to write, in place of standard output");
  report->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Report(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
