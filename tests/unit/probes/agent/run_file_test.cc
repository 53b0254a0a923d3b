#include "probes/agent/run_file.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

v1::Run SomeRun() {
  v1::Run run;
  run.set_benchmark("null");
  run.mutable_id()->set_sequence(7);
  run.add_measures()->add_samples(1.25);
  return run;
}

TEST(RunFile, GivesBackWhatWasWritten) {
  const auto run = DecodeRunFile(EncodeRunFile(SomeRun()).value());
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->SerializeAsString(), SomeRun().SerializeAsString());
}

TEST(RunFile, NoticesTruncationAtEveryByte) {
  const std::string bytes = EncodeRunFile(SomeRun()).value();
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto run = DecodeRunFile(std::string_view(bytes).substr(0, length));
    ASSERT_FALSE(run) << length;
    EXPECT_EQ(run.error().code, ErrorCode::kCorrupt);
  }
}

TEST(RunFile, NoticesEveryFlippedBit) {
  const std::string bytes = EncodeRunFile(SomeRun()).value();
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << bit));
      EXPECT_FALSE(DecodeRunFile(damaged)) << at << ", bit " << bit;
    }
  }
}

TEST(RunFile, NoticesSurplusBytes) {
  EXPECT_FALSE(DecodeRunFile(EncodeRunFile(SomeRun()).value() + "x"));
}

TEST(RunFile, HasANameThatSortsAsItsNumber) {
  EXPECT_EQ(RunFileName(17), "00000000000000000017.run");
  EXPECT_EQ(RunFileName(UINT64_MAX), "18446744073709551615.run");
  EXPECT_EQ(SequenceOf(RunFileName(17)), 17U);
  EXPECT_EQ(SequenceOf(RunFileName(UINT64_MAX)), UINT64_MAX);
}

TEST(RunFile, KnowsOtherNames) {
  for (const char* name :
       {"", ".run", "17.run", "00000000000000000017.run.tmp", "0000000000000000001x.run",
        "00000000000000000000.run", "99999999999999999999.run", "000000000000000000017.run"}) {
    EXPECT_EQ(SequenceOf(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace hypergauge::probes
