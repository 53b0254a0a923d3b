#include "probes/platform/facts/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/platform/facts/device.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes::facts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempDir;

TEST(ParseList, ReadsWhatTheKernelWrites) {
  EXPECT_THAT(ParseList("0-2,8\n").value(), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(ParseList("3,1,1-2").value(), ElementsAre(1, 2, 3));
  EXPECT_THAT(ParseList("").value(), IsEmpty());
}

TEST(ParseList, RefusesNonsense) {
  for (const auto* list : {"a", "1-", "-1", "3-1", "0-65536", "99999999999999999999", "1 2"}) {
    EXPECT_FALSE(ParseList(list)) << list;
  }
}

TEST(Bracketed, NeedsBothBrackets) {
  EXPECT_EQ(Bracketed("always [madvise] never"), "madvise");
  EXPECT_EQ(Bracketed("always madvise"), "");
  EXPECT_EQ(Bracketed("always [madvise"), "");
  EXPECT_EQ(Bracketed("] [x"), "");
}

TEST(CpuField, IsOfTheFirstCpu) {
  const TempDir root;
  EXPECT_EQ(CpuField(Rooted(root.path()), "flags"), "");
  root.Write("proc/cpuinfo", "model\t: 6\nmodel name\t: Xeon\nflags\t:\n\nmodel name\t: other\n");
  EXPECT_EQ(CpuField(Rooted(root.path()), "model name"), "Xeon");
  EXPECT_EQ(CpuField(Rooted(root.path()), "model"), "6");
  EXPECT_EQ(CpuField(Rooted(root.path()), "flags"), "");
}

std::optional<uint64_t> NumberIn(const std::string& content) {
  const TempDir folder;
  folder.Write("a", content);
  return ReadNumber(Rooted(folder.path()) / "a");
}

TEST(ReadNumber, TakesNothingButANumber) {
  EXPECT_EQ(NumberIn("42\n"), 42U);
  EXPECT_FALSE(NumberIn("42 kB\n"));
  EXPECT_FALSE(NumberIn("-1\n"));
  EXPECT_FALSE(NumberIn("18446744073709551616\n"));
}

TEST(Resolved, StaysBelowTheRoot) {
  const TempDir folder;
  const TempDir other;
  folder.Write("sys/a/file", "");
  const Rooted sys = Rooted(folder.path()) / "sys";
  std::filesystem::create_directory_symlink("a", folder.path() / "sys/inside");
  std::filesystem::create_directory_symlink(other.path(), folder.path() / "sys/outside");
  std::filesystem::create_directory_symlink("loop", folder.path() / "sys/loop");
  EXPECT_EQ(Resolved(sys / "inside").filename(), "a");
  EXPECT_TRUE(Resolved(sys / "outside").empty());
  EXPECT_TRUE(Resolved(sys / "loop").empty());
  EXPECT_EQ(Resolved(Rooted("/") / "proc").below(), "proc");
}

TEST(JoinDistinct, SortsAndLeavesOutWhatIsEmpty) {
  EXPECT_EQ(JoinDistinct({"b", "", "a", "b"}), "a, b");
  EXPECT_EQ(JoinDistinct({}), "");
}

TEST(KindOf, DependsOnWhoRunsTheMachine) {
  EXPECT_EQ(KindOf("e1000", "", true), "emulated");
  EXPECT_EQ(KindOf("e1000", "", false), "physical");
  EXPECT_EQ(KindOf("virtio_net", "", false), "paravirtual");
  EXPECT_EQ(KindOf("nvme", "QEMU NVMe Ctrl", true), "emulated");
  EXPECT_EQ(KindOf("nvme", "Samsung SSD 980", true), "passthrough");
}

}  // namespace
}  // namespace hypergauge::probes::facts
