#include "probes/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "probes/unique_fd.h"

namespace hypergauge::probes {
namespace {

tl::unexpected<Error> FailErrno(const char* call, const std::filesystem::path& path) {
  return tl::unexpected(FromErrno(errno, call + (" " + path.string())));
}

Result<void> WriteAll(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno("write", path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) return FailErrno("fsync", path);
  return {};
}

Result<void> WriteAndRename(const std::filesystem::path& path, std::string_view content,
                            mode_t mode) {
  const auto temporary = TemporaryOf(path);
  unlink(temporary.c_str());  // one of a crash would keep its own permissions
  const UniqueFd fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!fd.valid()) return FailErrno("open", temporary);
  if (auto written = WriteAll(fd.get(), content, temporary); !written) return written;
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return FailErrno("rename to", path);
  return SyncFolder(path.parent_path());
}

Result<std::string> ReadFrom(int fd, size_t max_bytes, const std::filesystem::path& path) {
  std::string content;
  std::array<char, 65536> part{};
  while (content.size() < max_bytes) {
    const size_t wanted = std::min(part.size(), max_bytes - content.size());
    const ssize_t count = read(fd, part.data(), wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FailErrno("read", path);
    if (count == 0) break;
    content.append(part.data(), static_cast<size_t>(count));
  }
  return content;
}

}  // namespace

std::filesystem::path TemporaryOf(const std::filesystem::path& path) {
  return path.string() + ".tmp";
}

Result<void> SyncFolder(const std::filesystem::path& folder) {
  const auto& name = folder.empty() ? std::filesystem::path(".") : folder;
  const UniqueFd fd(open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno("open", name);
  if (fsync(fd.get()) != 0) return FailErrno("fsync", name);
  return {};
}

Result<void> WriteFileDurably(const std::filesystem::path& path, std::string_view content,
                              mode_t mode) {
  auto written = WriteAndRename(path, content, mode);
  if (!written) unlink(TemporaryOf(path).c_str());
  return written;
}

Result<std::string> ReadHead(const std::filesystem::path& path, size_t max_bytes) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return FailErrno("open", path);
  return ReadFrom(fd.get(), max_bytes, path);
}

Result<std::string> ReadForeignHead(const std::filesystem::path& path, size_t max_bytes,
                                    uid_t owner) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return FailErrno("open", path);
  struct stat file {};
  if (fstat(fd.get(), &file) != 0) return FailErrno("fstat", path);
  if (!S_ISREG(file.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument, path.string() + " is not a plain file");
  }
  if (owner != 0 && file.st_uid != 0 && file.st_uid != owner) {
    return Fail(ErrorCode::kPermissionDenied, path.string() + " belongs to somebody else");
  }
  return ReadFrom(fd.get(), max_bytes, path);
}

}  // namespace hypergauge::probes
