#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

/// A small program in C, made up so that a compiler has something to do.
namespace hypergauge::probes {

/// Writes so many C files and a main.c and a Makefile that builds them to `program`.
/// Errors: kResourceExhausted, naming the file that could not be written.
[[nodiscard]] Result<void> WriteSourceTree(const std::filesystem::path& folder, int units);

/// What `program` prints.
[[nodiscard]] std::string SourceTreeAnswer(int units);

}  // namespace hypergauge::probes
