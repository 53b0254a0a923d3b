#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"
#include "hypergauge/v1/node.pb.h"
#include "probes/unique_fd.h"

namespace hypergauge::probes {

/// 64 random bits; std::random_device outside of tests.
using RandomBits = std::function<uint64_t()>;

/// Makes the state folder if it is missing and locks it for this process: two agents on one folder
/// would give the same number to different runs. The lock lives as long as the descriptor.
/// Errors: kUnavailable when another agent holds it; those of the system calls; all name the
/// folder.
[[nodiscard]] Result<UniqueFd> LockStateFolder(const std::filesystem::path& folder);

/// Reads node_id and epoch from `<folder>/identity.json`, and makes them where there is none. Where
/// `<folder>/spool` is missing, the numbering of runs starts anew and so does an epoch.
/// Errors: kCorrupt for a damaged file, which is never overwritten; those of the system calls.
[[nodiscard]] Result<v1::NodeIdentity> OpenIdentity(const std::filesystem::path& folder,
                                                    const RandomBits& random);

/// Where the spool of a state folder is.
[[nodiscard]] std::filesystem::path SpoolFolder(const std::filesystem::path& folder);

/// Where benchmarks keep their files, unless the user names another folder.
[[nodiscard]] std::filesystem::path WorkFolder(const std::filesystem::path& folder);

/// Where its DayLedger is.
[[nodiscard]] std::filesystem::path LedgerFile(const std::filesystem::path& folder);

}  // namespace hypergauge::probes
