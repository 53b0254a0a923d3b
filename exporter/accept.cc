#include "exporter/accept.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hypergauge::exporter {
namespace {

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

// Takes the text before the next separator outside of quotes off the front of `rest`.
std::string_view Next(std::string_view& rest, char separator) {
  bool quoted = false;
  size_t end = 0;
  for (; end < rest.size() && (quoted || rest[end] != separator); ++end) {
    if (rest[end] == '"') quoted = !quoted;
  }
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return Trim(part);
}

std::string_view Unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

double ParseWeight(std::string_view text) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && weight >= 0 && weight <= 1 ? weight : 0;
}

AcceptItem ParseItem(std::string_view text) {
  AcceptItem item;
  item.value = Lower(Next(text, ';'));
  while (!text.empty()) {
    std::string_view parameter = Next(text, ';');
    const auto name = Lower(Next(parameter, '='));
    const auto value = Unquote(Trim(parameter));
    if (name == "q") {
      item.weight = ParseWeight(value);
    } else if (!name.empty()) {
      item.parameters[name] = value;
    }
  }
  return item;
}

}  // namespace

std::vector<AcceptItem> ParseAccept(std::string_view header) {
  std::vector<AcceptItem> items;
  while (!header.empty()) {
    const auto text = Next(header, ',');
    if (!text.empty()) items.push_back(ParseItem(text));
  }
  return items;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  double any = 0;
  for (const auto& item : ParseAccept(accept_encoding)) {
    if (item.value == "gzip" || item.value == "x-gzip") return item.weight > 0;
    if (item.value == "*") any = item.weight;
  }
  return any > 0;
}

}  // namespace hypergauge::exporter
