#include "probes/benchmarks/cpu/zlib_text.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <vector>

namespace hypergauge::probes {
namespace {

constexpr std::array<const char*, 16> kWords{
    "blowfish", "fibonacci", "raytracing", "triad", "latency", "syscall", "pipe", "fork",
    "read",     "write",     "sync",       "dd",    "copy",    "tcp",     "ftp",  "http"};

// A linear congruential generator, which other languages can repeat.
class Numbers {
 public:
  uint32_t Below(uint32_t limit) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 16U) % limit;
  }

 private:
  uint32_t state_ = 1;
};

std::string Line(Numbers& numbers) {
  const uint32_t node = numbers.Below(8);
  const char* word = kWords[numbers.Below(kWords.size())];
  const uint32_t sample = numbers.Below(10);
  const uint32_t seconds = numbers.Below(10'000);
  const char* verdict = numbers.Below(8) == 0 ? "busy" : "clean";
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(),
                "node %u benchmark %s sample %u seconds 0.%04u verdict %s\n", node, word, sample,
                seconds, verdict);
  return text.data();
}

}  // namespace

std::string CompressibleText() {
  Numbers numbers;
  std::vector<std::string> lines;
  while (lines.size() < 256) lines.push_back(Line(numbers));
  std::string text;
  while (text.size() < kTextBytes) {
    const auto& line = lines[numbers.Below(256)];
    text += std::to_string(numbers.Below(1000)) + " " + line;
  }
  text.resize(kTextBytes);
  return text;
}

Result<void> CheckRestored(std::string_view text, std::string_view restored) {
  const auto sum = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(restored.data()),
                                               static_cast<uInt>(restored.size())));
  if (sum != kTextCrc32) {
    std::array<char, 80> message{};
    std::snprintf(message.data(), message.size(), "CRC-32 of the text is %08X instead of %08X", sum,
                  kTextCrc32);
    return Fail(ErrorCode::kWrongAnswer, message.data());
  }
  if (restored == text) return {};
  return Fail(ErrorCode::kWrongAnswer, "the text did not survive its round trip through zlib");
}

}  // namespace hypergauge::probes
