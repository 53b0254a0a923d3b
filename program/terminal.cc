#include "program/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace hypergauge {
namespace {

std::string ValueOf(const EnvironmentVariable& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

// "en_US.UTF-8", "C.utf8".
bool IsUtf8Locale(const EnvironmentVariable& environment) {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    locale = ValueOf(environment, name);
    if (!locale.empty()) break;
  }
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

const char* SequenceOf(Colour colour) {
  switch (colour) {
    case Colour::kGreen:
      return "\x1b[32m";
    case Colour::kYellow:
      return "\x1b[33m";
    case Colour::kRed:
      return "\x1b[31m";
    case Colour::kDim:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

Terminal DescribeTerminal(int fd, const EnvironmentVariable& environment) {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) == 1;
  terminal.utf8 = IsUtf8Locale(environment);
  terminal.colours = terminal.is_terminal && ValueOf(environment, "NO_COLOR").empty() &&
                     ValueOf(environment, "TERM") != "dumb";
  winsize size{};
  if (terminal.is_terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
    if (size.ws_row > 0) terminal.height = size.ws_row;
  }
  return terminal;
}

std::string Coloured(std::string_view text, Colour colour) {
  return SequenceOf(colour) + std::string(text) + "\x1b[0m";
}

}  // namespace hypergauge
