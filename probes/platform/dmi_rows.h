#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/machine_facts.h"
#include "probes/platform/signature_rows.h"

namespace hypergauge::probes {

/// A text in one of several fields, whatever its capitals and the blanks around it.
struct DmiPattern {
  enum How { kIs, kBegins, kHas };
  std::vector<std::string> fields;
  How how;
  const char* text;
};

/// What the firmware's tables say of who made the machine. All patterns must hold.
struct DmiRow {
  const char* id;
  std::vector<DmiPattern> patterns;
  const char* hypervisor;  ///< that it stands for where no signature says more
  const char* product;
  unsigned under;  ///< of enum Under: the signatures that it refines, and whether it counts alone
  const char* source;
  const char* guest_type = "";
  /// Whether something contradicts the row; null where nothing can. `under` is what it stands
  /// under.
  bool (*contradicted)(const MachineFacts& facts, Under under) = nullptr;
};

[[nodiscard]] const std::vector<DmiRow>& DmiRows();

struct DmiMatch {
  const DmiRow* row;
  std::string evidence;  ///< the fields that matched, and the row's id
};

/// The first row that may stand under `under`, and that nothing contradicts.
[[nodiscard]] std::optional<DmiMatch> MatchDmi(const MachineFacts& facts, Under under);

/// The first row of a virtual machine whose patterns hold, whatever else speaks against it: on a
/// machine that is none, what lies.
[[nodiscard]] std::optional<DmiMatch> LyingDmi(const MachineFacts& facts);

/// `DMI sys_vendor "QEMU"`.
[[nodiscard]] std::string DmiEvidence(const MachineFacts& facts, const std::string& field);

}  // namespace hypergauge::probes
