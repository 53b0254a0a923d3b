#include "aggregator/comparison/compared_index.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

constexpr const char* kMetal = "metal";

// "disk_dd_cached file=large" of a family and its labels.
std::string NameOf(const v1::Quantity& quantity) {
  std::string name = quantity.family();
  if (name.ends_with("_" + quantity.unit())) name.resize(name.size() - quantity.unit().size() - 1);
  const std::map<std::string, std::string> labels(quantity.labels().begin(),
                                                  quantity.labels().end());
  for (const auto& [label, value] : labels) name += " " + label + "=" + value;
  return name;
}

std::string MarkWord(int mark) {
  constexpr std::string_view kPrefix = "MARK_";
  std::string name = v1::Mark_Name(static_cast<v1::Mark>(mark));
  if (name.empty()) return "unknown";  // of a newer release
  name.erase(0, kPrefix.size());
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

bool HoldsAll(const std::map<std::string, std::string>& labels,
              const google::protobuf::Map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& each) {
    const auto found = labels.find(each.first);
    return found != labels.end() && found->second == each.second;
  });
}

}  // namespace

bool IsGuest(const v1::Node& node) {
  return node.role() == v1::ROLE_GUEST || node.role() == v1::ROLE_CONTAINER;
}

ComparedIndex::ComparedIndex(const ComparedFleet& fleet, const v1::CompareRequest& request)
    : versions_(request.versions()) {
  for (const auto& node : fleet.nodes) nodes_[node.label()] = &node;
  for (const auto& group : request.hardware_groups()) {
    for (const auto& label : group.nodes()) {
      groups_[label] = group.name();
      const auto found = nodes_.find(label);
      if (found == nodes_.end() || IsGuest(*found->second)) continue;
      if (found->second->platform().name() == kMetal) {
        metal_[group.name()].push_back(found->second);
      }
    }
  }
  for (const auto& benchmark : fleet.benchmarks) {
    bool has_primary = false;
    for (const auto& quantity : benchmark.quantities()) {
      if (!quantity.unranked() && has_primary) continue;
      has_primary = has_primary || !quantity.unranked();
      quantities_.emplace(
          benchmark.name(),
          ComparedQuantity{&benchmark, &quantity,
                           quantity.unranked() ? NameOf(quantity) : benchmark.name()});
    }
  }
  for (const auto& latest : fleet.latest) {
    if (!latest.has_clean()) continue;
    const auto& run = latest.clean();
    clean_[{latest.node(), run.benchmark(), run.suite()}] = &run;
  }
}

ComparedIndex::Baseline ComparedIndex::BaselineOf(const v1::Node& guest) const {
  const auto host = nodes_.find(guest.placement().host());
  if (host != nodes_.end() && host->second != &guest) return {{host->second}, false};
  const auto group = groups_.find(guest.label());
  if (group == groups_.end()) return {};
  const auto metal = metal_.find(group->second);
  if (metal == metal_.end()) return {};
  return {metal->second, true};
}

const ComparedQuantity* ComparedIndex::QuantityOf(
    const std::string& benchmark, const std::string& family,
    const std::map<std::string, std::string>& labels) const {
  const auto [begin, end] = quantities_.equal_range(benchmark);
  for (auto each = begin; each != end; ++each) {
    const auto& quantity = *each->second.quantity;
    if (quantity.family() == family && HoldsAll(labels, quantity.labels())) return &each->second;
  }
  return nullptr;
}

std::string ComparedIndex::PlatformOf(const v1::Node& node) const {
  const auto& platform = node.platform();
  const std::string name = platform.name().empty() ? "unknown" : platform.name();
  return versions_ && !platform.version().empty() ? name + " " + platform.version() : name;
}

analysis::RunFacts ComparedIndex::FactsOf(const v1::Node& node, const std::string& benchmark,
                                          const std::string& suite) const {
  analysis::RunFacts facts;
  facts.online_cpus = node.environment().online_cpus();
  facts.clocksource = node.environment().clocksource();
  const auto found = clean_.find({node.label(), benchmark, suite});
  if (found == clean_.end()) return facts;
  const auto& run = *found->second;
  facts.benchmark_build = run.build().bench_sha256();
  facts.threads = run.threads();
  for (const auto mark : run.marks()) facts.marks.push_back(MarkWord(mark));
  // The longer window is the more precise one.
  const auto& clock = run.clock();
  const auto& ratios = clock.window_ratios().empty() ? clock.ratios() : clock.window_ratios();
  for (const auto& ratio : ratios) {
    if (ratio.clock() != "CLOCK_MONOTONIC_RAW") continue;
    facts.clock_ratio = ratio.ratio();
    facts.clock_error = ratio.error();
  }
  return facts;
}

}  // namespace hypergauge::aggregator
