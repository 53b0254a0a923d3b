#include "probes/agent/run_file.h"

#include <zlib.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace hypergauge::probes {
namespace {

constexpr std::string_view kMagic = "HGRUN1\r\n";
constexpr size_t kHeader = kMagic.size() + 8;
constexpr size_t kSequenceDigits = 20;
constexpr std::string_view kSuffix = ".run";

uint32_t Checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void AppendNumber(std::string& out, uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>((value >> shift) & 0xffU);
  }
}

uint32_t NumberAt(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

}  // namespace

Result<std::string> EncodeRunFile(const v1::Run& run) {
  std::string payload;
  if (!run.SerializeToString(&payload) || payload.size() > UINT32_MAX) {
    return Fail(ErrorCode::kInvalidArgument, "run of " + run.benchmark() + " cannot be serialized");
  }
  std::string bytes(kMagic);
  AppendNumber(bytes, static_cast<uint32_t>(payload.size()));
  AppendNumber(bytes, Checksum(payload));
  return bytes += payload;
}

Result<v1::Run> DecodeRunFile(std::string_view bytes) {
  if (bytes.size() < kHeader) return Fail(ErrorCode::kCorrupt, "shorter than its header");
  if (!bytes.starts_with(kMagic)) return Fail(ErrorCode::kCorrupt, "is no run file");
  const std::string_view payload = bytes.substr(kHeader);
  if (payload.size() != NumberAt(bytes, kMagic.size())) {
    return Fail(ErrorCode::kCorrupt, "holds " + std::to_string(payload.size()) +
                                         " bytes instead of " +
                                         std::to_string(NumberAt(bytes, kMagic.size())));
  }
  if (Checksum(payload) != NumberAt(bytes, kMagic.size() + 4)) {
    return Fail(ErrorCode::kCorrupt, "has a wrong checksum");
  }
  v1::Run run;
  if (!run.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return Fail(ErrorCode::kCorrupt, "holds no run");
  }
  return run;
}

std::string RunFileName(uint64_t sequence) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%020llu.run", static_cast<unsigned long long>(sequence));
  return text.data();
}

std::optional<uint64_t> SequenceOf(const std::filesystem::path& name) {
  const std::string text = name.filename().string();
  if (text.size() != kSequenceDigits + kSuffix.size() || !text.ends_with(kSuffix)) return {};
  uint64_t sequence = 0;
  const char* end = text.data() + kSequenceDigits;
  const auto [rest, error] = std::from_chars(text.data(), end, sequence);
  if (error != std::errc() || rest != end || sequence == 0) return {};
  return sequence;
}

}  // namespace hypergauge::probes
