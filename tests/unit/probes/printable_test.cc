#include "probes/printable.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(Printable, KeepsTextAsItIs) {
  EXPECT_EQ(Printable("12.5 µs – fine"), "12.5 µs – fine");
}

TEST(Printable, TurnsControlCharactersIntoSpacesAndTrims) {
  EXPECT_EQ(Printable(" \n one\ttwo\r\n"), "one two");
  EXPECT_EQ(Printable(std::string_view("a\0b\x7f", 4)), "a b");
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
}  // namespace hypergauge::probes
