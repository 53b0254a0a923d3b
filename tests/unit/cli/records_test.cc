#include "cli/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/json.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int64_t kMoment = 1'700'000'000'000'000'000;  // 2023-11-14T22:13:20Z
constexpr int64_t kSecond = 1'000'000'000;

v1::Event EventAt(int64_t seconds, v1::Event::Kind kind, const std::string& text) {
  v1::Event event;
  event.set_unix_nanos(kMoment + seconds * kSecond);
  event.set_kind(kind);
  event.set_node("guest7");
  event.set_text(text);
  return event;
}

// As the aggregator sends them: newest first.
std::vector<v1::Event> SomeEvents() {
  return {EventAt(60, v1::Event::KIND_ENVIRONMENT_CHANGED,
                  "guest7: kernel_release changed from 6.1 to 6.6"),
          EventAt(0, v1::Event::KIND_NODE_ENROLLED, "guest7 enrolled")};
}

v1::ListEpochsResponse SomeEpochs() {
  v1::ListEpochsResponse epochs;
  auto& before = *epochs.add_environments();
  before.set_began_unix_nanos(kMoment);
  before.set_ended_unix_nanos(kMoment + 60 * kSecond);
  before.mutable_platform()->set_name("proxmox-ve");
  before.mutable_environment()->set_kernel_release("6.1");
  before.mutable_environment()->set_online_cpus(4);
  before.mutable_environment()->set_clocksource("kvm-clock");
  auto& after = *epochs.add_environments();
  after = before;
  after.set_began_unix_nanos(before.ended_unix_nanos());
  after.clear_ended_unix_nanos();
  after.mutable_environment()->set_kernel_release("6.6");
  auto& placed = *epochs.add_placements();
  placed.set_began_unix_nanos(kMoment + kSecond);
  placed.set_ended_unix_nanos(kMoment + 90 * kSecond);
  placed.set_host("host1");
  placed.set_source(v1::Placement::SOURCE_DISCOVERED);
  return epochs;
}

TEST(RecordsTest, NodesAreATable) {
  v1::Node host;
  host.set_label("host1");
  host.set_role(v1::ROLE_HOST);
  host.mutable_platform()->set_name("metal");
  host.set_connected(true);
  host.set_last_seen_unix_nanos(kMoment);
  host.mutable_build()->set_probe_version("0.1.0");
  v1::Node guest = host;
  guest.set_label("guest7");
  guest.set_role(v1::ROLE_GUEST);
  guest.mutable_platform()->set_name("proxmox-ve");
  guest.mutable_placement()->set_host("host1");
  guest.set_connected(false);
  v1::Node busy;
  busy.set_label("new");
  busy.set_connected(true);
  busy.mutable_progress();
  EXPECT_EQ(NodesListing({host, guest, busy}).TableText(),
            "NODE    ROLE         PLATFORM    HOST   STATE      LAST SEEN             VERSION\n"
            "host1   host         metal       -      up         2023-11-14T22:13:20Z  0.1.0\n"
            "guest7  guest        proxmox-ve  host1  down       2023-11-14T22:13:20Z  0.1.0\n"
            "new     unspecified  -           -      measuring  -                     -\n");
  EXPECT_EQ(NodesListing({}).TableText(), "no nodes\n");
}

TEST(RecordsTest, EventsStandLikeInALog) {
  EXPECT_EQ(EventsListing(SomeEvents()).TableText(),
            "TIME                  NODE    KIND                 WHAT HAPPENED\n"
            "2023-11-14T22:13:20Z  guest7  node_enrolled        guest7 enrolled\n"
            "2023-11-14T22:14:20Z  guest7  environment_changed  guest7: kernel_release changed "
            "from 6.1 to 6.6\n");
  EXPECT_EQ(EventsListing({}).TableText(true), "no events\n");
}

TEST(RecordsTest, OnATerminalEveryLineHasTheColourOfItsKind) {
  const auto text = EventsListing(SomeEvents()).TableText(true);
  EXPECT_THAT(text, StartsWith("TIME "));
  EXPECT_THAT(text, HasSubstr("\n\x1b[32m2023-11-14T22:13:20Z  guest7  node_enrolled"));
  EXPECT_THAT(text, HasSubstr("\x1b[0m\n\x1b[33m2023-11-14T22:14:20Z"));
  EXPECT_TRUE(text.ends_with("6.6\x1b[0m\n"));
}

TEST(RecordsTest, WhatMustNotBeIsRed) {
  for (const auto kind : {v1::Event::KIND_SCHEDULE_COLLISION, v1::Event::KIND_LEASE_VIOLATED}) {
    EXPECT_THAT(EventsListing({EventAt(0, kind, "x")}).TableText(true),
                HasSubstr("\n\x1b[31m2023"));
  }
}

TEST(RecordsTest, AHistoryHasWhatEndedWhatHappenedAndWhatBeganInOrder) {
  EXPECT_EQ(EpochsListing(SomeEpochs(), SomeEvents()).TableText(),
            "TIME                  WHAT                 DETAILS\n"
            "2023-11-14T22:13:20Z  node_enrolled        guest7 enrolled\n"
            "2023-11-14T22:13:20Z  ENVIRONMENT          proxmox-ve, 6.1, 4 CPUs, kvm-clock\n"
            "2023-11-14T22:13:21Z  PLACEMENT            on host1 (discovered)\n"
            "2023-11-14T22:14:20Z  environment_changed  guest7: kernel_release changed from 6.1 "
            "to 6.6\n"
            "2023-11-14T22:14:20Z  ENVIRONMENT          proxmox-ve, 6.6, 4 CPUs, kvm-clock\n"
            "2023-11-14T22:14:50Z  PLACEMENT            ended\n");
  EXPECT_EQ(EpochsListing({}, {}).TableText(), "nothing is recorded\n");
}

TEST(RecordsTest, EveryKindHasAName) {
  for (int kind = 1; v1::Event::Kind_IsValid(kind); ++kind) {
    const auto name = KindName(static_cast<v1::Event::Kind>(kind));
    EXPECT_EQ(*ParseKind(name), kind);
  }
  EXPECT_EQ(KindName(static_cast<v1::Event::Kind>(999)), "unknown");  // of a newer aggregator
  EXPECT_THAT(ParseKind("flood").error().message, HasSubstr("\"flood\" is no kind"));
}

TEST(JsonTest, MessagesBecomeOneObject) {
  const v1::ListEpochsResponse epochs;
  v1::ListEventsResponse events;
  events.add_events()->set_text("a \"quoted\" }");
  EXPECT_EQ(JsonOfAll({&epochs, &events}),
            "{\n \"environments\": [],\n \"placements\": [],\n \"events\": [\n  {\n"
            "   \"id\": \"0\",\n   \"unix_nanos\": \"0\",\n   \"kind\": \"unspecified\",\n"
            "   \"node_id\": \"\",\n   \"node\": \"\",\n   \"subject\": \"\",\n"
            "   \"old_value\": \"\",\n   \"new_value\": \"\",\n"
            "   \"text\": \"a \\\"quoted\\\" }\"\n  }\n ]\n}\n");
}

}  // namespace
}  // namespace hypergauge::cli
