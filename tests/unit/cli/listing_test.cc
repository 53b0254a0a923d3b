#include "cli/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Listing SomeListing() {
  Listing listing({{"NODE", "node"}, {"FIGURE", "value", true}, {"", "unit"}, {"NOTE"}},
                  "no nodes");
  listing.AddRow({"a", NumberCell("2.13 ms", 0.00213), "seconds", "seen"}, Colour::kRed);
  listing.AddRow({"guest7", NumberCell("12.0 ms", 0.012), "seconds", "x"});
  return listing;
}

TEST(ListingTest, PeopleAndProgramsSeeTheirOwnColumnsAndForms) {
  EXPECT_EQ(SomeListing().TableText(),
            "NODE     FIGURE  NOTE\n"
            "a       2.13 ms  seen\n"
            "guest7  12.0 ms  x\n");
  EXPECT_EQ(SomeListing().CsvText(),
            "node,value,unit\r\n"
            "a,0.00213,seconds\r\n"
            "guest7,0.012,seconds\r\n");
}

TEST(ListingTest, RowsHaveTheirColourOnTerminals) {
  EXPECT_THAT(SomeListing().TableText(true), HasSubstr("\n\x1b[31ma       2.13 ms  seen\x1b[0m\n"));
  EXPECT_THAT(SomeListing().TableText(true), HasSubstr("\nguest7  12.0 ms  x\n"));
}

TEST(ListingTest, WithoutRowsTheTableIsASentenceAndTheCsvItsNames) {
  const Listing listing({{"NODE", "node"}}, "no nodes");
  EXPECT_EQ(listing.TableText(true), "no nodes\n");
  EXPECT_EQ(listing.CsvText(), "node\r\n");
}

TEST(ListingTest, HostileTextStaysInItsCell) {
  Listing listing({{"NODE", "node"}, {"HOST", "host"}}, "");
  const std::string name = "a\n\x1b[31m\"b\",\u202ec\xff";
  listing.AddRow({name, "h"});
  listing.AddRow({std::string(10'000, 'n'), "h"});
  const auto table = listing.TableText();
  EXPECT_THAT(table, HasSubstr("a\\x0a\\x1b[31m\"b\",\\u202ec\\xff "));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_THAT(table, HasSubstr("nnn~  h\n"));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 3);
  // RFC 4180: quotes are doubled, all bytes are kept.
  EXPECT_THAT(listing.CsvText(), HasSubstr("\"a\n\x1b[31m\"\"b\"\",\u202ec\xff\",h\r\n"));
}

TEST(CsvRecordTest, OnlyWhatNeedsQuotesHasThem) {
  EXPECT_EQ(CsvRecord({"a b", "", "=1+1", "c,d", "e\"f", "g\rh"}),
            "a b,,=1+1,\"c,d\",\"e\"\"f\",\"g\rh\"\r\n");
}

TEST(CellTest, MissingTextAndMomentsAreNothingForPrograms) {
  EXPECT_EQ(OptionalCell("").shown, "-");
  EXPECT_EQ(OptionalCell("").raw, "");
  EXPECT_EQ(MomentCell(0).shown, "-");
  EXPECT_EQ(MomentCell(0).raw, "");
  EXPECT_EQ(MomentCell(1'700'000'000'120'000'000).shown, "2023-11-14T22:13:20Z");
  EXPECT_EQ(MomentCell(1'700'000'000'120'000'000).raw, "2023-11-14T22:13:20.12Z");
}

}  // namespace
}  // namespace hypergauge::cli
