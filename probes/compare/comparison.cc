#include "probes/compare/comparison.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "base/statistics.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kLeastSamples = 6;  // below, no 95 % interval of a median exists; so with runs

using Labels = std::map<std::string, std::string>;
using Key = std::tuple<std::string, std::string, Labels>;  // benchmark, family, labels

// One measure with the run that it is of.
struct Taken {
  const SavedRun* run;
  const SavedMeasure* measure;
};

struct Pair {
  std::vector<Taken> a;
  std::vector<Taken> b;
};

// What must be alike for figures to be comparable.
struct Trait {
  const char* difference;  // for people
  std::function<std::string(const SavedRun&)> of;
};

std::string LabelText(const SavedRun& run) {
  std::string text;
  for (const auto& [name, value] : run.labels) {
    text += (text.empty() ? "" : ",") + name + "=" + value;
  }
  return text.empty() ? "none" : text;
}

const std::vector<Trait>& Traits() {
  static const std::vector<Trait> kTraits = {
      {"version of the benchmark differs",
       [](const SavedRun& run) { return std::to_string(run.version); }},
      {"suite differs", [](const SavedRun& run) { return run.suite; }},
      {"threads differ", [](const SavedRun& run) { return std::to_string(run.threads); }},
      {"labels differ", LabelText},
      {"marks differ",
       [](const SavedRun& run) { return std::string(run.cached ? "cached" : "not cached"); }},
      {"build of hypergauge-bench differs",
       [](const SavedRun& run) { return run.bench_sha256.substr(0, 12); }},
  };
  return kTraits;
}

// "threads differ: 1 and 2"; empty where all runs are alike.
std::string DifferenceOf(const Pair& pair) {
  for (const auto& trait : Traits()) {
    std::set<std::string> values;
    for (const auto* side : {&pair.a, &pair.b}) {
      for (const auto& taken : *side) values.insert(trait.of(*taken.run));
    }
    if (values.size() < 2) continue;
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : " and ") + value;
    return std::string(trait.difference) + ": " + text;
  }
  return "";
}

void AddVerdict(const SavedRun& run, ComparedSide& side) {
  ++side.runs;
  if (run.verdict == "clean") {
    ++side.clean_runs;
    return;
  }
  side.verdict = run.verdict;
  if (!run.verdict_reason.empty()) side.verdict += ": " + run.verdict_reason;
}

ComparedSide SideOf(const std::vector<Taken>& taken, const std::vector<SavedRun>& all,
                    const std::string& benchmark) {
  ComparedSide side;
  std::vector<double> disturbed;
  for (const auto& [run, measure] : taken) {
    AddVerdict(*run, side);
    auto& samples = run->verdict == "clean" ? side.samples : disturbed;
    samples.insert(samples.end(), measure->samples.begin(), measure->samples.end());
    if (run->verdict == "clean") side.run_medians.push_back(*Median(measure->samples));
  }
  for (const auto& run : all) {
    if (taken.empty() && run.benchmark == benchmark) AddVerdict(run, side);
  }
  side.median = Median(side.samples.empty() ? disturbed : side.samples);
  return side;
}

// Why this side allows no conclusion; empty where it does.
std::string WeaknessOf(const ComparedSide& side, const char* name) {
  const std::string who(name);
  if (side.runs == 0) return "only in " + std::string(who == "A" ? "B" : "A");
  if (side.samples.empty())
    return who + (side.verdict.empty() ? " lacks it" : " is " + side.verdict);
  if (side.samples.size() < kLeastSamples) {
    return who + " has " + std::to_string(side.samples.size()) + " samples; " +
           std::to_string(kLeastSamples) + " are needed";
  }
  if (*std::min_element(side.samples.begin(), side.samples.end()) <= 0) {
    return who + " has a sample of 0, which has no ratio";
  }
  return "";
}

void Judge(const Pair& pair, ComparedQuantity& result) {
  const auto conclude = [&](Answer answer, std::string reason) {
    result.answer = answer;
    result.reason = std::move(reason);
  };
  if (const auto difference = DifferenceOf(pair); !difference.empty()) {
    return conclude(Answer::kNotComparable, difference);
  }
  const auto& sample = pair.a.empty() ? pair.b.front() : pair.a.front();
  if (sample.measure->unranked) {
    return conclude(Answer::kNotComparable, "this figure is shown, but never ranked");
  }
  if (sample.run->cached) {
    return conclude(Answer::kNotComparable, "cached: a figure of a cache is never ranked");
  }
  for (const auto& [side, name] : {std::pair(&result.a, "A"), std::pair(&result.b, "B")}) {
    if (auto weakness = WeaknessOf(*side, name); !weakness.empty()) {
      return conclude(Answer::kInconclusive, std::move(weakness));
    }
  }
  result.interval = result.over_runs ? RatioInterval(result.a.run_medians, result.b.run_medians)
                                     : RatioInterval(result.a.samples, result.b.samples);
  if (!result.interval || (result.interval->low <= 1 && result.interval->high >= 1)) {
    return conclude(Answer::kInconclusive, "the interval holds 1");
  }
  const bool rose = result.interval->low > 1;
  conclude(rose == result.higher_is_better ? Answer::kBetter : Answer::kWorse, "");
}

}  // namespace

const char* AnswerWord(Answer answer) {
  switch (answer) {
    case Answer::kBetter:
      return "better";
    case Answer::kWorse:
      return "worse";
    case Answer::kInconclusive:
      return "inconclusive";
    case Answer::kNotComparable:
      return "not comparable";
  }
  return "";
}

namespace {

// The pairs in the order in which their first side names them.
struct Pairs {
  std::vector<Key> order;
  std::map<Key, Pair> by_key;

  void Collect(const std::vector<SavedRun>& runs, std::vector<Taken> Pair::*side) {
    for (const auto& run : runs) {
      for (const auto& measure : run.measures) {
        Key key{run.benchmark, measure.family, measure.labels};
        const auto [found, is_new] = by_key.try_emplace(key);
        if (is_new) order.push_back(std::move(key));
        (found->second.*side).push_back({&run, &measure});
      }
    }
  }
};

ComparedQuantity CompareOne(const Key& key, const Pair& pair, const std::vector<SavedRun>& a,
                            const std::vector<SavedRun>& b) {
  const auto& [benchmark, family, labels] = key;
  const auto& measure = *(pair.a.empty() ? pair.b : pair.a).front().measure;
  ComparedQuantity result;
  result.benchmark = benchmark;
  result.family = family;
  result.labels = labels;
  result.unit = measure.unit;
  result.higher_is_better = measure.higher_is_better;
  result.a = SideOf(pair.a, a, benchmark);
  result.b = SideOf(pair.b, b, benchmark);
  result.over_runs =
      std::min(result.a.run_medians.size(), result.b.run_medians.size()) >= kLeastSamples;
  if (result.over_runs) {
    for (auto* side : {&result.a, &result.b}) side->median = Median(side->run_medians);
  }
  if (result.a.median.value_or(0) > 0 && result.b.median) {
    result.ratio = *result.b.median / *result.a.median;
  }
  Judge(pair, result);
  return result;
}

// Benchmarks that have a figure on neither side are not passed over in silence.
void AddThoseWithoutFigures(const std::vector<SavedRun>& a, const std::vector<SavedRun>& b,
                            Comparison& comparison) {
  std::set<std::string> known;
  for (const auto& each : comparison.quantities) known.insert(each.benchmark);
  for (const auto* runs : {&a, &b}) {
    for (const auto& run : *runs) {
      if (!known.insert(run.benchmark).second) continue;
      ComparedQuantity result;
      result.benchmark = run.benchmark;
      result.family = run.benchmark;
      result.a = SideOf({}, a, run.benchmark);
      result.b = SideOf({}, b, run.benchmark);
      result.reason =
          WeaknessOf(result.a.runs > 0 ? result.a : result.b, result.a.runs > 0 ? "A" : "B");
      comparison.quantities.push_back(std::move(result));
    }
  }
}

}  // namespace

Comparison Compare(const std::vector<SavedRun>& a, const std::vector<SavedRun>& b) {
  Pairs pairs;
  pairs.Collect(a, &Pair::a);
  pairs.Collect(b, &Pair::b);
  Comparison comparison;
  std::set<std::string> warned;
  for (const auto& key : pairs.order) {
    const auto& pair = pairs.by_key.at(key);
    comparison.quantities.push_back(CompareOne(key, pair, a, b));
    const auto difference = DifferenceOf(pair);
    if (!difference.empty() && warned.insert(difference).second) {
      comparison.warnings.push_back(std::get<0>(key) + ": " + difference);
    }
  }
  AddThoseWithoutFigures(a, b, comparison);
  return comparison;
}

}  // namespace hypergauge::probes
