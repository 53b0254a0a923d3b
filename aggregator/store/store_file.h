#pragma once

#include <filesystem>
#include <memory>

#include "aggregator/store/database.h"
#include "base/result.h"

/// The store's folder: one SQLite file, and a lock that keeps a second aggregator out. The files,
/// and a folder that is made, are the aggregator's user's alone.
namespace hypergauge::aggregator {

inline constexpr uint32_t kApplicationId = 0x68796761;  ///< "hyga" in SQLite's header

/// Holds `<folder>/lock` (flock) with this process's id in it until destroyed.
class FolderLock {
 public:
  /// Errors: kUnavailable naming the holder's pid; the folder's own errors.
  [[nodiscard]] static Result<FolderLock> Take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Looks at the header of `<folder>/hypergauge.db` without opening it; no file is fine.
/// Errors: kInvalidArgument (foreign), kUnsupported (a newer schema), naming the file.
[[nodiscard]] Result<void> CheckStoreHeader(const std::filesystem::path& folder);

/// Opens `<folder>/hypergauge.db`, creating it with its tables where there is none, and bringing an
/// older release's to this one's.
/// A file that is damaged, or that hypergauge did not write, or that a newer release wrote, is
/// refused by name before anything in it is touched.
/// Errors: kCorrupt, kInvalidArgument (foreign), kUnsupported (newer schema), those of Database.
[[nodiscard]] Result<Database> OpenStoreFile(const std::filesystem::path& folder);

}  // namespace hypergauge::aggregator
