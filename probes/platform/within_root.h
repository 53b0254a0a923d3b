#pragma once

#include <filesystem>

namespace hypergauge::probes {

/// The file under `root` that `path` names to whoever has `root` as its "/": absolute links, and
/// ".." at the top, begin there. Without links; what does not exist is kept as it is named. Empty
/// where links lead in a circle. Under "/" it is the path itself.
[[nodiscard]] std::filesystem::path WithinRoot(const std::filesystem::path& root,
                                               const std::filesystem::path& path);

}  // namespace hypergauge::probes
