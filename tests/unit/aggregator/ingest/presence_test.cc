#include "aggregator/ingest/presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PresenceTest : public ::testing::Test {
 protected:
  uint64_t Ask() {
    return questions_.Ask([this](bool there) { answers_.push_back(there); });
  }

  PresenceQuestions questions_;
  std::vector<bool> answers_;
};

TEST_F(PresenceTest, OnlyTheCookieThatWasSentAnswersAndOnce) {
  const auto cookie = Ask();
  EXPECT_NE(cookie, 0U);
  questions_.Answered(cookie + 1);
  questions_.Answered(0);
  EXPECT_THAT(answers_, IsEmpty());
  questions_.Answered(cookie);
  questions_.Answered(cookie);
  questions_.End();
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(PresenceTest, AStreamThatEndsAnswersNo) {
  EXPECT_NE(Ask(), Ask());
  questions_.End();
  EXPECT_THAT(answers_, ElementsAre(false, false));
  EXPECT_EQ(Ask(), 0U);
  EXPECT_THAT(answers_, ElementsAre(false, false, false));
}

}  // namespace
}  // namespace hypergauge::aggregator
