#include "probes/platform/facts/mount.h"

#include <gtest/gtest.h>

namespace hypergauge::probes::facts {
namespace {

TEST(FindMount, TakesTheDeepestThatHoldsThePath) {
  const std::string text =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 8:2 / /var rw shared:1 master:2 - xfs /dev/sda2 rw\n"
      "3 1 8:3 / /variable rw - xfs /dev/sda3 rw\n";
  EXPECT_EQ(FindMount(text, "/var/tmp")->device, "8:2");
  EXPECT_EQ(FindMount(text, "/var")->device, "8:2");
  EXPECT_EQ(FindMount(text, "/variable")->device, "8:3");
  EXPECT_EQ(FindMount(text, "/varia")->device, "8:1");
  EXPECT_EQ(FindMount(text, "/srv")->type, "ext4");
}

TEST(FindMount, TakesTheLastAtOnePoint) {
  const std::string text =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 0:40 / / rw - tmpfs none rw\n";
  EXPECT_EQ(FindMount(text, "/srv")->type, "tmpfs");
}

TEST(FindMount, ReadsBlanksInNames) {
  const auto mount =
      FindMount("1 0 8:1 / /my\\040disk rw - ext4 /dev/my\\134disk rw\n", "/my disk/work");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->source, "/dev/my\\disk");
}

TEST(FindMount, FindsNothingInNonsense) {
  for (const auto* text :
       {"", "\n\n", "1 0 8:1 / /", "- - - - - - - - -", "1 0 8:1 / / rw ext4 x y",
        "1 0 8:1 / relative rw - ext4 /dev/sda rw", "1 0 8:1 / / rw - ext4"}) {
    EXPECT_FALSE(FindMount(text, "/srv")) << text;
  }
}

TEST(PlainOptions, LeaveOutWhatNamesFoldersAndAddresses) {
  Mount mount;
  mount.options = "rw,relatime";
  mount.super_options =
      "rw,lowerdir=/var/lib/docker/overlay2/0123456789abcdef,vers=4.2,addr=192.0.2.7,size=64k,,"
      "an-option-that-is-longer-than-all-that-there-are";
  EXPECT_EQ(PlainOptions(mount), "rw,relatime,vers=4.2,size=64k");
}

}  // namespace
}  // namespace hypergauge::probes::facts
