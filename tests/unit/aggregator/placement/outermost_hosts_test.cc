#include "aggregator/placement/outermost_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Node NodeOn(const std::string& label, const std::string& host) {
  v1::Node node;
  node.set_label(label);
  node.mutable_placement()->set_host(host);
  return node;
}

TEST(OutermostHostsTest, AGuestThatHostsContainersIsNone) {
  EXPECT_THAT(OutermostHosts({NodeOn("box1", "vm"), NodeOn("box2", "vm"), NodeOn("vm", "metal"),
                              NodeOn("metal", ""), NodeOn("alone", "")}),
              ElementsAre("alone", "metal"));
}

TEST(OutermostHostsTest, AHostWithoutAProbeIsOne) {
  EXPECT_THAT(OutermostHosts({NodeOn("vm", "metal")}), ElementsAre("metal"));
  EXPECT_THAT(OutermostHosts({}), IsEmpty());
}

TEST(OutermostHostsTest, ACircleEnds) {
  EXPECT_FALSE(OutermostHosts({NodeOn("a", "b"), NodeOn("b", "a")}).empty());
}

}  // namespace
}  // namespace hypergauge::aggregator
