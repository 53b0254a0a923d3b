#include "cli/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Key Text(const std::string& text) {
  return {Key::kText, text};
}

TEST(KeyDecoderTest, LettersAndSequencesAreKeys) {
  KeyDecoder decoder;
  EXPECT_THAT(
      decoder.Take("q\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~\r\x7f"),
      ElementsAre(Text("q"), Key{Key::kUp}, Key{Key::kDown}, Key{Key::kPageUp}, Key{Key::kPageDown},
                  Key{Key::kHome}, Key{Key::kEnd}, Key{Key::kEnter}, Key{Key::kBackspace}));
}

TEST(KeyDecoderTest, ASequenceMayComeInPieces) {
  KeyDecoder decoder;
  EXPECT_THAT(decoder.Take("\x1b["), IsEmpty());
  EXPECT_THAT(decoder.Take("B"), ElementsAre(Key{Key::kDown}));
  EXPECT_THAT(decoder.Take("\xc3"), IsEmpty());
  EXPECT_THAT(decoder.Take("\xa4"), ElementsAre(Text("\u00e4")));
}

TEST(KeyDecoderTest, EscapeAloneIsAKey) {
  KeyDecoder decoder;
  EXPECT_THAT(decoder.Take("\x1b"), ElementsAre(Key{Key::kEscape}));
  EXPECT_THAT(decoder.Take("\x1bq"), ElementsAre(Key{Key::kEscape}, Text("q")));
}

TEST(KeyDecoderTest, WhatItDoesNotKnowIsPassedOver) {
  KeyDecoder decoder;
  EXPECT_THAT(decoder.Take("\x1b[1;5Ca\x1b[15~b\x01\xff"), ElementsAre(Text("a"), Text("b")));
  EXPECT_THAT(decoder.Take("\x1b[" + std::string(100, '1')), IsEmpty());
  EXPECT_THAT(decoder.Take("q"), ElementsAre(Text("q")));
}

}  // namespace
}  // namespace hypergauge::cli
