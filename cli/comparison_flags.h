#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"
#include "program/flags.h"

namespace hypergauge::cli {

/// What compare and report take alike.
struct ComparisonFlags {
  std::string dataset;
  std::string scale = "ratio";
  std::string storage;
  std::string since;
  std::vector<std::string> hardware_groups;
  bool versions = false;
  std::string format;
};

/// Adds --dataset, --storage, --since, --versions and --hardware-group.
void AddComparisonFlags(CLI::App& command, ComparisonFlags& flags);

/// Errors: kInvalidArgument naming the flag.
[[nodiscard]] Result<v1::CompareRequest> RequestOf(const ComparisonFlags& flags);

/// "NAME=NODE,NODE...". Errors: kInvalidArgument naming the text.
[[nodiscard]] Result<v1::HardwareGroup> ParseHardwareGroup(const std::string& text);

}  // namespace hypergauge::cli
