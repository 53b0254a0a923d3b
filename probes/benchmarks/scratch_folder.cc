#include "probes/benchmarks/scratch_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "hypergauge-scratch-";
constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

bool IsOurs(const DiskFile& folder) {
  struct stat facts {};
  return fstat(folder.descriptor(), &facts) == 0 && facts.st_uid == geteuid();
}

void RemoveAbandoned(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const auto folder = DiskFile::Open(entry.path(), kFlags);
    if (folder && IsOurs(*folder) && folder->Lock()) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

Result<ScratchFolder> ScratchFolder::Make(const fs::path& parent) {
  RemoveAbandoned(parent);
  std::error_code unknown;
  // Absolute: what works in it may have another current folder.
  std::string name = (fs::absolute(parent, unknown) / (std::string(kPrefix) + "XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    return tl::unexpected(FromErrno(errno, "cannot make the folder " + name));
  }
  auto handle = DiskFile::Open(name, kFlags);
  if (!handle) return tl::unexpected(handle.error());
  ScratchFolder folder(name, std::move(*handle));
  if (auto locked = folder.handle_.Lock(); !locked) return tl::unexpected(locked.error());
  return folder;
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), handle_(std::move(other.handle_)) {}

ScratchFolder& ScratchFolder::operator=(ScratchFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(handle_, other.handle_);
  return *this;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<void> ScratchFolder::Flush() const {
  if (fsync(handle_.descriptor()) == 0) return {};
  return tl::unexpected(FromErrno(errno, "cannot flush the folder " + path_.string()));
}

}  // namespace hypergauge::probes
