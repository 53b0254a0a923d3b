#include "probes/agent/surroundings.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::seconds;
using testing::TempDir;

class StillClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override { return now; }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return now; }
  std::chrono::nanoseconds now{seconds(1000)};
};

TEST(Surroundings, ReadAgainWhatIsTooOld) {
  const TempDir root;
  StillClock clock;
  root.Write("proc/sys/kernel/osrelease", "6.1.0\n");
  Surroundings surroundings(root.path(), "/", {}, seconds(60), clock);
  const auto first = surroundings.Digest();
  EXPECT_EQ(first.size(), 64U);
  root.Write("proc/sys/kernel/osrelease", "6.2.0\n");
  clock.now += seconds(60);
  EXPECT_EQ(surroundings.Digest(), first);
  clock.now += seconds(1);
  const auto second = surroundings.Digest();
  EXPECT_NE(second, first);
  root.Write("proc/sys/kernel/osrelease", "6.3.0\n");
  const auto third = surroundings.Read();
  EXPECT_EQ(third.kernel_release(), "6.3.0");
  EXPECT_EQ(surroundings.Digest(), third.digest());
}

TEST(Surroundings, DependOnThePlatform) {
  const TempDir root;
  v1::Platform kvm;
  kvm.set_name("kvm");
  EXPECT_NE(Surroundings(root.path(), "/", {}, seconds(60)).Digest(),
            Surroundings(root.path(), "/", kvm, seconds(60)).Digest());
}

}  // namespace
}  // namespace hypergauge::probes
