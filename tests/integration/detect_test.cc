// hypergauge-probe detect, as people and scripts call it.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;

constexpr const char* kVectors = HYPERGAUGE_SOURCE_DIR "/tests/data/platform/own_vectors.json";

// Standard output alone.
Finished Detect(const std::string& facts) {
  const std::string call = HYPERGAUGE_BIN_DIR "/hypergauge-probe detect --format json --facts ";
  return RunProcess({"/bin/sh", "-c", call + "'" + facts + "' 2>/dev/null"});
}

TEST(DetectTest, AnswersEachVectorInItsPlace) {
  const auto vectors = json::parse(ReadFile(kVectors));
  const auto finished = Detect(kVectors);
  EXPECT_EQ(finished.exit_code, 0);
  const auto answers = json::parse(finished.output, nullptr, false);
  ASSERT_TRUE(answers.is_array()) << finished.output.substr(0, 2000);
  ASSERT_EQ(answers.size(), vectors.size());
  for (size_t i = 0; i < vectors.size(); ++i) {
    EXPECT_EQ(answers[i]["name"], vectors[i]["name"]);
    for (const char* key : {"kind", "product", "guest_type"}) {
      if (!vectors[i]["expected"].contains(key)) continue;
      EXPECT_EQ(answers[i][key], vectors[i]["expected"][key]) << vectors[i]["name"] << " " << key;
    }
  }
}

TEST(DetectTest, AWrongMachineHidesNoOther) {
  const TempDir folder;
  const auto file = folder.Write("odd.json", R"([
      {"name": "odd", "inputs": {"arch": ["x86_64"]}},
      {"name": "kvm", "inputs": {"arch": "x86_64", "cpuid_signature": "KVMKVMKVM",
                                 "dmi": {"sys_vendor": "QEMU", "chassis_type": 1}}}])");
  const auto finished = Detect(file.string());
  EXPECT_EQ(finished.exit_code, 1);
  const auto answers = json::parse(finished.output, nullptr, false);
  ASSERT_EQ(answers.size(), 2U) << finished.output;
  EXPECT_EQ(answers[0]["name"], "odd");
  EXPECT_EQ(answers[0]["error"], "odd: key \"arch\" must be a string");
  EXPECT_EQ(answers[0]["kind"], "unknown");
  EXPECT_EQ(answers[1]["product"], "qemu");
  EXPECT_FALSE(answers[1].contains("error"));
}

}  // namespace
}  // namespace hypergauge::testing
