#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "cli/settings.h"

/// How the commands end and in which form they print.
namespace hypergauge::cli {

/// What --help says at its end.
inline constexpr const char* kExitCodesText =
    "Exit codes: 0 done; 1 asked right and could not be done: no aggregator answers, there is no\n"
    "such node, a run that was waited for failed; 2 asked wrongly: an unknown flag, a bad value, "
    "a\n"
    "bad configuration file.";

/// Prints the error and returns the exit code that it deserves: kExitUsage for kInvalidArgument.
int ExitWith(const Error& error);

/// The values of --format.
inline constexpr const char* kFormatTable = "table";
inline constexpr const char* kFormatText = "text";
inline constexpr const char* kFormatJson = "json";
inline constexpr const char* kFormatCsv = "csv";

enum class Format { kTable, kJson, kCsv };

/// Adds --format of a listing: table, json or csv; text is taken for table.
void AddFormat(CLI::App& command, std::string& format);

/// `flag` is what --format says; empty where it says nothing.
[[nodiscard]] Format FormatOf(const Settings& settings, const std::string& flag);

/// The same answer in each form; only what is asked for is made.
struct Forms {
  std::function<std::string()> table;
  std::function<std::string()> json;
  std::function<std::string()> csv;
};

/// Writes one of them. Returns the exit code.
int Print(Format format, const Forms& forms);

/// Writes to standard output, or says why that cannot be done. Returns the exit code.
int PrintText(const std::string& text);

}  // namespace hypergauge::cli
