#include "aggregator/records/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;

using EventLogTest = RecordKeepingTest;

v1::Event Of(v1::Event::Kind kind, const std::string& node_id = "id-a") {
  v1::Event event;
  event.set_kind(kind);
  event.set_node_id(node_id);
  return event;
}

TEST_F(EventLogTest, TimeLabelAndSentenceAreFilledIn) {
  auto event = Of(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_subject("kernel_release");
  event.set_old_value("6.1");
  log_.Record(event);
  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].id(), 1U);
  EXPECT_EQ(events[0].unix_nanos(), clock_.now.count());
  EXPECT_EQ(events[0].node(), "label of id-a");
  EXPECT_EQ(events[0].text(), "label of id-a: kernel_release changed from 6.1 to nothing");
}

TEST_F(EventLogTest, EveryKindHasItsSentenceAndItsCounter) {
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_events_total{kind=\"node_split\"} 0\n"));
  for (int kind = 1; v1::Event::Kind_IsValid(kind); ++kind) {
    log_.Record(Of(static_cast<v1::Event::Kind>(kind)));
  }
  for (const auto& event : Events()) EXPECT_THAT(event.text(), HasSubstr("label of id-a"));
  const auto text = Scrape();
  EXPECT_THAT(text, HasSubstr("hypergauge_events_total{kind=\"node_enrolled\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_events_total{kind=\"placement_contested\"} 1\n"));
}

TEST_F(EventLogTest, WhatOthersBringAboutHidesNothingOfTheNodeItself) {
  for (int i = 0; i < 3 * EventLog::kMostPerHour; ++i) log_.Record(Of(v1::Event::KIND_NODE_SPLIT));
  const auto before = Events().size();
  EXPECT_EQ(before, static_cast<size_t>(EventLog::kMostPerHour) + 1);
  log_.Record(Of(v1::Event::KIND_ENVIRONMENT_CHANGED));
  EXPECT_EQ(Events().size(), before + 1);
}

TEST_F(EventLogTest, WhatAProbeSaysCannotSteerATerminalAndIsCut) {
  auto event = Of(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_old_value(
      "a\nb\x1b[31mc\xc2\x9b"
      "d");
  event.set_new_value(std::string(EventLog::kMostBytes - 1, 'x') + "\xc3\xa4");
  log_.Record(event);
  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].old_value(), "a b [31mc d");
  EXPECT_EQ(events[0].new_value(), std::string(EventLog::kMostBytes - 1, 'x'));
}

TEST_F(EventLogTest, AFactMayChangeAtItsVeryEnd) {
  constexpr size_t kFactBytes = 1024;
  auto event = Of(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_old_value(std::string(kFactBytes - 1, 'x') + "a");
  event.set_new_value(std::string(kFactBytes - 1, 'x') + "b");
  log_.Record(event);
  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].old_value(), event.old_value());
  EXPECT_EQ(events[0].new_value(), event.new_value());
  EXPECT_THAT(events[0].text(), HasSubstr(event.new_value()));
}

TEST_F(EventLogTest, ANodeThatFlapsIsCutOffForAnHourAndHarmsNoOther) {
  for (int i = 0; i < 3 * EventLog::kMostPerHour; ++i) {
    log_.Record(Of(v1::Event::KIND_NODE_RENAMED));
  }
  log_.Record(Of(v1::Event::KIND_NODE_RENAMED, "id-b"));
  log_.Record(Of(v1::Event::KIND_NODE_REMOVED));
  auto events = Events();
  ASSERT_EQ(events.size(), static_cast<size_t>(EventLog::kMostPerHour) + 3);
  EXPECT_EQ(events[0].kind(), v1::Event::KIND_NODE_REMOVED);
  EXPECT_EQ(events[1].node_id(), "id-b");
  EXPECT_THAT(events[2].text(), HasSubstr("further ones are not recorded"));
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_suppressed_events_total 240\n"));
  clock_.now += std::chrono::hours(1);
  log_.Record(Of(v1::Event::KIND_NODE_RENAMED));
  EXPECT_EQ(Events().size(), events.size() + 1);
}

}  // namespace
}  // namespace hypergauge::aggregator
