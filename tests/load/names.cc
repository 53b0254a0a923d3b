#include "tests/load/names.h"

#include <array>
#include <cstdio>

namespace hypergauge::load {
namespace {

constexpr size_t kMostBytes = 253;
constexpr int kFirstGuest = 100'000;   // beyond all hosts
constexpr int kGuestsOfAHost = 1'000;  // beyond all guests of one

std::string Numbered(const char* format, int first, int second = 0) {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), format, first, second);
  return {text.data(), static_cast<size_t>(size)};
}

std::string Script(const std::string& before, const std::string& after) {
  return before + "window." + kCanary + "=1" + after;
}

// One of each way that a careless page, terminal or query falls over.
const std::array<std::string, 9>& Patterns() {
  static const std::array<std::string, 9> kPatterns = {
      Script("<script>", "</script>"),
      Script("\"><img src=x onerror=", ">"),
      Script("' autofocus onfocus='", ""),
      "\u202eevil\u202c \u2066isolated\u2069",
      "\U0001F680\U0001F9EA node \U0001F468\u200D\U0001F469\u200D\U0001F467",
      "../../etc?x=1&node=all#frag %2f%00",
      "{{7*7}} ${7*7} $node \\\"quoted\\\" 'single'",
      "a very long name ",
      Script("javascript:", "//"),
  };
  return kPatterns;
}

std::string Hostile(int number) {
  const auto& patterns = Patterns();
  std::string name = patterns[static_cast<size_t>(number) % patterns.size()];
  const std::string suffix = " " + std::to_string(number);
  if (name.starts_with("a very long")) {
    while (name.size() + suffix.size() < kMostBytes) name += "w";
  }
  return name + suffix;
}

}  // namespace

std::string HostName(int host, bool hostile) {
  return hostile ? Hostile(host) : Numbered("hv-%03d", host + 1);
}

std::string GuestName(int host, int guest, bool hostile) {
  if (!hostile) return Numbered("hv-%03d-guest-%d", host + 1, guest + 1);
  return Hostile(kFirstGuest + host * kGuestsOfAHost + guest);
}

std::string HostileText(size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) {
    text += Patterns()[i % Patterns().size()];
    text += "\n";
  }
  text.resize(bytes);
  // Not in the middle of a character.
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
  return text;
}

}  // namespace hypergauge::load
