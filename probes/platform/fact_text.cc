#include "probes/platform/fact_text.h"

#include <algorithm>
#include <charconv>

#include "base/printable.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kShownBytes = 160;
constexpr size_t kIdDigits = 12;

char LowerChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsIdChar(char c) {
  const char low = LowerChar(c);
  return (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f') || low == '-';
}

std::optional<uint64_t> Parse(std::string_view text, int base) {
  uint64_t value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

// A container id or a UUID, perhaps with dashes; a word like "feedback" is too short.
bool IsId(std::string_view run) {
  const auto digits = std::count_if(run.begin(), run.end(), [](char c) { return c != '-'; });
  return static_cast<size_t>(digits) >= kIdDigits;
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks(" \t\r\n\v\f\0", 7);
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerChar);
  return lower;
}

bool ContainsNoCase(std::string_view text, std::string_view part) {
  return Lower(text).find(Lower(part)) != std::string::npos;
}

bool BeginsNoCase(std::string_view text, std::string_view part) {
  return Lower(text.substr(0, part.size())) == Lower(part);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  return SplitAny(text, {&separator, 1});
}

std::vector<std::string_view> SplitAny(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) pieces.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

std::optional<std::string_view> ValueOf(std::string_view text, std::string_view key) {
  for (const auto line : Split(text, '\n')) {
    if (!line.starts_with(key)) continue;
    auto rest = line.substr(key.size());
    const auto sign = rest.find_first_not_of(" \t");
    if (sign == std::string_view::npos || (rest[sign] != ':' && rest[sign] != '=')) continue;
    return Trimmed(rest.substr(sign + 1));
  }
  return std::nullopt;
}

bool HasFlag(std::string_view cpuinfo, std::string_view flag) {
  const auto words = Split(ValueOf(cpuinfo, "flags").value_or(""), ' ');
  return std::find(words.begin(), words.end(), flag) != words.end();
}

std::vector<std::string_view> CgroupPaths(std::string_view text) {
  std::vector<std::string_view> paths;
  for (const auto line : Split(text, '\n')) {
    const auto first = line.find(':');
    if (first == std::string_view::npos) continue;
    const auto second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto path = line.substr(second + 1);
    if (path.starts_with('/')) paths.push_back(path);
  }
  return paths;
}

bool HasModule(std::string_view modules, std::string_view name) {
  const auto lines = Split(modules, '\n');
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    return line == name || (line.starts_with(name) && line[name.size()] == ' ');
  });
}

bool HasLxcfsOverProc(std::string_view mounts) {
  const auto lines = Split(mounts, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const auto words = Split(line, ' ');
    return words.size() >= 3 && words[2] == "fuse.lxcfs" && words[1].starts_with("/proc/");
  });
}

std::optional<uint64_t> HexNumber(std::string_view text) {
  if (BeginsNoCase(text, "0x")) text.remove_prefix(2);
  return Parse(text, 16);
}

std::optional<uint64_t> WholeNumber(std::string_view text) {
  return BeginsNoCase(text, "0x") ? HexNumber(text) : Parse(text, 10);
}

std::vector<std::string_view> ControlPrograms(std::string_view sysinfo) {
  std::vector<std::string_view> programs;
  for (const auto line : Split(sysinfo, '\n')) {
    const bool is_vm = line.size() > 4 && line.starts_with("VM") && line[2] >= '0' &&
                       line[2] <= '9' && line[3] >= '0' && line[3] <= '9';
    constexpr std::string_view kKey = " Control Program:";
    if (is_vm && line.substr(4).starts_with(kKey)) {
      programs.push_back(Trimmed(line.substr(4 + kKey.size())));
    }
  }
  return programs;
}

std::string Shown(std::string_view text) {
  std::string shown;
  // What is enormous is cut first: only the front is shown anyway.
  text = text.substr(0, 4096);
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && IsIdChar(text[end]) && (end > at || text[end] != '-')) ++end;
    if (end == at) {
      shown += text[at++];
      continue;
    }
    const auto run = text.substr(at, end - at);
    shown += IsId(run) ? std::string("<id>") : std::string(run);
    at = end;
  }
  return Printable(shown, kShownBytes);
}

}  // namespace hypergauge::probes
