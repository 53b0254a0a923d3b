#include "base/printable.h"

#include <gtest/gtest.h>

namespace hypergauge {
namespace {

TEST(Printable, KeepsTextAsItIs) {
  EXPECT_EQ(Printable("12.5 µs – fine"), "12.5 µs – fine");
}

TEST(Printable, TurnsControlCharactersIntoSpacesAndTrims) {
  EXPECT_EQ(Printable(" \n one\ttwo\r\n"), "one two");
  EXPECT_EQ(Printable(std::string_view("a\0b\x7f", 4)), "a b");
}

TEST(Printable, TurnsWhatSomeTerminalsObeyLikeEscapesIntoSpaces) {
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "31mb"),
            "a  31mb");
  EXPECT_EQ(Printable("\xc2\xa0"), "\xc2\xa0");
}

TEST(Printable, ControlCharactersAreFound) {
  for (const char* text : {"a\nb", "\x1b[31m", "\x7f", "a\xc2\x85"}) {
    EXPECT_TRUE(HasControlCharacters(text)) << text;
  }
  EXPECT_TRUE(HasControlCharacters(std::string_view("\0", 1)));
  EXPECT_FALSE(HasControlCharacters("12.5 µs – fine\xc2"));
}

TEST(Printable, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(Printable("caf\xe9"), "caf?");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(Printable("aµµ", 4), "aµ");
  EXPECT_EQ(Printable("aµµ", 5), "aµµ");
}

TEST(Printable, MakesNothingOfNothing) {
  EXPECT_EQ(Printable(""), "");
  EXPECT_EQ(Printable(" \n\t"), "");
}

}  // namespace
}  // namespace hypergauge
