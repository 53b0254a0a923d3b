#include "exporter/gzip.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/exporter/gunzip.h"

namespace hypergauge::exporter {
namespace {

using testing::Gunzip;

TEST(Gzip, GivesBackWhatWentIn) {
  std::string noise(1'000'000, '\0');  // larger than the output's pieces, and does not compress
  std::mt19937 random(1);
  for (auto& c : noise) c = static_cast<char>(random());
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(100'000, 'x'), noise}) {
    const auto gzipped = Gzip(text);
    ASSERT_TRUE(gzipped.has_value());
    EXPECT_TRUE(Gunzip(*gzipped) == text) << text.size();
  }
}

TEST(Gzip, ShrinksMetricsToATenth) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) {
    text += "hypergauge_cpu_blowfish_seconds{node=\"node-" + std::to_string(i) +
            "\",platform=\"qemu\",role=\"guest\"} 0.5\n";
  }
  EXPECT_LT(Gzip(text)->size(), text.size() / 10);
}

}  // namespace
}  // namespace hypergauge::exporter
