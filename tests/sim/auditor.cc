#include "tests/sim/auditor.h"

#include <algorithm>
#include <cstdio>

#include "base/clock.h"

namespace hypergauge::sim {
namespace {

constexpr size_t kExamples = 10;
constexpr const char* kElsewhere = "@";

std::string Describe(const aggregator::Interval& interval) {
  char text[160];
  (void)std::snprintf(text, sizeof text, "%s under %s [%.3f, %.3f]", interval.node_id.c_str(),
                      interval.lease_id.c_str(), ToSeconds(interval.start),
                      ToSeconds(interval.end));
  return text;
}

}  // namespace

void Auditor::Add(const Report& report) {
  for (const auto& collision : audit_.Add(report.interval)) Judge(collision);
  if (report.elsewhere.empty()) return;
  auto there = report.interval;
  there.lease_id += kElsewhere;
  there.locks = {aggregator::HostLock{report.elsewhere}};
  there.start = std::max(there.start, report.since);
  told_[there.lease_id] = report.told;
  for (const auto& collision : audit_.Add(there)) Judge(collision);
}

void Auditor::Judge(const aggregator::Collision& collision) {
  const auto& [host, first, second, overlap] = collision;
  if (first.node_id == second.node_id &&
      (told_.contains(first.lease_id) || told_.contains(second.lease_id))) {
    return;  // one and the same turn, seen on two hosts
  }
  const auto excused = [&](const aggregator::Interval& moved, const aggregator::Interval& other) {
    const auto told = told_.find(moved.lease_id);
    return told != told_.end() && !WasGrantedAfter(other, told->second);
  };
  if (excused(first, second) || excused(second, first)) {
    ++migrated_;
    return;
  }
  ++collisions_;
  if (examples_.size() >= kExamples) return;
  examples_.push_back(host + ": " + Describe(first) + " and " + Describe(second) + ", " +
                      std::to_string(ToSeconds(overlap)) + " s");
}

bool Auditor::WasGrantedAfter(const aggregator::Interval& other, Time told) const {
  std::string lease_id = other.lease_id;
  if (lease_id.ends_with(kElsewhere)) return false;
  const Node& node = fleet_.nodes[fleet_.Find(other.node_id)];
  return std::any_of(node.granted.begin(), node.granted.end(), [&](const auto& grant) {
    return grant.first == lease_id && grant.second > told;
  });
}

void Auditor::Finish(Figures& figures) const {
  figures.collisions = collisions_;
  figures.migrated_meetings = migrated_;
  figures.examples = examples_;
}

}  // namespace hypergauge::sim
