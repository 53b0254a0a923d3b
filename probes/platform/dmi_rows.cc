#include "probes/platform/dmi_rows.h"

#include <algorithm>

#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

bool Holds(const DmiPattern& pattern, std::string_view value) {
  if (value.empty()) return false;
  switch (pattern.how) {
    case DmiPattern::kIs:
      return Lower(value) == Lower(pattern.text);
    case DmiPattern::kBegins:
      return BeginsNoCase(value, pattern.text);
    case DmiPattern::kHas:
      break;
  }
  return ContainsNoCase(value, pattern.text);
}

// What the patterns were found in; nothing where one of them holds nowhere.
std::optional<std::string> EvidenceOf(const DmiRow& row, const MachineFacts& facts) {
  std::string evidence;
  for (const auto& pattern : row.patterns) {
    const auto field =
        std::find_if(pattern.fields.begin(), pattern.fields.end(),
                     [&](const std::string& name) { return Holds(pattern, facts.Dmi(name)); });
    if (field == pattern.fields.end()) return std::nullopt;
    evidence += (evidence.empty() ? "" : ", ") + DmiEvidence(facts, *field);
  }
  return evidence + " (row " + row.id + ")";
}

}  // namespace

std::optional<DmiMatch> MatchDmi(const MachineFacts& facts, Under under) {
  for (const auto& row : DmiRows()) {
    if ((row.under & under) == 0) continue;
    if (row.contradicted != nullptr && row.contradicted(facts, under)) continue;
    if (auto evidence = EvidenceOf(row, facts)) return DmiMatch{&row, std::move(*evidence)};
  }
  return std::nullopt;
}

std::optional<DmiMatch> LyingDmi(const MachineFacts& facts) {
  for (const auto& row : DmiRows()) {
    // Clouds name their bare metal too, which is no lie.
    if ((row.under & kAlone) == 0 || std::string_view(row.hypervisor) == "kvm") continue;
    if (auto evidence = EvidenceOf(row, facts)) return DmiMatch{&row, std::move(*evidence)};
  }
  return std::nullopt;
}

std::string DmiEvidence(const MachineFacts& facts, const std::string& field) {
  // An asset tag may name one machine: the rule that it matched says enough.
  if (field.ends_with("asset_tag")) return "DMI " + field + " is a known constant";
  return "DMI " + field + " \"" + Shown(facts.Dmi(field)) + "\"";
}

}  // namespace hypergauge::probes
