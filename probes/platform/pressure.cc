#include "probes/platform/pressure.h"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 4096;

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=220475"
std::optional<std::chrono::microseconds> ReadTotal(const std::filesystem::path& path) {
  constexpr std::string_view kTotal = " total=";
  const auto text = ReadHead(path, kFileBytes);
  if (!text || !text->starts_with("some ")) return std::nullopt;
  const auto line = std::string_view(*text).substr(0, text->find('\n'));
  const auto at = line.find(kTotal);
  if (at == std::string_view::npos) return std::nullopt;
  const auto digits = line.substr(at + kTotal.size());
  int64_t total = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), total);
  if (error != std::errc() || end != digits.data() + digits.size() || total < 0) {
    return std::nullopt;
  }
  return std::chrono::microseconds(total);
}

}  // namespace

std::optional<Pressure> ReadPressure(const std::filesystem::path& proc_root) {
  const auto cpu = ReadTotal(proc_root / "pressure/cpu");
  const auto memory = ReadTotal(proc_root / "pressure/memory");
  const auto io = ReadTotal(proc_root / "pressure/io");
  if (!cpu || !memory || !io) return std::nullopt;
  return Pressure{.cpu = *cpu, .memory = *memory, .io = *io};
}

}  // namespace hypergauge::probes
