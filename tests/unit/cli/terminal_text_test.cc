#include "cli/terminal_text.h"

#include <gtest/gtest.h>

#include "base/table.h"

namespace hypergauge::cli {
namespace {

TEST(TerminalTextTest, WhatATerminalCouldObeyIsItsNumber) {
  EXPECT_EQ(TerminalText("plain \u00e4 \u4e2d"), "plain \u00e4 \u4e2d");
  EXPECT_EQ(TerminalText("a\x1b]0;x\x07\n\t\x7f"), "a\\x1b]0;x\\x07\\x0a\\x09\\x7f");
  EXPECT_EQ(TerminalText("\u009b31m"), "\\u009b31m");  // a CSI of one character
  EXPECT_EQ(TerminalText(std::string("\0", 1)), "\\x00");
}

TEST(TerminalTextTest, WhatTurnsOrHidesTextIsItsNumber) {
  EXPECT_EQ(TerminalText("\u202eabc\u2066\u200f\u200b\ufeff"),
            "\\u202eabc\\u2066\\u200f\\u200b\\ufeff");
  EXPECT_EQ(TerminalText("\U000e0041"), "\\ue0041");
}

TEST(TerminalTextTest, BytesThatAreNoUtf8AreTheirNumber) {
  EXPECT_EQ(TerminalText("\xff\xc3(\xe4\xb8"), "\\xff\\xc3(\\xe4\\xb8");
  EXPECT_EQ(TerminalText("\xc3\xa4\x80"), "\\xc3\\xa4\\x80");  // one too many
}

TEST(TerminalTextTest, OfLinesTheBreaksStay) {
  EXPECT_EQ(TerminalLines("a\x1b\nb\n"), "a\\x1b\nb\n");
  EXPECT_EQ(TerminalLines("a"), "a");
  EXPECT_EQ(TerminalLines(""), "");
}

TEST(ClippedTest, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(Clipped("guest7", 6), "guest7");
  EXPECT_EQ(Clipped("guest7", 5), "gues~");
  EXPECT_EQ(Clipped("\u00e4\u00f6\u00fc", 2), "\u00e4~");
  EXPECT_EQ(Clipped("\u4e2d\u6587\u5b57", 4), "\u4e2d~");  // each is two columns wide
  EXPECT_EQ(Clipped("guest7", 0), "");
}

TEST(FittedTest, HasExactlySoManyColumns) {
  EXPECT_EQ(Fitted("ab", 4), "ab  ");
  EXPECT_EQ(Fitted("ab", 4, true), "  ab");
  EXPECT_EQ(Fitted("\u4e2d\u6587", 5), "\u4e2d\u6587 ");
  for (size_t columns = 0; columns < 12; ++columns) {
    EXPECT_EQ(DisplayWidth(Fitted("a\u4e2d\u0301b\U0001f600cdefg", columns)), columns);
  }
}

}  // namespace
}  // namespace hypergauge::cli
