#include "probes/benchmarks/cpu/compiler.h"

#include <cctype>
#include <sstream>

namespace hypergauge::probes {
namespace {

bool IsVersion(const std::string& word) {
  return word.find_first_not_of("0123456789.") == std::string::npos &&
         word.find('.') != std::string::npos && std::isdigit(word.front()) != 0;
}

// "Debian 12.2.0-14)" and the like in parentheses are a package's version.
std::string WithoutParentheses(const std::string& line) {
  std::string result;
  int depth = 0;
  for (const char c : line) {
    if (c == '(') ++depth;
    if (depth == 0) result += c;
    if (c == ')' && depth > 0) --depth;
  }
  return result;
}

std::string NameIn(const std::string& output, const std::string& first_word) {
  if (output.find("clang") != std::string::npos) return "clang";
  if (output.find("Free Software Foundation") != std::string::npos) return "gcc";
  return first_word.empty() ? "unknown" : first_word;
}

}  // namespace

CompilerName ParseCompilerName(const std::string& output) {
  std::istringstream words(WithoutParentheses(output.substr(0, output.find('\n'))));
  std::string first;
  std::string version;
  for (std::string word; words >> word;) {
    if (first.empty()) first = word;
    word = word.substr(0, word.find('-'));  // a package's revision
    if (version.empty() && !word.empty() && IsVersion(word)) version = word;
  }
  return {NameIn(output, first), version.empty() ? "unknown" : version};
}

}  // namespace hypergauge::probes
