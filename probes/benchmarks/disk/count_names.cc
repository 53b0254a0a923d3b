#include "probes/benchmarks/disk/count_names.h"

#include <algorithm>
#include <system_error>

namespace hypergauge::probes {

Result<void> CheckNames(const std::filesystem::path& folder,
                        const std::map<std::string, size_t>& expected) {
  std::map<std::string, size_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    const auto kind = std::ranges::find_if(
        expected, [&](const auto& each) { return name.starts_with(each.first); });
    if (kind == expected.end()) {
      return Fail(ErrorCode::kWrongAnswer,
                  "an unexpected name in " + folder.string() + ": " + name);
    }
    ++found[kind->first];
  }
  if (error) return Fail(ErrorCode::kNotFound, folder.string() + ": " + error.message());
  for (const auto& [beginning, count] : expected) {
    if (found[beginning] == count) continue;
    return Fail(ErrorCode::kWrongAnswer,
                folder.string() + " has " + std::to_string(found[beginning]) + " names \"" +
                    beginning + "...\" instead of " + std::to_string(count));
  }
  return {};
}

}  // namespace hypergauge::probes
