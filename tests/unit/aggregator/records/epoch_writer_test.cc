#include "aggregator/records/epoch_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Beginnings of epochs that a store was asked for, and one that answers when the test says so.
class EpochWriterTest : public ::testing::Test {
 protected:
  using Writer = EpochWriter<v1::PlacementEpoch>;

  void Write(int64_t began) {
    v1::PlacementEpoch epoch;
    epoch.set_began_unix_nanos(began);
    writer_->Write("id-a", epoch);
  }
  // What was asked for since the last time.
  std::vector<int64_t> Asked() { return std::exchange(asked_, {}); }
  void Answer(const Result<void>& stored) {
    for (const auto& done : std::exchange(waiting_, {})) done(stored);
  }
  static Result<void> Full() { return Fail(ErrorCode::kResourceExhausted, "the disk is full"); }

  std::vector<int64_t> asked_;
  std::vector<Store::NodeDone> waiting_;
  std::unique_ptr<Writer> writer_ = std::make_unique<Writer>(
      [this](const std::string&, const v1::PlacementEpoch& epoch, Store::NodeDone done) {
        asked_.push_back(epoch.began_unix_nanos());
        waiting_.push_back(std::move(done));
      });
};

TEST_F(EpochWriterTest, WhatIsStoredIsWrittenOnce) {
  Write(1);
  EXPECT_THAT(Asked(), ElementsAre(1));
  Answer({});
  writer_->Retry();
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(EpochWriterTest, WhatFailedIsWrittenAgainBeforeWhatFollows) {
  Write(1);
  Write(2);
  Answer(Full());
  Asked();
  Write(3);
  EXPECT_THAT(Asked(), ElementsAre(1, 2, 3));
  Answer(Full());
  writer_->Retry();
  EXPECT_THAT(Asked(), ElementsAre(1, 2, 3));
  writer_->Retry();  // they are on their way
  EXPECT_THAT(Asked(), IsEmpty());
  Answer({});
  writer_->Retry();
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(EpochWriterTest, WhatFailsAfterALaterOneWasStoredIsNotWrittenBehindIt) {
  Write(1);
  Write(2);
  waiting_[1]({});
  waiting_[0](Full());
  Asked();
  writer_->Retry();
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(EpochWriterTest, OfAForgottenNodeNothingIsWrittenAgain) {
  Write(1);
  Answer(Full());
  Write(2);
  writer_->Forget("id-a");
  Answer(Full());
  Asked();
  writer_->Retry();
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(EpochWriterTest, KeepsTheLatest) {
  constexpr int kMost = static_cast<int>(Writer::kMostKept);
  for (int began = 1; began <= kMost + 3; ++began) {
    Write(began);
    Answer(Full());
    Asked();
  }
  writer_->Retry();
  const auto asked = Asked();
  ASSERT_EQ(asked.size(), Writer::kMostKept);
  EXPECT_EQ(asked.front(), 4);
  EXPECT_EQ(asked.back(), kMost + 3);
}

TEST_F(EpochWriterTest, AnAnswerMayComeWhenTheWriterIsGone) {
  Write(1);
  writer_.reset();
  Answer(Full());
  EXPECT_THAT(Asked(), ElementsAre(1));
}

}  // namespace
}  // namespace hypergauge::aggregator
