#include "aggregator/analysis/attribution.h"

#include <algorithm>
#include <cmath>

namespace hypergauge::analysis {
namespace {

constexpr size_t kLeastOthers = 2;  // with the one that was found they are three
constexpr size_t kLeastOtherHosts = 2;
constexpr double kShare = 0.5;
constexpr double kLeastZ = 3.5;

std::string Distance(int64_t nanos) {
  constexpr int64_t kMinute = 60'000'000'000;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const auto rounded = [&](int64_t unit) { return (nanos + unit / 2) / unit; };
  if (rounded(kMinute) < 1) return "at once";
  if (rounded(kMinute) < 120) return std::to_string(rounded(kMinute)) + " min before";
  if (rounded(kHour) < 48) return std::to_string(rounded(kHour)) + " h before";
  return std::to_string(rounded(kDay)) + " days before";
}

}  // namespace

bool Shares(const Cohort& cohort, double shift) {
  if (cohort.others.size() < kLeastOthers || shift <= 0) return false;
  if (cohort.scope != RegressionScope::kHost && cohort.other_hosts < kLeastOtherHosts) return false;
  const auto pooled = Pool(cohort.others);
  if (!pooled || pooled->shift < shift / 2) return false;
  const bool is_beyond_doubt = pooled->error <= 0 || pooled->z >= kLeastZ;
  return is_beyond_doubt && ShareOf(cohort.others, shift / 2) >= kShare;
}

std::optional<size_t> ChooseCohort(std::span<const Cohort> cohorts, double shift) {
  std::optional<size_t> best;
  const auto rank = [&](size_t i) {
    const auto pooled = Pool(cohorts[i].others);
    return std::tuple(cohorts[i].matches_event, cohorts[i].scope != RegressionScope::kHost,
                      pooled ? pooled->z : 0);
  };
  for (size_t i = 0; i < cohorts.size(); ++i) {
    if (Shares(cohorts[i], shift) && (!best || rank(*best) < rank(i))) best = i;
  }
  return best;
}

std::string Blame(RegressionScope scope, std::optional<bool> host_moved) {
  switch (scope) {
    case RegressionScope::kNode:
      return "node";
    case RegressionScope::kHost:
      if (!host_moved) return "host, hypervisor or contention";
      return *host_moved ? "host" : "hypervisor or contention";
    case RegressionScope::kPlatform:
      return "release";
    case RegressionScope::kKernel:
      return "kernel";
    case RegressionScope::kGuestImage:
      return "guest image";
  }
  return {};
}

const NodeEvent* NearestEvent(std::span<const NodeEvent> events, int64_t onset, int64_t reach,
                              int64_t slack) {
  const NodeEvent* nearest = nullptr;
  for (const auto& event : events) {
    if (event.unix_nanos > onset + slack || event.unix_nanos < onset - reach) continue;
    if (nearest == nullptr || event.unix_nanos >= nearest->unix_nanos) nearest = &event;
  }
  return nearest;
}

std::string CauseText(const NodeEvent& event, int64_t onset) {
  const auto named = [](const std::string& value) { return value.empty() ? "nothing" : value; };
  return event.subject + " changed from " + named(event.old_value) + " to " +
         named(event.new_value) + ", " + Distance(onset - event.unix_nanos);
}

}  // namespace hypergauge::analysis
