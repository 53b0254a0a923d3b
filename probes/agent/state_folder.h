#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "probes/unique_fd.h"

/// The agent's state folder (--storage.path) and what stands in it.
namespace hypergauge::probes {

/// Makes the state folder if it is missing and locks it for this process: two agents on one folder
/// would give the same number to different runs. The lock lives as long as the descriptor.
/// Errors: kUnavailable when another agent holds it; those of the system calls; all name the
/// folder.
[[nodiscard]] Result<UniqueFd> LockStateFolder(const std::filesystem::path& folder);

/// Where the spool of a state folder is.
[[nodiscard]] std::filesystem::path SpoolFolder(const std::filesystem::path& folder);

/// Where benchmarks keep their files, unless the user names another folder.
[[nodiscard]] std::filesystem::path WorkFolder(const std::filesystem::path& folder);

/// Where its DayLedger is.
[[nodiscard]] std::filesystem::path LedgerFile(const std::filesystem::path& folder);

/// Where its OfflineSlotFile is.
[[nodiscard]] std::filesystem::path OfflineSlotPath(const std::filesystem::path& folder);

/// Takes the spool out of the way, because its runs are `owner`'s and the agent goes on as somebody
/// else: `spool-of-<owner>` beside it, numbered where there is one already. Nobody sends or removes
/// it. Returns its new name; an empty path where there was no run in it, and it is gone then.
/// Errors: those of the system calls, naming the folder.
[[nodiscard]] Result<std::filesystem::path> SetSpoolAside(const std::filesystem::path& folder,
                                                          const std::string& owner);

}  // namespace hypergauge::probes
