#include "probes/benchmarks/disk/disk_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace hypergauge::probes {
namespace {

tl::unexpected<Error> FailErrno(const std::string& what) {
  return tl::unexpected(FromErrno(errno, what));
}

const char* MemoryFileSystem(const struct statfs& facts) {
  switch (static_cast<uint32_t>(facts.f_type)) {
    case TMPFS_MAGIC:
      return "tmpfs";
    case RAMFS_MAGIC:
      return "ramfs";
    case HUGETLBFS_MAGIC:
      return "hugetlbfs";
    default:
      return nullptr;
  }
}

std::string Mebibytes(uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

Error OpenError(int error_number, const std::string& name, int flags) {
  if (error_number == EINVAL && (flags & O_DIRECT) != 0) {
    return {ErrorCode::kUnsupported, name + ": this file system has no direct I/O (O_DIRECT)"};
  }
  return FromErrno(error_number, "cannot open " + name);
}

}  // namespace

Result<void> CheckFolder(const std::filesystem::path& folder, uint64_t needed) {
  struct statfs facts {};
  if (statfs(folder.c_str(), &facts) != 0) return FailErrno("folder " + folder.string());
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return FailErrno("folder " + folder.string() + " cannot be written");
  }
  if (const char* type = MemoryFileSystem(facts); type != nullptr) {
    return Fail(ErrorCode::kUnsupported, "folder " + folder.string() + " is on " + type +
                                             ", which is memory and not a disk");
  }
  const uint64_t free =
      static_cast<uint64_t>(facts.f_bavail) * static_cast<uint64_t>(facts.f_bsize);
  if (free < needed) {
    return Fail(ErrorCode::kUnsupported, "folder " + folder.string() + " has " + Mebibytes(free) +
                                             " free, " + Mebibytes(needed) + " are needed");
  }
  return {};
}

uint64_t AllocatedBytes(const std::filesystem::path& file) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) return 0;
  return static_cast<uint64_t>(facts.st_blocks) * 512;  // stat(2): always units of 512
}

AlignedBuffer::AlignedBuffer(size_t size)
    : size_(size), memory_(static_cast<std::byte*>(std::aligned_alloc(kBlockBytes, size))) {
  if (memory_ == nullptr) throw std::bad_alloc();
  std::fill_n(memory_.get(), size, std::byte{0});
}

Result<DiskFile> DiskFile::Open(const std::filesystem::path& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) return tl::unexpected(OpenError(errno, path.string(), flags));
  return DiskFile(descriptor, path.string());
}

Result<DiskFile> DiskFile::MakeTemporary(const std::filesystem::path& folder, int flags) {
  std::string name = (folder / "hypergauge-XXXXXX").string();
  const int descriptor = mkostemp(name.data(), flags | O_CLOEXEC);
  const int error_number = errno;
  unlink(name.c_str());  // some file systems create the name before they refuse O_DIRECT
  if (descriptor < 0) return tl::unexpected(OpenError(error_number, name, flags));
  return DiskFile(descriptor, name);
}

DiskFile::DiskFile(DiskFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

DiskFile& DiskFile::operator=(DiskFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  return *this;
}

DiskFile::~DiskFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<uint64_t> DiskFile::Size() const {
  struct stat facts {};
  if (fstat(descriptor_, &facts) != 0) return FailErrno(name_);
  return static_cast<uint64_t>(facts.st_size);
}

Result<void> DiskFile::ReadAt(uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno("cannot read " + name_ + " at " + std::to_string(offset));
    if (got == 0) {
      return Fail(ErrorCode::kCorrupt, name_ + " ends at " + std::to_string(offset));
    }
    offset += static_cast<uint64_t>(got);
    bytes = bytes.subspan(static_cast<size_t>(got));
  }
  return {};
}

Result<void> DiskFile::WriteAt(uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FailErrno("cannot write " + name_ + " at " + std::to_string(offset));
    offset += static_cast<uint64_t>(put);
    bytes = bytes.subspan(static_cast<size_t>(put));
  }
  return {};
}

Result<void> DiskFile::Flush() const {
  if (fdatasync(descriptor_) != 0) return FailErrno("cannot flush " + name_);
  return {};
}

Result<void> DiskFile::Forget() const {
  if (auto flushed = Flush(); !flushed) return flushed;
  const int error = posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
  if (error != 0) return tl::unexpected(FromErrno(error, "cannot uncache " + name_));
  return {};
}

Result<void> DiskFile::Lock() const {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) {
    return Fail(ErrorCode::kUnavailable, name_ + " is in use by another run");
  }
  return FailErrno("cannot lock " + name_);
}

Result<void> DiskFile::Empty() const {
  if (ftruncate(descriptor_, 0) != 0) return FailErrno("cannot empty " + name_);
  return {};
}

}  // namespace hypergauge::probes
