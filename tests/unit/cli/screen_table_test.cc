#include "cli/screen_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/table.h"

namespace hypergauge::cli {
namespace {

using ::testing::ElementsAre;

const std::vector<ScreenColumn> kColumns = {
    {"NODE", 6}, {"RATIO", 5, true}, {"HOST", 4, false, 2}, {"SEEN", 4, true, 1}};
const std::vector<std::vector<std::string>> kRows = {{"guest-with-a-name", "1.100", "host1", "3s"}};

TEST(FitTableTest, WhereThereIsRoomColumnsAreAsWideAsTheirCells) {
  EXPECT_THAT(FitTable(kColumns, kRows, 80), ElementsAre("NODE               RATIO  HOST   SEEN",
                                                         "guest-with-a-name  1.100  host1    3s"));
}

TEST(FitTableTest, TheWidestIsNarrowedFirst) {
  EXPECT_THAT(FitTable(kColumns, kRows, 30),
              ElementsAre("NODE        RATIO  HOST   SEEN", "guest-wit~  1.100  host1    3s"));
}

TEST(FitTableTest, WhereAllIsNeededTheLeastImportantGoesFirst) {
  EXPECT_THAT(FitTable(kColumns, kRows, 20),
              ElementsAre("NODE     RATIO  SEEN", "guest-~  1.100    3s"));
  EXPECT_THAT(FitTable(kColumns, kRows, 14), ElementsAre("NODE     RATIO", "guest-~  1.100"));
}

TEST(FitTableTest, NoLineIsEverWider) {
  for (size_t width = 0; width < 60; ++width) {
    for (const auto& line : FitTable(kColumns, kRows, width)) {
      EXPECT_LE(DisplayWidth(line), width);
    }
  }
}

}  // namespace
}  // namespace hypergauge::cli
