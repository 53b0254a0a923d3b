#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hypergauge {

/// How to write to a file descriptor that people may look at.
struct Terminal {
  bool is_terminal = false;
  bool colours = false;
  bool utf8 = false;
  int width = 80;   ///< columns
  int height = 24;  ///< lines
};

/// The value of an environment variable; null where it is not set.
using EnvironmentVariable = std::function<const char*(const char* name)>;

/// Colours are wanted on a terminal, but not where NO_COLOR is set to something (no-color.org) or
/// TERM is "dumb". UTF-8 is what the first of LC_ALL, LC_CTYPE and LANG that is set says.
[[nodiscard]] Terminal DescribeTerminal(int fd, const EnvironmentVariable& environment);

enum class Colour { kGreen, kYellow, kRed, kDim };

/// The text between the terminal's sequences for the colour and back.
[[nodiscard]] std::string Coloured(std::string_view text, Colour colour);

}  // namespace hypergauge
