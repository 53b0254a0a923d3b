#include "probes/platform/facts/reading.h"

#include <algorithm>
#include <charconv>

#include "base/printable.h"
#include "probes/durable_file.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/within_root.h"

namespace hypergauge::probes::facts {
namespace {

constexpr size_t kLineBytes = 256;
constexpr size_t kMostEntries = 8'192;
constexpr uint32_t kHighestCpu = 65'535;
constexpr size_t kFirstCpuBytes = 16'384;

std::filesystem::path Real(const Rooted& path) {
  return WithinRoot(path.top(), path.below());
}

// The last name may be a link itself.
std::filesystem::path RealLink(const Rooted& path) {
  return Real(path.parent_path()) / path.filename();
}

}  // namespace

std::string ReadText(const Rooted& path, size_t max_bytes) {
  // Opening a pipe would wait for its other end.
  std::error_code error;
  const auto real = Real(path);
  if (!std::filesystem::is_regular_file(real, error)) return {};
  return ReadHead(real, max_bytes).value_or("");
}

std::string ReadLine(const Rooted& path) {
  const auto text = ReadText(path, 4 * kLineBytes);
  return Printable(std::string_view(text).substr(0, text.find('\n')), kLineBytes);
}

std::optional<uint64_t> ReadNumber(const Rooted& path) {
  const auto line = ReadLine(path);
  return Number(line);
}

std::vector<std::string> Entries(const Rooted& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(Real(folder), error);
  for (const std::filesystem::directory_iterator end; !error && at != end; at.increment(error)) {
    if (names.size() == kMostEntries) break;
    names.push_back(at->path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Exists(const Rooted& path) {
  std::error_code error;
  return std::filesystem::exists(Real(path), error);
}

bool HasName(const Rooted& path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(RealLink(path), error));
}

std::string LinkName(const Rooted& link) {
  std::error_code error;
  const auto target = std::filesystem::read_symlink(RealLink(link), error);
  return error ? "" : Printable(target.filename().string(), kLineBytes);
}

Rooted Resolved(const Rooted& path) {
  std::error_code error;
  const auto found = std::filesystem::canonical(Real(path), error);
  if (error) return {};
  const auto top = std::filesystem::canonical(path.top(), error);
  return error ? Rooted() : Rooted(path.top(), found.lexically_relative(top));
}

std::vector<std::string_view> Lines(std::string_view text) {
  return Split(text, '\n');
}

std::vector<std::string_view> Words(std::string_view line) {
  return SplitAny(line, " \t\r\n");
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string CpuField(const Rooted& root, std::string_view key) {
  const auto text = ReadText(root / "proc/cpuinfo", kFirstCpuBytes);
  return std::string(ValueOf(text, key).value_or(""));
}

std::string_view Bracketed(std::string_view choices) {
  const auto open = choices.find('[');
  if (open == std::string_view::npos) return {};
  const auto close = choices.find(']', open);
  if (close == std::string_view::npos) return {};
  return choices.substr(open + 1, close - open - 1);
}

std::optional<std::vector<uint32_t>> ParseList(std::string_view list) {
  std::vector<bool> named;
  for (const auto piece : SplitAny(Trimmed(list), ",\n")) {
    const auto dash = piece.find('-');
    const auto first = Number(piece.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : Number(piece.substr(dash + 1));
    if (!first || !last || *first > *last || *last > kHighestCpu) return std::nullopt;
    if (named.size() <= *last) named.resize(*last + 1);
    std::fill(named.begin() + static_cast<ptrdiff_t>(*first),
              named.begin() + static_cast<ptrdiff_t>(*last) + 1, true);
  }
  std::vector<uint32_t> cpus;
  for (uint32_t cpu = 0; cpu < named.size(); ++cpu) {
    if (named[cpu]) cpus.push_back(cpu);
  }
  return cpus;
}

std::string JoinDistinct(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string joined;
  for (const auto& value : values) {
    if (value.empty()) continue;
    if (!joined.empty()) joined += ", ";
    joined += value;
  }
  return joined;
}

std::string OnOff(std::string_view flag) {
  if (flag == "1" || flag == "Y" || flag == "y") return "on";
  if (flag == "0" || flag == "N" || flag == "n") return "off";
  return "";
}

}  // namespace hypergauge::probes::facts
