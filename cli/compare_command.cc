#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "aggregator/analysis/data_set.h"
#include "cli/commands.h"
#include "cli/comparison_flags.h"
#include "cli/comparison_source.h"
#include "cli/comparison_text.h"
#include "cli/exit.h"
#include "cli/json.h"

namespace hypergauge::cli {
namespace {

// What a data set may be, and a byte that tells that it is more.
constexpr std::streamsize kMostBytes = (std::streamsize{1} << 20U) + 1;

constexpr const char* kOverheads = "overheads";
constexpr const char* kPlatforms = "platforms";

struct CompareFlags : ComparisonFlags {
  std::string rows = kOverheads;
};

struct ImportFlags {
  std::string file;
  std::string name;
  std::string storage;
  bool replace = false;
};

int Compare(const Settings& settings, const CompareFlags& flags) {
  const auto request = RequestOf(flags);
  if (!request) return ExitWith(request.error());
  const auto answer = AskComparison({settings.server, flags.storage}, *request);
  if (!answer) return ExitWith(answer.error());
  const bool platforms = flags.rows == kPlatforms || answer->overheads().empty();
  return Print(
      FormatOf(settings, flags.format),
      {[&] { return ComparisonText(*answer); }, [&] { return Json(*answer); },
       [&] {
         return (platforms ? PlatformsListing(*answer) : OverheadsListing(*answer)).CsvText();
       }});
}

Result<std::string> ReadDataSet(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected(FromErrno(errno, path));
  std::string text(static_cast<size_t>(kMostBytes), '\0');
  file.read(text.data(), kMostBytes);
  // A folder opens and cannot be read.
  if (file.bad() || (file.fail() && !file.eof())) {
    return Fail(ErrorCode::kInvalidArgument, path + " cannot be read as a file");
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// "pilot2011" of "some/pilot2011.json".
std::string NameOfFile(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto base = slash == std::string::npos ? path : path.substr(slash + 1);
  return base.substr(0, base.find('.'));
}

int Import(const Settings& settings, const ImportFlags& flags) {
  const auto text = ReadDataSet(flags.file);
  if (!text) return ExitWith(text.error());
  const auto data = analysis::ParseDataSet(*text);
  if (!data) return ExitWith(Error{data.error().code, flags.file + ": " + data.error().message});
  v1::ImportDatasetRequest request;
  request.set_json(*text);
  request.set_name(!flags.name.empty()  ? flags.name
                   : data->name.empty() ? NameOfFile(flags.file)
                                        : data->name);
  request.set_replace(flags.replace);
  const auto imported = AskImport({settings.server, flags.storage}, request);
  if (!imported) return ExitWith(imported.error());
  std::cout << (imported->replaced() ? "replaced " : "imported ") << imported->name() << ": "
            << data->nodes.size() << " nodes, " << data->results.size() << " results\n";
  return kExitOk;
}

}  // namespace

void AddCompareCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<CompareFlags>();
  auto* compare = app.add_subcommand(
      "compare", "Compare platforms: guests with their own hosts, or what a data set published");
  compare->fallthrough();
  AddComparisonFlags(*compare, *flags);
  compare->add_option("--scale", flags->scale, "ratio to the baseline, or the pilot's 0 to 9")
      ->check(CLI::IsMember({"ratio", "pilot"}))
      ->capture_default_str();
  AddFormat(*compare, flags->format);
  compare
      ->add_option("--rows", flags->rows,
                   "What a row of CSV is: one of the overheads, or one of the platforms")
      ->check(CLI::IsMember({kOverheads, kPlatforms}))
      ->capture_default_str();
  compare->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Compare(settings, *flags); };
  });
}

void AddImportCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<ImportFlags>();
  auto* command = app.add_subcommand(
      "import", "Keep a data set in the form of the pilot's file, for compare and report");
  command->fallthrough();
  command->add_option("FILE", flags->file, "JSON: nodes, results and what else is known")
      ->required();
  command->add_option("--name", flags->name,
                      "How it is called from now on; by default as the file says or is named");
  command->add_flag("--replace", flags->replace,
                    "Take the place of a data set that ships with hypergauge, too");
  command->add_option("--storage", flags->storage,
                      "Folder of a store on which no aggregator runs, in place of --server");
  command->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Import(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
