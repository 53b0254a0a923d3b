#include "aggregator/store/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "aggregator/store/schema.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kFileName = "hypergauge.db";
constexpr size_t kHeaderSize = 100;  // https://www.sqlite.org/fileformat.html, section 1.3
constexpr size_t kUserVersionOffset = 60;
constexpr size_t kApplicationIdOffset = 68;

uint32_t BigEndian(const char* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// What tells nodes from their copies is in the files: nobody else may read them.
Result<void> MakePrivate(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return tl::unexpected(FromErrno(errno, "look at " + file.string()));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  if (chmod(file.c_str(), S_IRUSR | S_IWUSR) == 0) return {};
  return tl::unexpected(FromErrno(errno, file.string() + " cannot be kept from other users"));
}

// SQLite gives its log and its index the mode of the file.
Result<void> MakeAllPrivate(const std::filesystem::path& file) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (auto made = MakePrivate(file.string() + suffix); !made) return made;
  }
  return {};
}

Result<void> TouchPrivate(const std::filesystem::path& file) {
  const int descriptor =
      open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return tl::unexpected(FromErrno(errno, "create " + file.string()));
  close(descriptor);
  return {};
}

// Only one that is made here is private: what is there already may be somebody's home.
Result<void> CreateFolder(const std::filesystem::path& folder) {
  const std::string what = "cannot create store folder " + folder.string();
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  const auto bare = folder.has_filename() ? folder : folder.parent_path();
  if (bare.has_parent_path()) std::filesystem::create_directories(bare.parent_path(), error);
  if (error) return tl::unexpected(FromErrno(error.value(), what));
  if (mkdir(bare.c_str(), S_IRWXU) == 0) return {};
  return tl::unexpected(FromErrno(errno, what));
}

// Reads the header without SQLite, which would repair or lock what is not ours.
Result<void> CheckHeader(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return tl::unexpected(FromErrno(errno, "store file " + file.string()));
  std::array<char, kHeaderSize> header{};
  stream.read(header.data(), header.size());
  const std::string name = "store file " + file.string();
  if (stream.gcount() != kHeaderSize || std::memcmp(header.data(), "SQLite format 3", 16) != 0) {
    return Fail(ErrorCode::kInvalidArgument, name + " is not an SQLite file; it was left as it is");
  }
  if (BigEndian(&header[kApplicationIdOffset]) != kApplicationId) {
    return Fail(ErrorCode::kInvalidArgument,
                name + " was written by another program; it was left as it is");
  }
  const uint32_t version = BigEndian(&header[kUserVersionOffset]);
  if (version == 0 || version > kSchemaVersion) {
    return Fail(ErrorCode::kUnsupported, name + " has schema version " + std::to_string(version) +
                                             ", this release knows up to " +
                                             std::to_string(kSchemaVersion) +
                                             "; it was left as it is");
  }
  return {};
}

Result<void> CheckContent(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Mode::kReadOnly);
  if (!database) return tl::unexpected(database.error());
  auto check = database->Prepare("PRAGMA quick_check(1)");
  if (!check) return tl::unexpected(check.error());
  const auto row = check->Step();
  if (!row) return tl::unexpected(row.error());
  const std::string verdict(check->Bytes(0));
  if (verdict == "ok") return {};
  return Fail(ErrorCode::kCorrupt, "store file " + file.string() + " is damaged (" + verdict +
                                       "); it was left as it is");
}

// Made under another name and renamed, so that a file of the right name is always whole.
Result<void> CreateFile(const std::filesystem::path& file) {
  const auto fresh = std::filesystem::path(file.string() + ".new");
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  if (auto touched = TouchPrivate(fresh); !touched) return touched;
  {
    auto database = Database::Open(fresh, Database::Mode::kCreate);
    if (!database) return tl::unexpected(database.error());
    const std::string id = "PRAGMA application_id=" + std::to_string(kApplicationId);
    if (auto marked = database->Execute(id); !marked) return marked;
    if (auto created = Migrate(*database, file); !created) return created;
  }
  if (rename(fresh.c_str(), file.c_str()) != 0) {
    return tl::unexpected(FromErrno(errno, "rename " + fresh.string()));
  }
  return {};
}

}  // namespace

Result<FolderLock> FolderLock::Take(const std::filesystem::path& folder) {
  if (auto created = CreateFolder(folder); !created) return tl::unexpected(created.error());
  const auto file = folder / "lock";
  FolderLock lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (lock.descriptor_ < 0) {
    return tl::unexpected(FromErrno(errno, "store folder " + folder.string() + " cannot be used"));
  }
  std::array<char, 32> text{};
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (pread(lock.descriptor_, text.data(), text.size() - 1, 0) < 0) text[0] = '?';
    return Fail(ErrorCode::kUnavailable, "store folder " + folder.string() +
                                             " is in use by process " + std::string(text.data()));
  }
  if (auto made = MakePrivate(file); !made) return tl::unexpected(made.error());
  const std::string pid = std::to_string(getpid());
  if (ftruncate(lock.descriptor_, 0) != 0 ||
      pwrite(lock.descriptor_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return tl::unexpected(FromErrno(errno, "write " + file.string()));
  }
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> CheckStoreHeader(const std::filesystem::path& folder) {
  const auto file = folder / kFileName;
  return std::filesystem::exists(file) ? CheckHeader(file) : Result<void>();
}

Result<Database> OpenStoreFile(const std::filesystem::path& folder) {
  const auto file = folder / kFileName;
  if (std::filesystem::exists(file)) {
    if (auto checked = CheckHeader(file); !checked) return tl::unexpected(checked.error());
    if (auto made = MakeAllPrivate(file); !made) return tl::unexpected(made.error());
    if (auto checked = CheckContent(file); !checked) return tl::unexpected(checked.error());
  } else if (auto created = CreateFile(file); !created) {
    return tl::unexpected(created.error());
  }
  auto database = Database::Open(file, Database::Mode::kReadWrite);
  if (!database) return database;
  // FULL: a commit returns after the write-ahead log is on disk, which is what an ack promises.
  if (auto set = database->Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"); !set) {
    return tl::unexpected(set.error());
  }
  if (auto migrated = Migrate(*database, file); !migrated) {
    return tl::unexpected(migrated.error());
  }
  return database;
}

}  // namespace hypergauge::aggregator
