#include "probes/benchmarks/kernel/ping_pong.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/switches.h"

namespace hypergauge::probes {
namespace {

// Answers like the real one, but `wrong` in place of the answer to the 100th byte.
void AnswerWrongly(int in, int out, uint8_t wrong) {
  uint8_t got = 0;
  for (int i = 1; read(in, &got, 1) == 1; ++i) {
    const uint8_t answer = i == 100 ? wrong : AnswerTo(got);
    if (write(out, &answer, 1) != 1) return;
  }
}

Result<PingPong> StartOnAnyCpu(const PingPong::Answerer& answer = AnswerInSequence) {
  return PingPong::Start(AllowedCpus()->back(), answer);
}

TEST(PingPong, GoesOnWhenTheSequenceStartsAgain) {
  auto game = StartOnAnyCpu();
  ASSERT_TRUE(game) << game.error().message;
  EXPECT_TRUE(game->RoundTrips(200));
  EXPECT_TRUE(game->RoundTrips(400));
}

TEST(PingPong, RefusesAByteOutOfSequenceOrItsOwn) {
  for (const uint8_t wrong : {AnswerTo(98), AnswerTo(100), uint8_t{99}}) {
    auto game = StartOnAnyCpu([=](int in, int out) { AnswerWrongly(in, out, wrong); });
    ASSERT_TRUE(game);
    EXPECT_TRUE(game->RoundTrips(99));
    const auto refused = game->RoundTrips(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kWrongAnswer);
    EXPECT_EQ(refused.error().message, "byte 99 was answered by " + std::to_string(wrong) +
                                           " instead of " + std::to_string(AnswerTo(99)));
  }
}

TEST(PingPong, NoticesThatTheOtherProcessEnded) {
  auto game = StartOnAnyCpu([](int in, int /*out*/) {
    uint8_t got = 0;
    (void)!read(in, &got, 1);
  });
  ASSERT_TRUE(game);
  const auto ended = game->RoundTrips(1);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(ended.error().message, "the other process ended before it answered byte 0");
}

TEST(PingPong, TheOtherProcessEndsAtALostByte) {
  int there[2];
  int back[2];
  ASSERT_EQ(pipe(there) + pipe(back), 0);
  const uint8_t bytes[] = {0, 1, 3};  // 2 was lost
  ASSERT_EQ(write(there[1], bytes, sizeof bytes), 3);
  AnswerInSequence(there[0], back[1]);  // returns without the end of the pipe
  uint8_t answers[3] = {};
  EXPECT_EQ(read(back[0], answers, sizeof answers), 2);
  EXPECT_EQ(answers[1], AnswerTo(1));
  for (const int descriptor : {there[0], there[1], back[0], back[1]}) close(descriptor);
}

TEST(PingPong, CannotStartOnACpuThatDoesNotExist) {
  const auto game = PingPong::Start(100'000);
  ASSERT_FALSE(game);
  EXPECT_EQ(game.error().message, "sched_setaffinity to CPU 100000: Invalid argument");
}

TEST(Switches, HappenInEveryRoundTripOnOneCpu) {
  const auto pinned = ScopedAffinity::ToCurrentCpu();
  ASSERT_TRUE(pinned);
  auto game = StartOnAnyCpu();
  ASSERT_TRUE(game);
  const int64_t before = SwitchesOfThisThread();
  ASSERT_TRUE(game->RoundTrips(50));
  EXPECT_GE(SwitchesOfThisThread() - before, 50);
}

TEST(Switches, ThatAreMissingFailTheRun) {
  EXPECT_TRUE(CheckSwitches(1000, 1000));
  EXPECT_TRUE(CheckSwitches(1001, 1000));
  const auto missing = CheckSwitches(999, 1000);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(missing.error().message,
            "1000 round trips took only 999 switches: the processes were not on one CPU");
}

}  // namespace
}  // namespace hypergauge::probes
