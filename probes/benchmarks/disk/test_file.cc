#include "probes/benchmarks/disk/test_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "probes/benchmarks/disk/crc32c.h"

namespace hypergauge::probes {
namespace {

struct Header {
  uint64_t offset = 0;
  uint64_t seed = 0;
  uint64_t file_size = 0;
  uint64_t generation = 0;
  uint32_t crc = 0;  ///< of the whole block with this member being zero
  uint32_t format = 2;
};
static_assert(sizeof(Header) == 40);

Header ReadHeader(std::span<const std::byte> block) {
  Header header;
  std::memcpy(&header, block.data(), sizeof(header));
  return header;
}

uint32_t BlockCrc(Header header, std::span<const std::byte> block) {
  header.crc = 0;
  const uint32_t crc = Crc32c(std::as_bytes(std::span(&header, 1)));
  return Crc32c(block.subspan(sizeof(header)), crc);
}

std::string NameOfBlock(uint64_t offset) {
  return "the block at " + std::to_string(offset);
}

// Whether `file` is a whole one of this size; its seed is then the result.
Result<uint64_t> FindSeed(const DiskFile& file, uint64_t size) {
  const auto found_size = file.Size();
  if (!found_size) return tl::unexpected(found_size.error());
  if (*found_size != size) return Fail(ErrorCode::kNotFound, "another size");
  AlignedBuffer block(kBlockBytes);
  if (auto read = file.ReadAt(0, block.bytes()); !read) return tl::unexpected(read.error());
  const uint64_t seed = ReadHeader(block.bytes()).seed;
  auto checked = CheckBlock(block.bytes(), 0, {.size = size, .seed = seed});
  return checked ? Result<uint64_t>(seed) : tl::unexpected(checked.error());
}

// The file locked, whether it was there or not.
Result<DiskFile> OpenLocked(const std::filesystem::path& path) {
  constexpr int kFlags = O_RDWR | O_DIRECT | O_NOFOLLOW;
  auto file = DiskFile::Open(path, kFlags);
  if (!file && file.error().code == ErrorCode::kNotFound) {
    file = DiskFile::Open(path, kFlags | O_CREAT | O_EXCL);
    // Some file systems create the name before they refuse O_DIRECT.
    if (!file && file.error().code == ErrorCode::kUnsupported) unlink(path.c_str());
  }
  if (!file) return file;
  if (auto locked = file->Lock(); !locked) return tl::unexpected(locked.error());
  return file;
}

Result<void> WriteChunk(Context& context, const DiskFile& file, uint64_t offset,
                        std::span<std::byte> chunk, const TestFileId& id) {
  for (size_t at = 0; at < chunk.size(); at += kBlockBytes) {
    FillBlock(chunk.subspan(at, kBlockBytes), offset + at, id);
  }
  context.report.bytes_written += chunk.size();
  context.report.bytes_kept += chunk.size();
  return file.WriteAt(offset, chunk);
}

Result<void> WriteAll(Context& context, const DiskFile& file, const TestFileId& id) {
  if (auto emptied = file.Empty(); !emptied) return emptied;
  AlignedBuffer buffer(kChunkBytes);
  for (uint64_t offset = kBlockBytes; offset < id.size;) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while writing a file");
    const size_t length = std::min<uint64_t>(kChunkBytes, id.size - offset);
    auto written = WriteChunk(context, file, offset, buffer.bytes().first(length), id);
    if (!written) return written;
    offset += length;
  }
  if (auto flushed = file.Flush(); !flushed) return flushed;
  auto first = WriteChunk(context, file, 0, buffer.bytes().first(kBlockBytes), id);
  return first ? file.Flush() : first;
}

// Under the run's ceiling of all that it writes.
Result<void> CheckRoom(const Context& context, uint64_t size, uint64_t besides) {
  if (context.LeftInAll() >= size + besides) return {};
  return Fail(ErrorCode::kUnsupported,
              "the file of " + std::to_string(size) + " bytes has to be written first" +
                  (besides > 0 ? " and " + std::to_string(besides) + " bytes after it" : "") +
                  ", and " + std::to_string(context.LeftInAll()) + " may be written");
}

}  // namespace

void FillBlock(std::span<std::byte> block, uint64_t offset, const TestFileId& id) {
  std::minstd_rand start(static_cast<uint32_t>(id.seed ^ (offset / kBlockBytes)) + 1);
  uint64_t state = (static_cast<uint64_t>(start()) << 32) | (start() | 1U);
  for (size_t at = 0; at < block.size(); at += sizeof(state)) {
    state ^= state << 13;  // xorshift64: G. Marsaglia, "Xorshift RNGs", 2003
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(&block[at], &state, sizeof(state));
  }
  StampBlock(block, offset, id, 0);
}

void StampBlock(std::span<std::byte> block, uint64_t offset, const TestFileId& id,
                uint64_t generation) {
  Header header{.offset = offset, .seed = id.seed, .file_size = id.size, .generation = generation};
  header.crc = BlockCrc(header, block);
  std::memcpy(block.data(), &header, sizeof(header));
}

Result<void> CheckHeader(std::span<const std::byte> block, uint64_t offset, const TestFileId& id) {
  const Header header = ReadHeader(block);
  if (header.offset == offset && header.seed == id.seed && header.file_size == id.size) return {};
  return Fail(ErrorCode::kWrongAnswer, NameOfBlock(offset) + " is another one, written for " +
                                           std::to_string(header.offset) + " of a file of " +
                                           std::to_string(header.file_size) + " bytes");
}

Result<void> CheckBlock(std::span<const std::byte> block, uint64_t offset, const TestFileId& id,
                        std::optional<uint64_t> generation) {
  const Header header = ReadHeader(block);
  if (header.crc != BlockCrc(header, block)) {
    return Fail(ErrorCode::kWrongAnswer, NameOfBlock(offset) + " is damaged: its CRC-32C is wrong");
  }
  if (auto checked = CheckHeader(block, offset, id); !checked) return checked;
  if (generation && header.generation != *generation) {
    return Fail(ErrorCode::kWrongAnswer, NameOfBlock(offset) + " is an older one: generation " +
                                             std::to_string(header.generation) + " instead of " +
                                             std::to_string(*generation));
  }
  return {};
}

Result<void> TestFile::BeginChanges() const {
  AlignedBuffer zeros(kBlockBytes);
  auto written = file.WriteAt(0, zeros.bytes());
  return written ? file.Flush() : written;
}

Result<void> TestFile::EndChanges() const {
  if (auto flushed = file.Flush(); !flushed) return flushed;
  AlignedBuffer block(kBlockBytes);
  FillBlock(block.bytes(), 0, id);
  auto written = file.WriteAt(0, block.bytes());
  return written ? file.Flush() : written;
}

uint64_t TestFileBytes(const Context& context) {
  const int64_t size = context.size > 0 ? context.size : kTestFileBytes;
  return static_cast<uint64_t>(size) / kBlockBytes * kBlockBytes;
}

Result<void> CheckTestFile(const Context& context, uint64_t least) {
  const uint64_t size = TestFileBytes(context);
  if (size < least) {
    return Fail(ErrorCode::kInvalidArgument, "a file of " + std::to_string(size) +
                                                 " bytes is too small, it takes at least " +
                                                 std::to_string(least));
  }
  const uint64_t there = AllocatedBytes(context.work_dir / kTestFileName);
  return CheckFolder(context.work_dir, there < size ? size - there : 0);
}

Result<TestFile> OpenTestFile(Context& context, uint64_t besides) {
  const auto path = context.work_dir / kTestFileName;
  auto file = OpenLocked(path);
  if (!file) return tl::unexpected(file.error());
  TestFileId id{.size = TestFileBytes(context), .seed = context.seed};
  if (const auto seed = FindSeed(*file, id.size)) {
    id.seed = *seed;
    return TestFile{.file = std::move(*file), .id = id};
  }
  auto written = CheckRoom(context, id.size, besides);
  if (written && context.on_keep) context.on_keep(id.size);
  if (written) written = WriteAll(context, *file, id);
  if (written) return TestFile{.file = std::move(*file), .id = id};
  unlink(path.c_str());
  return tl::unexpected(written.error());
}

}  // namespace hypergauge::probes
