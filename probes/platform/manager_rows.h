#pragma once

#include <string_view>
#include <vector>

namespace hypergauge::probes {

/// Who calls himself how in $container and in the files that hold it.
struct ManagerRow {
  std::string_view word;  ///< in small letters
  const char* hypervisor;
  const char* product;
  const char* source;
};

[[nodiscard]] const std::vector<ManagerRow>& ManagerRows();

}  // namespace hypergauge::probes
