#include "probes/benchmarks/tools/tool_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

namespace hypergauge::probes {

Result<ToolFolder> ToolFolder::Make(const std::filesystem::path& parent) {
  std::error_code unknown;
  auto name = (std::filesystem::absolute(parent, unknown) / "hypergauge-tool-XXXXXX").string();
  if (unknown || mkdtemp(name.data()) == nullptr) {
    return tl::unexpected(FromErrno(errno, "cannot make a folder in " + parent.string()));
  }
  return ToolFolder(name);
}

ToolFolder::~ToolFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace hypergauge::probes
