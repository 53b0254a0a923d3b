#include "cli/words.h"

#include <map>

namespace hypergauge::cli {

std::string EnumWord(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return "unknown";
  std::string word = name.substr(prefix.size());
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

std::string LabelsText(const google::protobuf::Map<std::string, std::string>& labels) {
  const std::map<std::string, std::string> sorted(labels.begin(), labels.end());
  std::string text;
  for (const auto& [name, value] : sorted) {
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  }
  return text;
}

}  // namespace hypergauge::cli
