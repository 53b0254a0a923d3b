// Facts of machines, and what each must be told to be.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "build_paths.h"
#include "probes/platform/detection_output.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;

Json Vectors() {
  Json all = Json::array();
  for (const char* file : {"vectors.json", "own_vectors.json"}) {
    const auto path = std::string(HYPERGAUGE_SOURCE_DIR "/tests/data/platform/") + file;
    for (auto& each : Json::parse(testing::ReadFile(path))) all.push_back(std::move(each));
  }
  return all;
}

std::string NameOf(const ::testing::TestParamInfo<Json>& info) {
  auto name = info.param.at("name").get<std::string>();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

Json Answer(const std::string& text) {
  const auto machines = ParseFacts(text, "file");
  if (!machines) return Json{{"error", machines.error().message}};
  return Json::parse(DetectionsJson(*machines)).at(0);
}

class Vector : public ::testing::TestWithParam<Json> {};

TEST_P(Vector, IsToldRight) {
  const auto answer = Answer(GetParam().dump());
  EXPECT_EQ(answer.at("name"), GetParam().at("name"));
  const auto& expected = GetParam().at("expected");
  for (const auto& [key, value] : expected.items()) {
    if (key == "accept_hypervisor") continue;
    const auto also = expected.value("accept_hypervisor", Json::array());
    const bool accepted =
        key == "hypervisor" && std::find(also.begin(), also.end(), answer.at(key)) != also.end();
    EXPECT_TRUE(accepted || answer.value(key, Json()) == value)
        << key << " is " << answer.value(key, Json()) << " instead of " << value << "\n"
        << answer.at("layers").dump(1);
  }
}

TEST_P(Vector, ExplainsItself) {
  const auto machines = ParseFacts(GetParam().dump(), "file");
  ASSERT_TRUE(machines);
  const auto detection = Detect(machines->front().facts);
  for (const auto& layer : detection.layers) {
    EXPECT_FALSE(layer.evidence.empty());
    EXPECT_NE(std::find(detection.asked.begin(), detection.asked.end(), layer.row),
              detection.asked.end());
  }
  EXPECT_NE(DetectionText(machines->front()).find("[" + detection.layers.front().row + "]"),
            std::string::npos);
}

// What decides is that a signal is there, not what else is: rows must not depend on capitals, on
// blanks at the ends, or on fields that say nothing.
TEST_P(Vector, IsToldRightInOtherSpellings) {
  auto vector = GetParam();
  auto& inputs = vector.at("inputs");
  if (inputs.contains("dmi")) {
    for (auto& [field, value] : inputs.at("dmi").items()) {
      auto text = value.get<std::string>();
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      value = text + "  ";
    }
    inputs["dmi"]["product_sku"] = "Not Specified";
  }
  inputs["some_key_of_the_future"] = 7;
  const auto answer = Answer(vector.dump());
  const auto original = Answer(GetParam().dump());
  for (const char* key : {"kind", "hypervisor", "product", "guest_type", "role"}) {
    EXPECT_EQ(answer.value(key, Json()), original.value(key, Json())) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, Vector, ::testing::ValuesIn(Vectors()), NameOf);

}  // namespace
}  // namespace hypergauge::probes
