#include "probes/agent/state_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "probes/agent/run_file.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

// Also in damaged/ and rejected/: whoever looks for a lost run wants those too.
Result<bool> HoldsRuns(const std::filesystem::path& spool) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(spool, error), end; !error && it != end;
       it.increment(error)) {
    if (SequenceOf(it->path())) return true;
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return tl::unexpected(FromErrno(error.value(), "folder " + spool.string()));
  }
  return false;
}

std::filesystem::path FreeName(const std::filesystem::path& wanted) {
  std::error_code ignored;
  auto free = wanted;
  for (int number = 2; std::filesystem::exists(free, ignored); ++number) {
    free = wanted.string() + "-" + std::to_string(number);
  }
  return free;
}

}  // namespace

std::filesystem::path SpoolFolder(const std::filesystem::path& folder) {
  return folder / "spool";
}

std::filesystem::path WorkFolder(const std::filesystem::path& folder) {
  return folder / "work";
}

std::filesystem::path LedgerFile(const std::filesystem::path& folder) {
  return folder / "day.json";
}

std::filesystem::path OfflineSlotPath(const std::filesystem::path& folder) {
  return folder / "offline_slot.json";
}

Result<UniqueFd> LockStateFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return tl::unexpected(FromErrno(error.value(), "--storage.path " + folder.string()));
  }
  const auto path = folder / "lock";
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return tl::unexpected(FromErrno(errno, "open " + path.string()));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return tl::unexpected(FromErrno(errno, "lock " + path.string()));
    return Fail(ErrorCode::kUnavailable,
                "--storage.path " + folder.string() + " is in use by another hypergauge-probe");
  }
  return fd;
}

Result<std::filesystem::path> SetSpoolAside(const std::filesystem::path& folder,
                                            const std::string& owner) {
  const auto spool = SpoolFolder(folder);
  const auto holds = HoldsRuns(spool);
  if (!holds) return tl::unexpected(holds.error());
  std::error_code error;
  std::filesystem::path aside;
  if (*holds) {
    aside = FreeName(folder / ("spool-of-" + owner));
    std::filesystem::rename(spool, aside, error);
  } else {
    std::filesystem::remove_all(spool, error);
  }
  if (error) return tl::unexpected(FromErrno(error.value(), "set aside " + spool.string()));
  if (auto synced = SyncFolder(folder); !synced) return tl::unexpected(synced.error());
  return aside;
}

}  // namespace hypergauge::probes
