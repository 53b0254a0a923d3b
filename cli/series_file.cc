#include "cli/series_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

#include "base/printable.h"

namespace hypergauge::cli {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool IsMissing(std::string_view field) {
  constexpr std::array<std::string_view, 4> kWords = {"", "nan", "na", "null"};
  return std::any_of(kWords.begin(), kWords.end(), [field](std::string_view word) {
    return std::equal(word.begin(), word.end(), field.begin(), field.end(), [](char a, char b) {
      return a == std::tolower(static_cast<unsigned char>(b));
    });
  });
}

// Nothing where the field is no number that a double can hold.
std::optional<double> Number(std::string_view field) {
  if (IsMissing(field)) return kMissing;
  if (field.size() > 1 && field.front() == '+' && field[1] != '-') field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return value;
}

tl::unexpected<Error> Wrong(size_t line, const std::string& what) {
  return Fail(ErrorCode::kInvalidArgument, std::to_string(line) + ": " + what);
}

std::string Quoted(std::string_view text) {
  constexpr size_t kMost = 64;
  return "\"" + Printable(text, kMost) + "\"";
}

}  // namespace

Result<std::vector<double>> ParseSeries(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<double> values;
  bool may_be_header = true;
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t newline = std::min(text.find('\n'), text.size());
    const std::string_view content = Trimmed(text.substr(0, newline));
    text.remove_prefix(std::min(newline + 1, text.size()));
    if (content.starts_with('#')) continue;
    const size_t comma = content.find(',');
    const bool has_timestamp = comma != std::string_view::npos;
    const std::string_view field = has_timestamp ? Trimmed(content.substr(comma + 1)) : content;
    if (field.find(',') != std::string_view::npos) {
      return Wrong(line, Quoted(content) + " has more fields than timestamp,value");
    }
    const auto value = Number(field);
    if (!value && !may_be_header) return Wrong(line, Quoted(field) + " is not a number");
    may_be_header = false;
    if (value) values.push_back(*value);
  }
  return values;
}

Result<std::vector<double>> ReadSeries(const std::string& path, std::istream& standard_input) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(standard_input), {});
  } else {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      return tl::unexpected<Error>(FromErrno(EISDIR, path));
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return tl::unexpected<Error>(FromErrno(errno, path));
    text.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad()) return tl::unexpected<Error>(FromErrno(EIO, path));
  }
  auto values = ParseSeries(text);
  if (!values) {
    return Fail(values.error().code,
                (path == "-" ? "standard input" : path) + ":" + values.error().message);
  }
  return values;
}

}  // namespace hypergauge::cli
