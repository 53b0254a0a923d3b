#include "program/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>

#include <map>

#include "probes/unique_fd.h"

namespace hypergauge {
namespace {

using probes::UniqueFd;

class TerminalTest : public ::testing::Test {
 protected:
  TerminalTest() {
    int main_side = -1;
    int program_side = -1;
    winsize size{.ws_row = 25, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
    if (openpty(&main_side, &program_side, nullptr, nullptr, &size) == 0) {
      main_ = UniqueFd(main_side);
      program_ = UniqueFd(program_side);
    }
  }

  [[nodiscard]] Terminal Describe(int fd) const {
    return DescribeTerminal(fd, [this](const char* name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? nullptr : found->second;
    });
  }

  UniqueFd main_;
  UniqueFd program_;
  std::map<std::string, const char*> variables_;
};

TEST_F(TerminalTest, IsColouredAndAsWideAsItSays) {
  ASSERT_TRUE(program_.valid());
  const auto terminal = Describe(program_.get());
  EXPECT_TRUE(terminal.is_terminal);
  EXPECT_TRUE(terminal.colours);
  EXPECT_EQ(terminal.width, 132);
  EXPECT_EQ(terminal.height, 25);
}

TEST_F(TerminalTest, HonoursNoColorAndDumbTerminals) {
  variables_["NO_COLOR"] = "1";
  EXPECT_FALSE(Describe(program_.get()).colours);
  variables_["NO_COLOR"] = "";  // no-color.org: "when present and not an empty string"
  EXPECT_TRUE(Describe(program_.get()).colours);
  variables_["TERM"] = "dumb";
  EXPECT_FALSE(Describe(program_.get()).colours);
}

TEST_F(TerminalTest, IsNoneWhereAFileIsWritten) {
  const UniqueFd file(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const auto terminal = Describe(file.get());
  EXPECT_FALSE(terminal.is_terminal);
  EXPECT_FALSE(terminal.colours);
}

TEST_F(TerminalTest, ReadsTheEncodingFromTheFirstVariableThatIsSet) {
  EXPECT_FALSE(Describe(program_.get()).utf8);
  variables_["LANG"] = "de_DE.UTF-8";
  EXPECT_TRUE(Describe(program_.get()).utf8);
  variables_["LC_CTYPE"] = "C.utf8";
  EXPECT_TRUE(Describe(program_.get()).utf8);
  variables_["LC_ALL"] = "C";
  EXPECT_FALSE(Describe(program_.get()).utf8);
  variables_["LC_ALL"] = "";
  EXPECT_TRUE(Describe(program_.get()).utf8);
}

}  // namespace
}  // namespace hypergauge
