#include "cli/words.h"

namespace hypergauge::cli {

std::string EnumWord(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return "unknown";
  std::string word = name.substr(prefix.size());
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

}  // namespace hypergauge::cli
