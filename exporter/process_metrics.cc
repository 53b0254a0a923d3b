#include "exporter/process_metrics.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace hypergauge::exporter {
namespace {

// Fields of proc(5)'s /proc/pid/stat, counted from 1 as there.
constexpr size_t kUtime = 14;
constexpr size_t kStime = 15;
constexpr size_t kStarttime = 22;
constexpr size_t kVsize = 23;
constexpr size_t kRss = 24;

Result<std::string> ReadText(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return Fail(ErrorCode::kNotFound, "cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The number behind `key` at the start of a line; "unlimited" is infinite.
Result<double> FindNumber(const std::filesystem::path& path, const std::string& key) {
  const auto text = ReadText(path);
  if (!text) return tl::unexpected(text.error());
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    std::istringstream rest(line.substr(key.size()));
    std::string word;
    rest >> word;
    if (word == "unlimited") return std::numeric_limits<double>::infinity();
    double number = 0;
    if (std::istringstream(word) >> number) return number;
  }
  return Fail(ErrorCode::kUnsupported, path.string() + " has no number behind \"" + key + "\"");
}

Result<void> ReadStat(const std::filesystem::path& proc_root, ProcessMetrics& metrics) {
  const auto path = proc_root / "self" / "stat";
  const auto text = ReadText(path);
  if (!text) return tl::unexpected(text.error());
  // Field 2, the program's name in parentheses, may itself hold blanks and parentheses.
  const auto close = text->rfind(')');
  if (close == std::string::npos) {
    return Fail(ErrorCode::kUnsupported, path.string() + " has no program name");
  }
  std::istringstream rest(text->substr(close + 1));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  constexpr size_t kFirst = 3;
  std::vector<double> numbers;
  for (const size_t field : {kUtime, kStime, kStarttime, kVsize, kRss}) {
    double number = 0;
    if (field - kFirst >= fields.size() ||
        !(std::istringstream(fields[field - kFirst]) >> number)) {
      return Fail(ErrorCode::kUnsupported,
                  path.string() + ": field " + std::to_string(field) + " is no number");
    }
    numbers.push_back(number);
  }
  const auto boot = FindNumber(proc_root / "stat", "btime ");
  if (!boot) return tl::unexpected(boot.error());
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  metrics.cpu_seconds = (numbers[0] + numbers[1]) / ticks;
  metrics.start_time_seconds = *boot + numbers[2] / ticks;
  metrics.virtual_bytes = numbers[3];
  metrics.resident_bytes = numbers[4] * static_cast<double>(sysconf(_SC_PAGESIZE));
  return {};
}

Result<double> CountEntries(const std::filesystem::path& folder) {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  if (error) {
    return Fail(ErrorCode::kNotFound, "cannot list " + folder.string() + ": " + error.message());
  }
  return count;
}

}  // namespace

Result<ProcessMetrics> ReadProcessMetrics(const std::filesystem::path& proc_root) {
  ProcessMetrics metrics;
  if (auto read = ReadStat(proc_root, metrics); !read) return tl::unexpected(read.error());
  const auto open = CountEntries(proc_root / "self" / "fd");
  if (!open) return tl::unexpected(open.error());
  const auto max = FindNumber(proc_root / "self" / "limits", "Max open files");
  if (!max) return tl::unexpected(max.error());
  metrics.open_descriptors = *open;
  metrics.max_descriptors = *max;
  return metrics;
}

}  // namespace hypergauge::exporter
