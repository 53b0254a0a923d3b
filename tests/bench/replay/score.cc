#include "tests/bench/replay/score.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/statistics.h"
#include "base/table.h"

namespace hypergauge::replay {
namespace {

constexpr int64_t kStart = 1'700'000'000 * kSecond;
constexpr int kOnsetSlack = 8;  // steps that a told onset may be off

std::string Number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", decimals, value);
  return text;
}

int StepOf(int64_t at) {
  return static_cast<int>((at - kStart) / kInterval);
}

int IndexOf(const Replayed& replayed, const std::string& name) {
  for (size_t i = 0; i < replayed.nodes.size(); ++i) {
    if (replayed.nodes[i].info.node == name) return static_cast<int>(i);
  }
  return -1;
}

/// Whether what was told is the cause's doing.
bool Matches(const Replayed& replayed, const Cause& cause, const Notification& told) {
  const auto& regression = told.regression;
  const bool same_benchmark = std::any_of(
      cause.benchmarks.begin(), cause.benchmarks.end(),
      [&](int benchmark) { return regression.benchmark == Benchmarks()[benchmark].name; });
  const int low = StepOf(regression.onset_low_unix_nanos) - kOnsetSlack;
  const int high = StepOf(regression.onset_high_unix_nanos) + kOnsetSlack;
  if (!same_benchmark || told.step < cause.onset) return false;
  // A drift says how far a level is from the accepted one, not when it left it.
  const bool is_drift = regression.kind == analysis::RegressionKind::kDrift;
  if (is_drift && told.step > cause.end + kStepsADay) return false;
  if (!is_drift && (high < cause.onset || low > cause.onset + cause.spread)) return false;
  return std::any_of(regression.children.begin(), regression.children.end(),
                     [&](const analysis::AffectedSeries& child) {
                       const int node = IndexOf(replayed, child.node);
                       return node >= 0 && Reaches(cause, replayed.nodes, node);
                     });
}

bool Names(const Replayed& replayed, const Cause& cause, const analysis::Regression& told) {
  using analysis::RegressionScope;
  switch (cause.level) {
    case CauseLevel::kGuest:
      return told.scope == RegressionScope::kNode &&
             told.subject == replayed.nodes[cause.subject].info.node;
    case CauseLevel::kHost:
      return told.scope == RegressionScope::kHost &&
             told.subject == replayed.nodes[cause.subject].info.node;
    case CauseLevel::kPlatform:
      return told.scope == RegressionScope::kPlatform;
  }
  return false;
}

/// Of an alert that was open when its cause ended, two days before the replay did at least.
void LookAtReturn(const ReplayOptions& options, const Cause& cause, const Notification& told,
                  Returns& returns) {
  const int last = (options.days - 2) * kStepsADay;
  if (cause.end > last || told.step >= cause.end) return;
  // With its series, which the probe's update ended.
  const int update = ProbeUpdate(options);
  if (told.resolved == update || told.resolved == update + kStepsADay) return;
  ++returns.mended;
  if (told.resolved >= 0 && told.resolved < cause.end) ++returns.early;
  if (told.resolved >= cause.end) returns.delays.push_back(told.resolved - cause.end + 1);
}

std::string ReturnsText(const Returns& returns) {
  std::string text =
      std::to_string(returns.delays.size()) + " of " + std::to_string(returns.mended);
  if (const auto median = Median(returns.delays)) {
    const auto worst = std::max_element(returns.delays.begin(), returns.delays.end());
    text += ", median delay " + Number(*median, 0) + " points, worst " + Number(*worst, 0);
  }
  return text + ", too early: " + std::to_string(returns.early);
}

struct Tally {
  int causes = 0;
  int found = 0;
  int attributed = 0;
  std::vector<double> delays;
};

std::vector<std::string> Row(const std::string& name, const Tally& tally) {
  const auto median = Median(tally.delays);
  const auto worst = std::max_element(tally.delays.begin(), tally.delays.end());
  return {name,
          std::to_string(tally.causes),
          std::to_string(tally.found),
          tally.causes > 0 ? Number(static_cast<double>(tally.found) / tally.causes, 3) : "-",
          std::to_string(tally.attributed),
          median ? Number(*median, 0) : "-",
          median ? Number(*worst, 0) : "-"};
}

template <typename Predicate>
Tally Count(const Replayed& replayed, const Score& score, Predicate wanted) {
  Tally tally;
  for (size_t i = 0; i < replayed.causes.size(); ++i) {
    if (!wanted(replayed.causes[i])) continue;
    const auto& one = score.causes[i];
    ++tally.causes;
    tally.found += one.notifications > 0 ? 1 : 0;
    tally.attributed += one.attributed ? 1 : 0;
    if (one.notifications > 0) tally.delays.push_back(one.delay);
  }
  return tally;
}

struct Totals {
  double precision = 1;
  double recall = 1;  // of the large ones
  double a_cause = 0;
  double false_ones = 0;   // per 100 hosts and 30 days
  int release_delay = -1;  // the slowest of 3 % of a release, over 500 guests at once
  bool release_missed = false;
};

Totals TotalsOf(const ReplayOptions& options, const Replayed& replayed, const Score& score) {
  Totals totals;
  const auto told = static_cast<double>(replayed.notifications.size());
  const auto wrong = static_cast<double>(score.false_ones.size());
  if (told > 0) totals.precision = 1 - wrong / told;
  totals.false_ones = wrong * 100 / options.hosts * 30 / options.days;
  const auto large = Count(replayed, score, [](const Cause& cause) { return cause.sigmas >= 3; });
  if (large.causes > 0) totals.recall = static_cast<double>(large.found) / large.causes;
  int found = 0;
  for (size_t i = 0; i < replayed.causes.size(); ++i) {
    const auto& cause = replayed.causes[i];
    found += score.causes[i].notifications > 0 ? 1 : 0;
    if (cause.level != CauseLevel::kPlatform || cause.spread > 0) continue;
    if (cause.effect > 0.0301) continue;
    totals.release_delay = std::max(totals.release_delay, score.causes[i].delay);
    totals.release_missed = totals.release_missed || score.causes[i].notifications == 0;
  }
  totals.a_cause = found > 0 ? (told - wrong) / found : 0;
  return totals;
}

}  // namespace

std::optional<size_t> CauseOf(const Replayed& replayed, const Notification& told) {
  for (size_t i = 0; i < replayed.causes.size(); ++i) {
    if (Matches(replayed, replayed.causes[i], told)) return i;
  }
  return std::nullopt;
}

Score Judge(const ReplayOptions& options, const Replayed& replayed) {
  Score score;
  score.causes.resize(replayed.causes.size());
  for (size_t i = 0; i < replayed.notifications.size(); ++i) {
    const auto& told = replayed.notifications[i];
    const auto number = CauseOf(replayed, told);
    if (!number) {
      score.false_ones.push_back(i);
      continue;
    }
    const auto& cause = replayed.causes[*number];
    auto& one = score.causes[*number];
    if (one.notifications++ > 0) continue;
    // The point of the onset is the first one.
    one.delay = std::max(0, told.step - (cause.onset + cause.spread / 2) + 1);
    one.attributed = Names(replayed, cause, told.regression);
    LookAtReturn(options, cause, told, score.returns);
  }
  return score;
}

std::string Text(const ReplayOptions& options, const Replayed& replayed, const Score& score) {
  const Totals totals = TotalsOf(options, replayed, score);
  std::string text =
      std::to_string(options.hosts) + " hosts, " + std::to_string(options.guests) + " guests, " +
      std::to_string(options.days) + " days, a point every 30 min, " +
      std::to_string(options.benchmarks) +
      " benchmarks a node (so that a replay ends in minutes): " + std::to_string(replayed.series) +
      " series, " + std::to_string(replayed.points) + " points, seed " +
      std::to_string(options.seed) + "\n" + std::to_string(replayed.suspects) + " suspicions, " +
      std::to_string(replayed.re_runs) + " confirming runs, " +
      std::to_string(replayed.notifications.size()) + " notifications, " +
      std::to_string(replayed.resolved) + " resolved, " + std::to_string(replayed.retracted) +
      " retracted\n\n";
  Table table({{"causes"},
               {"n", true},
               {"found", true},
               {"recall", true},
               {"right scope", true},
               {"median delay", true},
               {"worst", true}});
  const auto add = [&](const char* name, auto wanted) {
    table.AddRow(Row(name, Count(replayed, score, wanted)));
  };
  add("all", [](const Cause&) { return true; });
  add(">= 3 sigma, single or pooled", [](const Cause& cause) { return cause.sigmas >= 3; });
  add("1.5 to 3 sigma", [](const Cause& cause) { return cause.sigmas >= 1.5 && cause.sigmas < 3; });
  add("below 1.5 sigma", [](const Cause& cause) { return cause.sigmas < 1.5; });
  add("3 to 5 %", [](const Cause& cause) { return cause.effect < 0.05; });
  add("5 to 10 %", [](const Cause& cause) { return cause.effect >= 0.05 && cause.effect < 0.1; });
  add("10 to 30 %", [](const Cause& cause) { return cause.effect >= 0.1; });
  add("guests", [](const Cause& cause) { return cause.level == CauseLevel::kGuest; });
  add("hosts", [](const Cause& cause) { return cause.level == CauseLevel::kHost; });
  add("releases", [](const Cause& cause) { return cause.level == CauseLevel::kPlatform; });
  text += table.Text() + "\n";
  text += "precision                                     " + Number(totals.precision, 3) + "\n";
  text += "recall at >= 3 sigma                          " + Number(totals.recall, 3) + "\n";
  text += "notifications a cause that was found          " + Number(totals.a_cause, 2) + "\n";
  text += "false ones per 100 hosts and 30 days          " + Number(totals.false_ones, 2) + "\n";
  text += "3 % of a release, at once: points until told  " +
          (totals.release_missed ? std::string("never") : std::to_string(totals.release_delay)) +
          "\n";
  text += "alerts resolved once their cause was mended   " + ReturnsText(score.returns) + "\n";
  for (const auto& failure : Failures(options, replayed, score)) text += failure + "\n";
  return text;
}

std::vector<std::string> Failures(const ReplayOptions& options, const Replayed& replayed,
                                  const Score& score) {
  const Totals totals = TotalsOf(options, replayed, score);
  std::vector<std::string> failures;
  if (totals.recall < 0.95) failures.emplace_back("not reached: recall >= 0.95 at >= 3 sigma");
  if (totals.false_ones > 1) {
    failures.emplace_back("not reached: <= 1 false notification per 100 hosts and month");
  }
  if (totals.a_cause > 1.5) failures.emplace_back("not reached: <= 1.5 notifications a cause");
  if (totals.release_missed || totals.release_delay > 8) {
    failures.emplace_back("not reached: 3 % of a release found within 8 points");
  }
  return failures;
}

}  // namespace hypergauge::replay
