#include "aggregator/ingest/run_placement.h"

#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using Epochs = std::vector<v1::PlacementEpoch>;

v1::PlacementEpoch Epoch(int64_t began, const std::string& host, int64_t ended = 0,
                         const std::string& host_id = "") {
  v1::PlacementEpoch epoch;
  epoch.set_began_unix_nanos(began);
  epoch.set_ended_unix_nanos(ended);
  epoch.set_host(host);
  epoch.set_host_node_id(host_id);
  return epoch;
}

// "moved A>B", "unknown", both or nothing, of a run from 100 until 200.
std::string During(const Epochs& epochs) {
  const auto placement = PlacementDuring(epochs, Time(100), Time(200));
  std::string text = placement.is_unknown ? "unknown" : "";
  if (placement.moved) text += " moved " + placement.from + ">" + placement.to;
  return text;
}

TEST(RunPlacementTest, WhoStaysHasNotMoved) {
  EXPECT_EQ(During({Epoch(0, "h")}), "");
  EXPECT_EQ(During({Epoch(100, "h")}), "");
  EXPECT_EQ(During({Epoch(1, "g", 50), Epoch(50, "h")}), "");
  EXPECT_EQ(During({Epoch(1, "h", 250), Epoch(250, "g")}), "") << "it moved afterwards";
}

TEST(RunPlacementTest, AnotherHostMeanwhileIsAMove) {
  EXPECT_EQ(During({Epoch(1, "g", 150), Epoch(150, "h")}), " moved g>h");
  EXPECT_EQ(During({Epoch(1, "g", 200), Epoch(200, "h")}), " moved g>h");
  EXPECT_EQ(During({Epoch(1, "g", 120), Epoch(120, "h", 180), Epoch(180, "g")}), " moved h>g");
}

TEST(RunPlacementTest, AHostThatIsLostIsAMoveAndOneThatIsFoundIsNone) {
  EXPECT_EQ(During({Epoch(1, "h", 150), Epoch(150, "")}), " moved h>");
  EXPECT_EQ(During({Epoch(1, "", 150), Epoch(150, "h")}), "unknown");
  EXPECT_EQ(During({Epoch(1, "h", 50), Epoch(50, "", 150), Epoch(150, "h")}), "unknown");
  EXPECT_EQ(During({Epoch(1, "g", 50), Epoch(50, "", 150), Epoch(150, "h")}), "unknown moved g>h");
}

TEST(RunPlacementTest, AHostThatIsCalledOtherwiseIsTheSame) {
  EXPECT_EQ(During({Epoch(1, "h", 150, "id-h"), Epoch(150, "renamed", 0, "id-h")}), "");
  EXPECT_EQ(During({Epoch(1, "h", 150), Epoch(150, "h", 0, "id-h")}), "");
  EXPECT_EQ(During({Epoch(1, "h", 150, "id-h"), Epoch(150, "i", 0, "id-i")}), " moved h>i");
}

TEST(RunPlacementTest, WhatNoEpochCoversIsUnknown) {
  EXPECT_EQ(During({}), "unknown");
  EXPECT_EQ(During({Epoch(150, "h")}), "unknown");
  EXPECT_EQ(During({Epoch(250, "h")}), "unknown");
  EXPECT_EQ(During({Epoch(1, "h", 50)}), "unknown");
  EXPECT_EQ(During({Epoch(1, "")}), "unknown");
}

}  // namespace
}  // namespace hypergauge::aggregator
