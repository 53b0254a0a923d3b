#include "base/table.h"

#include <gtest/gtest.h>

namespace hypergauge {
namespace {

TEST(DisplayWidthTest, WideCharactersTakeTwoColumnsAndMarksNone) {
  EXPECT_EQ(DisplayWidth("\u4e2d\u6587"), 4U);
  EXPECT_EQ(DisplayWidth("\U0001f680 go"), 5U);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1U);
  EXPECT_EQ(DisplayWidth("\u2588\u2591\u28ff\u2502\u00b5"), 5U);
  EXPECT_EQ(DisplayWidth("\xff\xfe"), 2U);
}

TEST(TableTest, ColumnsStandUnderTheirTitlesWhateverTheScript) {
  Table table({{"NODE"}, {"RATIO", true}});
  table.AddRow({"\u4e2d\u6587", "1.10"});
  table.AddRow({"a", "12"});
  EXPECT_EQ(table.Text(),
            "NODE  RATIO\n"
            "\u4e2d\u6587   1.10\n"
            "a        12\n");
}

}  // namespace
}  // namespace hypergauge
