#include <algorithm>
#include <map>

#include "cli/top_view.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kLongestFilter = 64;  // bytes

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

void DropLastCharacter(std::string& text) {
  while (!text.empty() && IsContinuation(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
}

void EditFilter(const Key& key, TopChoices& choices) {
  switch (key.kind) {
    case Key::kText:
      if (choices.filter.size() < kLongestFilter) choices.filter += key.text;
      break;
    case Key::kBackspace:
      DropLastCharacter(choices.filter);
      break;
    case Key::kEscape:
      choices.filter.clear();
      choices.editing_filter = false;
      break;
    case Key::kEnter:
      choices.editing_filter = false;
      break;
    default:
      break;
  }
  choices.first_node = 0;
}

void PressLetter(const std::string& letter, TopChoices& choices) {
  static const std::map<std::string, TopSort> kSorts = {{"o", TopSort::kOverhead},
                                                        {"n", TopSort::kName},
                                                        {"p", TopSort::kPlatform},
                                                        {"s", TopSort::kState},
                                                        {"l", TopSort::kLastSeen}};
  if (const auto sort = kSorts.find(letter); sort != kSorts.end()) {
    choices.sort = sort->second;
    choices.reverse = false;
    choices.first_node = 0;
  } else if (letter == "r") {
    choices.reverse = !choices.reverse;
  } else if (letter == "/") {
    choices.editing_filter = true;
  } else if (letter == " ") {
    choices.paused = !choices.paused;
  } else if (letter == "h" || letter == "?") {
    choices.help = true;
  } else if (letter == "k" || letter == "j") {
    Press({letter == "k" ? Key::kUp : Key::kDown}, 1, choices);
  } else if (letter == "q" || letter == "Q") {
    choices.quit = true;
  }
}

}  // namespace

void Press(const Key& key, size_t page, TopChoices& choices) {
  if (choices.help) {  // any key ends it
    choices.help = false;
    choices.quit = key.kind == Key::kText && key.text == "q";
    return;
  }
  if (choices.editing_filter) return EditFilter(key, choices);
  auto& first = choices.first_node;
  const size_t whole_page = std::max<size_t>(page, 1);
  switch (key.kind) {
    case Key::kText:
      return PressLetter(key.text, choices);
    case Key::kUp:
      first -= std::min<size_t>(first, 1);
      break;
    case Key::kDown:
      ++first;
      break;
    case Key::kPageUp:
      first -= std::min(first, whole_page);
      break;
    case Key::kPageDown:
      first += whole_page;
      break;
    case Key::kHome:
      first = 0;
      break;
    case Key::kEnd:
      first = SIZE_MAX / 2;
      break;
    case Key::kEscape:
      choices.filter.clear();
      break;
    default:
      break;
  }
}

}  // namespace hypergauge::cli
