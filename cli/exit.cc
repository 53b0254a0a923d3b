#include "cli/exit.h"

#include <iostream>

#include "cli/terminal_text.h"

namespace hypergauge::cli {

int ExitWith(const Error& error) {
  std::cerr << "hypergauge: " << TerminalText(error.message) << "\n";
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

void AddFormat(CLI::App& command, std::string& format) {
  // "text" is what tables were called once.
  const auto check = [](const std::string& text) {
    const bool known =
        text == kFormatTable || text == kFormatJson || text == kFormatCsv || text == kFormatText;
    return known ? std::string() : "must be one of table, json, csv";
  };
  command.add_option("--format", format, "table, json or csv")
      ->check(CLI::Validator(check, "{table,json,csv}"));
}

Format FormatOf(const Settings& settings, const std::string& flag) {
  const std::string& format = flag.empty() ? settings.format : flag;
  if (format == kFormatJson) return Format::kJson;
  return format == kFormatCsv ? Format::kCsv : Format::kTable;
}

int Print(Format format, const Forms& forms) {
  switch (format) {
    case Format::kJson:
      return PrintText(forms.json());
    case Format::kCsv:
      return PrintText(forms.csv());
    default:
      return PrintText(forms.table());
  }
}

int PrintText(const std::string& text) {
  std::cout << text << std::flush;
  if (std::cout) return kExitOk;
  return ExitWith({ErrorCode::kInternal, "standard output takes no more"});
}

}  // namespace hypergauge::cli
