#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

/// What the disk benchmarks share: files, buffers that O_DIRECT takes, and the question whether a
/// folder can be measured at all.
namespace hypergauge::probes {

inline constexpr size_t kBlockBytes = 4096;  ///< of a random access, and O_DIRECT's alignment
inline constexpr size_t kChunkBytes = size_t{1} << 20;  ///< of a sequential access

/// Whether files in `folder` are on a disk and `needed` further bytes fit.
/// Errors: kNotFound for no such folder; kPermissionDenied where it cannot be written; kUnsupported
/// on a file system in memory (O_DIRECT is accepted there since Linux 6.6) or without the room.
[[nodiscard]] Result<void> CheckFolder(const std::filesystem::path& folder, uint64_t needed);

/// Bytes on disk of a file; 0 where there is none.
[[nodiscard]] uint64_t AllocatedBytes(const std::filesystem::path& file);

/// Memory aligned to kBlockBytes, zeroed.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(size_t size);

  [[nodiscard]] std::span<std::byte> bytes() { return {memory_.get(), size_}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  size_t size_;
  std::unique_ptr<std::byte, Free> memory_;
};

/// An open file. Errors of all members name the file.
class DiskFile {
 public:
  /// open(2); kUnsupported where the file system refuses O_DIRECT.
  [[nodiscard]] static Result<DiskFile> Open(const std::filesystem::path& path, int flags);

  /// A new file that has no name any more, so that nothing is left however the process ends.
  [[nodiscard]] static Result<DiskFile> MakeTemporary(const std::filesystem::path& folder,
                                                      int flags);

  DiskFile() = default;
  DiskFile(DiskFile&& other) noexcept;
  DiskFile& operator=(DiskFile&& other) noexcept;
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;
  ~DiskFile();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Result<uint64_t> Size() const;

  /// The whole of `bytes`, or an error; the end of the file is kCorrupt.
  [[nodiscard]] Result<void> ReadAt(uint64_t offset, std::span<std::byte> bytes) const;
  [[nodiscard]] Result<void> WriteAt(uint64_t offset, std::span<const std::byte> bytes) const;

  /// fdatasync(2).
  [[nodiscard]] Result<void> Flush() const;

  /// Flushes, and then lets the page cache forget the file, so that reading it again means the
  /// disk.
  [[nodiscard]] Result<void> Forget() const;

  /// Keeps other processes that lock it out until it is closed. Errors: kUnavailable where another
  /// one holds it.
  [[nodiscard]] Result<void> Lock() const;

  /// ftruncate(2) to nothing.
  [[nodiscard]] Result<void> Empty() const;

 private:
  DiskFile(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  int descriptor_ = -1;
  std::string name_;  ///< for messages
};

}  // namespace hypergauge::probes
