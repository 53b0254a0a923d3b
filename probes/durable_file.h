#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::probes {

/// Writes a whole file so that after a crash or a power cut there is the old content or the new
/// one, and after the return the new one: temporary file beside it, fsync, rename, fsync of the
/// folder. Leaves no temporary file behind when it fails. `mode`: its permissions, less the umask.
/// Errors: those of the system calls, naming the path; kResourceExhausted on a full disk.
[[nodiscard]] Result<void> WriteFileDurably(const std::filesystem::path& path,
                                            std::string_view content, mode_t mode = 0644);

/// Makes a rename or a removal inside the folder durable.
[[nodiscard]] Result<void> SyncFolder(const std::filesystem::path& folder);

/// The name that WriteFileDurably writes to before it renames; a crash can leave one behind.
[[nodiscard]] std::filesystem::path TemporaryOf(const std::filesystem::path& path);

/// Up to `max_bytes` from the front of a file, which may be one of /proc.
/// Errors: those of open and read, naming the path.
[[nodiscard]] Result<std::string> ReadHead(const std::filesystem::path& path, size_t max_bytes);

/// The same of a path that another process chose, whose user is `owner`. Never waits for a FIFO or
/// a device: only plain files are read, and of a user who is not root only root's and his own.
/// Errors: those of ReadHead; kInvalidArgument for any other kind of file; kPermissionDenied for
/// one of somebody else.
[[nodiscard]] Result<std::string> ReadForeignHead(const std::filesystem::path& path,
                                                  size_t max_bytes, uid_t owner);

}  // namespace hypergauge::probes
