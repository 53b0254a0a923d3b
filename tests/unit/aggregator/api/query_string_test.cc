#include "aggregator/api/query_string.h"

#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using Parameters = std::map<std::string, std::vector<std::string>>;

TEST(QueryStringTest, NamesAndValuesAreDecoded) {
  EXPECT_EQ(ParseQueryString("").value(), Parameters());
  EXPECT_EQ(ParseQueryString("node=a&node=b%20c+d&flag&&x=1=2").value(),
            (Parameters{{"node", {"a", "b c d"}}, {"flag", {""}}, {"x", {"1=2"}}}));
  EXPECT_EQ(ParseQueryString("%6eode=%C3%A4").value(), (Parameters{{"node", {"\xc3\xa4"}}}));
}

TEST(QueryStringTest, WhatIsBrokenIsRefused) {
  for (const char* query : {"a=%", "a=%1", "a=%zz", "a=%+1", "%", "a=%ff", "a=%c3"}) {
    EXPECT_EQ(ParseQueryString(query).error().code, ErrorCode::kInvalidArgument) << query;
  }
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "a&";
  EXPECT_FALSE(ParseQueryString(many).has_value());
}

}  // namespace
}  // namespace hypergauge::aggregator
