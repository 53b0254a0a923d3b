#pragma once

#include <string>

#include "program/flags.h"

/// Scripts that let shells complete the commands, flags and choices of a program. Pure functions.
namespace hypergauge::cli {

[[nodiscard]] std::string BashCompletion(const CLI::App& app, const std::string& program);
/// For zsh, by its own way to take bash's.
[[nodiscard]] std::string ZshCompletion(const CLI::App& app, const std::string& program);
[[nodiscard]] std::string FishCompletion(const CLI::App& app, const std::string& program);

}  // namespace hypergauge::cli
