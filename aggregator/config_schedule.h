#pragma once

#include "aggregator/schedule/options.h"
#include "aggregator/yaml_reader.h"

namespace hypergauge::aggregator {

/// What is measured where nothing is said: light rounds all day long, and standard ones at night.
[[nodiscard]] std::vector<Plan> DefaultPlans();

/// How long a node's turn takes where nothing is said; the mesh's turns run the network alone.
[[nodiscard]] Time DefaultCycle(const Plan& plan);
[[nodiscard]] Time DefaultCycle(const MeshOptions& mesh);

/// The configuration's part that is about the schedule, while it is read.
class ScheduleReader {
 public:
  /// The keys of the configuration, each with what reads it. Valid as long as the reader.
  [[nodiscard]] Setters Keys();

  /// When all keys were read. Throws ConfigError for keys that exclude each other.
  [[nodiscard]] ScheduleOptions Finish();

 private:
  void ReadShorthand(const YAML::Node& node);
  void ReadMesh(const YAML::Node& node);

  ScheduleOptions options_;
  std::vector<Plan> shorthand_;  // one, or none
  bool has_plans_ = false;
  YAML::Mark plans_at_;
};

}  // namespace hypergauge::aggregator
