// Messages as people and their programs read them.
#include "proto/message_json.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/event.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge {
namespace {

nlohmann::json Parsed(const google::protobuf::Message& message) {
  return nlohmann::json::parse(MessageJson(message, JsonStyle::kOneLine).value());
}

TEST(MessageJsonTest, EnumsAreTheWordsOfTheDocumentation) {
  v1::ListRegressionsResponse response;
  auto& regression = *response.add_regressions();
  regression.set_id(1);
  regression.set_state(v1::Regression::STATE_FIRING);
  regression.set_scope(v1::Regression::SCOPE_GUEST_IMAGE);
  const auto json = Parsed(response)["regressions"][0];
  EXPECT_EQ(json["state"], "firing");
  EXPECT_EQ(json["scope"], "guest_image");
  EXPECT_EQ(json["kind"], "unspecified");
  EXPECT_EQ(json["id"], "1");
  EXPECT_EQ(json["effect_ratio"], 0);
}

TEST(MessageJsonTest, SoAreThoseOfListsAndOfMessagesWithin) {
  v1::Run run;
  run.set_verdict(v1::VERDICT_CLEAN);
  run.add_marks(v1::MARK_CACHED);
  run.add_marks(v1::MARK_LOOPBACK);
  const auto json = Parsed(run);
  EXPECT_EQ(json["verdict"], "clean");
  EXPECT_EQ(json["marks"], nlohmann::json::array({"cached", "loopback"}));

  v1::BenchmarkDescriptor benchmark;
  benchmark.add_quantities()->set_direction(v1::DIRECTION_LOWER_IS_BETTER);
  EXPECT_EQ(Parsed(benchmark)["quantities"][0]["direction"], "lower_is_better");
}

TEST(MessageJsonTest, TextsThatLookLikeAnEnumStayAsTheyAre) {
  v1::Regression regression;
  regression.set_note("STATE_FIRING");
  (*regression.mutable_labels())["state"] = "STATE_FIRING";
  const auto json = Parsed(regression);
  EXPECT_EQ(json["note"], "STATE_FIRING");
  EXPECT_EQ(json["labels"]["state"], "STATE_FIRING");
}

TEST(MessageJsonTest, AValueOfANewerReleaseIsItsNumber) {
  v1::Regression regression;
  regression.set_state(static_cast<v1::Regression::State>(99));
  EXPECT_EQ(Parsed(regression)["state"], 99);
}

TEST(MessageJsonTest, FiguresKeepAllTheirDigits) {
  v1::Overhead overhead;
  overhead.set_ratio(1.0 / 3);
  overhead.set_node_median(1e300);
  const auto json = Parsed(overhead);
  EXPECT_EQ(json["ratio"].get<double>(), 1.0 / 3);
  EXPECT_EQ(json["node_median"].get<double>(), 1e300);
  EXPECT_FALSE(json.contains("smallest_detectable"));
}

TEST(MessageJsonTest, OneLineOrManyEndInALineBreak) {
  v1::SteerRegressionRequest request;
  request.set_note("\"ü\"");
  EXPECT_EQ(MessageJson(request, JsonStyle::kOneLine).value(),
            "{\"id\":\"0\",\"note\":\"\\\"ü\\\"\"}\n");
  EXPECT_EQ(MessageJson(request, JsonStyle::kIndented).value(),
            "{\n \"id\": \"0\",\n \"note\": \"\\\"ü\\\"\"\n}\n");
}

// Where there are no enums, which it spells in its own way, Protobuf's word counts.
nlohmann::json AsProtobufHasIt(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &text, options).ok());
  return nlohmann::json::parse(text);
}

TEST(MessageJsonTest, AllElseIsAsProtobufWritesIt) {
  v1::ClockEvidence clock;
  EXPECT_EQ(Parsed(clock), AsProtobufHasIt(clock));
  clock.set_clocksource("tsc \"\\/\b\f\n\r\t\x01\x1f\x7f <script> \u2028\u202e");
  clock.set_stepped(true);
  clock.set_offset_nanos(INT64_MIN);
  for (const double ratio : {0.0, -0.0, 1.0, 1e-300, 5e-324, 123456789.125, 1e15, 1e21}) {
    clock.add_ratios()->set_ratio(ratio);
  }
  EXPECT_EQ(Parsed(clock), AsProtobufHasIt(clock));

  v1::Environment environment;
  environment.set_memory_bytes(UINT64_MAX);
  environment.set_online_cpus(UINT32_MAX);
  (*environment.mutable_facts())["a"] = "";
  (*environment.mutable_facts())["\"b\""] = "2";
  auto& noise = *environment.add_noise();
  noise.set_benchmark("cpu");
  (*noise.mutable_labels())["stat"] = "p50";
  environment.add_noise();
  EXPECT_EQ(Parsed(environment), AsProtobufHasIt(environment));
}

TEST(MessageJsonTest, WhatIsNoNumberIsAText) {
  v1::ClockEvidence clock;
  for (const double ratio : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    clock.add_ratios()->set_ratio(ratio);
  }
  EXPECT_EQ(Parsed(clock), AsProtobufHasIt(clock));
}

TEST(MessageJsonTest, EqualMessagesAreEqualTexts) {
  v1::Environment environment;
  v1::Environment other;
  for (int i = 0; i < 100; ++i) {
    (*environment.mutable_facts())[std::to_string(i)] = "x";
    (*other.mutable_facts())[std::to_string(99 - i)] = "x";
  }
  EXPECT_EQ(MessageJson(environment, JsonStyle::kOneLine).value(),
            MessageJson(other, JsonStyle::kOneLine).value());
}

TEST(MessageJsonTest, NothingIsWrittenOfWhatIsNoUtf8OrNobodysBusiness) {
  v1::SteerRegressionRequest request;
  request.set_note("\xff");
  EXPECT_EQ(MessageJson(request, JsonStyle::kOneLine).error().code, ErrorCode::kInternal);
  v1::ContinuityToken token;
  EXPECT_EQ(MessageJson(token, JsonStyle::kOneLine).error().code, ErrorCode::kInternal);
}

TEST(MessageJsonTest, WordsAreReadBack) {
  const auto& states = *v1::Regression::State_descriptor();
  EXPECT_EQ(EnumOfWord(states, "firing"), v1::Regression::STATE_FIRING);
  EXPECT_EQ(EnumOfWord(*v1::Event::Kind_descriptor(), "node_split"), v1::Event::KIND_NODE_SPLIT);
  for (const char* word : {"", "unspecified", "FIRING", "STATE_FIRING", "firin"}) {
    EXPECT_FALSE(EnumOfWord(states, word).has_value()) << word;
  }
}

}  // namespace
}  // namespace hypergauge
