#include "aggregator/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::TempDir;
using ::testing::HasSubstr;

TEST(ConfigTest, EverythingCanBeSaid) {
  const TempDir folder;
  const auto file = folder.Write("c.yml",
                                 "schedule:\n"
                                 "  interval: 1h\n"
                                 "  lease: 5m\n"
                                 "  retry: 10s\n"
                                 "  suite: standard\n"
                                 "  benchmarks: [null, cpu_blowfish]\n"
                                 "nodes:\n"
                                 "  vanish_after: 2w\n");
  const auto config = LoadConfig(file);
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->schedule.interval, std::chrono::hours(1));
  EXPECT_EQ(config->schedule.lease_duration, std::chrono::minutes(5));
  EXPECT_EQ(config->schedule.retry, std::chrono::seconds(10));
  EXPECT_EQ(config->terms.suite, "standard");
  EXPECT_EQ(config->vanish_after, std::chrono::hours(14 * 24));
  EXPECT_THAT(config->terms.benchmarks, ::testing::ElementsAre("null", "cpu_blowfish"));
}

TEST(ConfigTest, AnEmptyFileLeavesTheDefaults) {
  const TempDir folder;
  const auto config = LoadConfig(folder.Write("c.yml", "# nothing\n"));
  EXPECT_EQ(config->terms.suite, "light");
  EXPECT_EQ(config->vanish_after, std::chrono::hours(30 * 24));
}

TEST(ConfigTest, TheFlagOfVanishAfterIsBoundedAsTheFile) {
  EXPECT_EQ(*ParseVanishAfter("1s"), std::chrono::seconds(1));
  EXPECT_THAT(ParseVanishAfter("0").error().message, HasSubstr("at least 1s"));
  EXPECT_THAT(ParseVanishAfter("soon").error().message, HasSubstr("\"soon\" is no duration"));
}

TEST(ConfigTest, AMissingFileOrAFolderIsNamed) {
  const TempDir folder;
  const auto missing = LoadConfig(folder.path() / "none.yml");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("none.yml"));
  EXPECT_FALSE(LoadConfig(folder.path()).has_value());
}

struct BadConfig {
  const char* text;
  const char* place;  // line and column that the message must name
  const char* what;
};

class BadConfigTest : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefusedWithItsPlace) {
  const TempDir folder;
  const auto config = LoadConfig(folder.Write("c.yml", GetParam().text));
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(config.error().message, HasSubstr(std::string("c.yml:") + GetParam().place));
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadConfigTest,
    ::testing::Values(BadConfig{"schedule:\n  interval: [1", "", ""},
                      BadConfig{"schedule:\n  intervall: 1h\n", "2:3", "unknown key \"intervall\""},
                      BadConfig{"shedule: {}\n", "1:1", "unknown key \"shedule\""},
                      BadConfig{"schedule:\n  interval: soon\n", "2:13", "\"soon\" is no duration"},
                      BadConfig{"schedule:\n  interval: 0\n", "2:13", "at least 1s"},
                      BadConfig{"nodes:\n  vanish_after: 500ms\n", "2:17", "at least 1s"},
                      BadConfig{"nodes:\n  vanish: 1d\n", "2:3", "unknown key \"vanish\""},
                      BadConfig{"schedule:\n  suite: heavy\n", "2:10", "unknown suite"},
                      BadConfig{"schedule:\n  benchmarks: all\n", "2:15", "list"},
                      BadConfig{"schedule:\n  interval: [1h]\n", "2:13", "single value"},
                      BadConfig{"- 1\n", "1:1", "must be a map"}));

}  // namespace
}  // namespace hypergauge::aggregator
