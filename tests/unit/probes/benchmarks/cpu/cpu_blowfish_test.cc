#include <gtest/gtest.h>

#include "probes/benchmarks/cpu/blowfish.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

struct Vector {
  uint64_t key;
  uint64_t text;
  uint64_t cipher;
};

// From Schneier's own list, https://www.schneier.com/code/vectors.txt.
constexpr Vector kVectors[] = {{0x0000000000000000, 0x0000000000000000, 0x4EF997456198DD78},
                               {0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0x51866FD5B85ECB8A},
                               {0x3000000000000000, 0x1000000000000001, 0x7D856F9A613063F2},
                               {0x0123456789ABCDEF, 0x1111111111111111, 0x61F9C3802281B096}};

TEST(Blowfish, GivesTheKnownAnswersAndBack) {
  const auto tables = MakeBlowfishTables();
  for (const auto& vector : kVectors) {
    std::array<uint8_t, 8> key{};
    for (size_t i = 0; i < key.size(); ++i) {
      key[i] = static_cast<uint8_t>(vector.key >> (56 - 8 * i));
    }
    const Blowfish cipher(tables, key);
    const BlowfishBlock text{.left = static_cast<uint32_t>(vector.text >> 32),
                             .right = static_cast<uint32_t>(vector.text)};
    auto block = text;
    cipher.Encrypt(block);
    EXPECT_EQ((uint64_t{block.left} << 32) | block.right, vector.cipher);
    cipher.Decrypt(block);
    EXPECT_EQ(block, text);
  }
}

TEST(Blowfish, FailsItsCheckWithOneWrongBitInAnyTable) {
  const auto tables = MakeBlowfishTables();
  EXPECT_TRUE(CheckBlowfish(tables));
  for (auto wrong : {tables, tables}) {
    wrong.round_keys[17] ^= 1;
    const auto checked = CheckBlowfish(wrong);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
    EXPECT_NE(checked.error().message.find("instead of 4EF99745 6198DD78"), std::string::npos);
  }
  for (size_t box = 0; box < 4; ++box) {
    auto wrong = tables;
    for (auto& word : wrong.boxes[box]) word ^= 1;
    EXPECT_FALSE(CheckBlowfish(wrong)) << box;
  }
}

TEST(Blowfish, FailsWhenRoundsWereLeftOutOrABlockWasLost) {
  const auto tables = MakeBlowfishTables();
  const std::array<uint8_t, 3> key{1, 2, 3};
  const uint64_t one_round = RunBlowfish(tables, key, 1).ciphers;
  auto work = RunBlowfish(tables, key, 4) + RunBlowfish(tables, key, 3);
  EXPECT_TRUE(CheckBlowfishWork(work, 7, one_round));
  EXPECT_FALSE(CheckBlowfishWork(work, 8, one_round));
  EXPECT_FALSE(CheckBlowfishWork({}, 7, one_round));
  work.lost = 2;
  const auto checked = CheckBlowfishWork(work, 7, one_round);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(checked.error().message, "BEBACAFE DEADBEEF did not survive 2 of 7 round trips");
}

TEST(CpuBlowfish, RunsOnOneThreadInTheLightSuite) {
  auto context = QuickContext(10);
  context.threads = 2;
  const auto outcome = RunQuickly("cpu_blowfish", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_EQ(context.report.threads, 1);
}

TEST(CpuBlowfish, SharesTheRoundsAmongAllThreadsInThePilotSuite) {
  auto context = QuickContext(7);
  context.suite = Suite::kPilot;
  context.threads = 3;
  const auto outcome = RunQuickly("cpu_blowfish", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.threads, 3);
}

TEST(CpuBlowfish, UsesEveryAllowedCpuUnlessTold) {
  auto context = QuickContext(7);
  context.suite = Suite::kStandard;
  const auto outcome = RunQuickly("cpu_blowfish", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.threads, AllowedCpuCount());
}

TEST(CpuBlowfish, StopsInsideABatch) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(int64_t{1} << 40);
  context.stop = &stop;
  const auto sampled = SampleOnce("cpu_blowfish", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
