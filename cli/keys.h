#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What a terminal sends when keys are pressed.
namespace hypergauge::cli {

struct Key {
  enum Kind { kText, kEscape, kEnter, kBackspace, kUp, kDown, kPageUp, kPageDown, kHome, kEnd };
  Kind kind = kText;
  std::string text = {};  ///< of kText: one character as UTF-8

  bool operator==(const Key&) const = default;
};

/// Keys of bytes as they come. Sequences that it does not know are passed over.
class KeyDecoder {
 public:
  /// A sequence that has only begun is kept for the next time; an ESC at the very end is the key.
  [[nodiscard]] std::vector<Key> Take(std::string_view bytes);

 private:
  std::string rest_;
};

}  // namespace hypergauge::cli
