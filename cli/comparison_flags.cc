#include "cli/comparison_flags.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/when.h"

namespace hypergauge::cli {

void AddComparisonFlags(CLI::App& command, ComparisonFlags& flags) {
  command.add_option("--dataset", flags.dataset,
                     "A data set in place of the fleet: pilot2011, or one that was imported");
  command.add_option("--storage", flags.storage,
                     "Folder of a store on which no aggregator runs, in place of --server");
  command.add_option("--since", flags.since,
                     "Only rounds of the last 2d, 90m ..., or since a day or moment in UTC; by "
                     "default of the last 30 days, at most of the last 366");
  command.add_flag("--versions", flags.versions, "Tell the versions of a platform apart");
  command
      .add_option(
          "--hardware-group", flags.hardware_groups,
          "NAME=NODE,NODE...: nodes on hardware that is alike. A bare-metal node among them "
          "is the baseline of guests on whose host no probe runs; may be given more than "
          "once. By default those of the aggregator's configuration")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<v1::HardwareGroup> ParseHardwareGroup(const std::string& text) {
  v1::HardwareGroup group;
  const auto equals = text.find('=');
  if (equals != std::string::npos) group.set_name(text.substr(0, equals));
  for (size_t begin = equals; begin < text.size();) {
    const auto end = std::min(text.find(',', begin + 1), text.size());
    if (end > begin + 1) group.add_nodes(text.substr(begin + 1, end - begin - 1));
    begin = end;
  }
  if (group.name().empty() || group.nodes_size() < 2) {
    return Fail(
        ErrorCode::kInvalidArgument,
        "\"" + text + "\" is no hardware group; write NAME=NODE,NODE with two nodes or more");
  }
  return group;
}

Result<v1::CompareRequest> RequestOf(const ComparisonFlags& flags) {
  if (!flags.dataset.empty()) {
    const char* other = !flags.since.empty()             ? "--since"
                        : flags.versions                 ? "--versions"
                        : !flags.hardware_groups.empty() ? "--hardware-group"
                                                         : nullptr;
    if (other != nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  std::string(other) + " is for a fleet; it cannot be given with --dataset");
    }
  }
  v1::CompareRequest request;
  request.set_dataset(flags.dataset);
  request.set_scale(flags.scale);
  request.set_versions(flags.versions);
  if (!flags.since.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto since = ParseSince(flags.since, std::chrono::nanoseconds(now).count());
    if (!since) return Annotate(since.error(), "--since");
    request.set_since_unix_nanos(*since);
  }
  for (const auto& text : flags.hardware_groups) {
    auto group = ParseHardwareGroup(text);
    if (!group) return Annotate(group.error(), "--hardware-group");
    *request.add_hardware_groups() = std::move(*group);
  }
  return request;
}

}  // namespace hypergauge::cli
