#include "aggregator/api/query_string.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kMostParameters = 1000;

Result<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned char byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto* end = digits.data() + digits.size();
    if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) {
      return Fail(ErrorCode::kInvalidArgument, "the query has a '%' without two digits behind it");
    }
    decoded += static_cast<char>(byte);
    i += 2;
  }
  if (!IsUtf8(decoded)) return Fail(ErrorCode::kInvalidArgument, "the query is not UTF-8");
  return decoded;
}

}  // namespace

Result<std::map<std::string, std::vector<std::string>>> ParseQueryString(std::string_view query) {
  std::map<std::string, std::vector<std::string>> parameters;
  size_t count = 0;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    if (++count > kMostParameters) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the query has more than " + std::to_string(kMostParameters) + " parameters");
    }
    const auto equals = part.find('=');
    auto name = Decode(part.substr(0, equals));
    if (!name) return tl::unexpected(name.error());
    auto value = Decode(equals == std::string_view::npos ? "" : part.substr(equals + 1));
    if (!value) return tl::unexpected(value.error());
    parameters[std::move(*name)].push_back(std::move(*value));
  }
  return parameters;
}

}  // namespace hypergauge::aggregator
