#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "tests/support/temp_dir.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SettingsTest : public ::testing::Test {
 protected:
  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    environment_["HYPERGAUGE_CONFIG"] = path_;
  }

  Result<Settings> Complete(const std::vector<const char*>& flags = {}) {
    CLI::App app;
    Settings settings;
    AddSettings(app, settings);
    std::vector<const char*> argv = {"hypergauge"};
    argv.insert(argv.end(), flags.begin(), flags.end());
    app.parse(static_cast<int>(argv.size()), argv.data());
    const auto environment = [&](const char* name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    };
    if (auto done = CompleteSettings(app, environment, settings); !done) {
      return tl::unexpected(done.error());
    }
    return settings;
  }

  std::string ErrorOf(const std::string& text) {
    const auto parsed = ParseConfigFile(text, "c.yml");
    return parsed ? "" : parsed.error().message;
  }

  hypergauge::testing::TempDir folder_;
  const std::string path_ = (folder_.path() / "config.yml").string();
  std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, WithoutAFileTheDefaultsHold) {
  const auto settings = Complete();
  EXPECT_EQ(settings->server, "127.0.0.1:10911");
  EXPECT_EQ(settings->color, "auto");
  EXPECT_EQ(settings->format, "");
}

TEST_F(SettingsTest, FlagsGoBeforeTheEnvironmentAndThatBeforeTheFile) {
  Write("server: file:1\nformat: csv\ncolor: always\n");
  EXPECT_EQ(Complete()->server, "file:1");
  EXPECT_EQ(Complete()->format, "csv");
  EXPECT_EQ(Complete()->color, "always");
  environment_["HYPERGAUGE_FORMAT"] = "json";
  EXPECT_EQ(Complete()->format, "json");
  environment_["NO_COLOR"] = "1";
  EXPECT_EQ(Complete()->color, "never");
  EXPECT_EQ(Complete({"--color", "always"})->color, "always");
  EXPECT_EQ(Complete({"--server", "flag:2"})->server, "flag:2");
}

TEST_F(SettingsTest, WhatCli11ReadsOfTheEnvironmentGoesBeforeTheFileToo) {
  Write("server: file:1\n");
  setenv("HYPERGAUGE_SERVER", "environment:3", 1);
  const auto settings = Complete();
  unsetenv("HYPERGAUGE_SERVER");
  EXPECT_EQ(settings->server, "environment:3");
}

TEST_F(SettingsTest, AFileThatIsNamedMustBeThere) {
  environment_["HYPERGAUGE_CONFIG"] = "/nowhere/config.yml";
  EXPECT_THAT(Complete().error().message, StartsWith("configuration file /nowhere/config.yml: "));
  environment_["HYPERGAUGE_CONFIG"] = folder_.path().string();
  EXPECT_THAT(Complete().error().message, HasSubstr("directory"));
  environment_.clear();
  environment_["HOME"] = folder_.path().string();
  EXPECT_TRUE(Complete().has_value());
}

TEST_F(SettingsTest, TheFileIsWhereXdgSaysOrInTheHome) {
  const auto path = [](std::map<std::string, std::string> variables) {
    return ConfigPathOf([variables = std::move(variables)](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  };
  EXPECT_EQ(path({{"HOME", "/h"}}).path, "/h/.config/hypergauge/config.yml");
  EXPECT_EQ(path({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/x"}}).path, "/x/hypergauge/config.yml");
  EXPECT_EQ(path({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "x"}}).path,
            "/h/.config/hypergauge/config.yml");
  EXPECT_EQ(path({}).path, "");
}

TEST_F(SettingsTest, WhatIsWrongIsNamedWithItsLine) {
  EXPECT_EQ(ErrorOf("server: a:1\nport: 3\n"),
            "c.yml:2:1: unknown key \"port\"; there are color, format, server");
  EXPECT_EQ(ErrorOf("# fine\nformat: xml\n"),
            "c.yml:2:9: format is \"xml\"; it must be one of table, json, csv");
  EXPECT_EQ(ErrorOf("server: a:1\nserver: b:2\n"), "c.yml:2:1: server is given twice");
  EXPECT_EQ(ErrorOf("server: [a, b]\n"), "c.yml:1:9: server must be a text");
  EXPECT_EQ(ErrorOf("- a\n"), "c.yml:1:1: must be lines of \"key: value\"");
  EXPECT_THAT(ErrorOf("color: 'auto\n"), StartsWith("c.yml:"));
  EXPECT_EQ(ErrorOf(""), "");
  EXPECT_EQ(ErrorOf("# nothing\n"), "");
}

TEST_F(SettingsTest, AnUnknownFormatInTheEnvironmentIsRefused) {
  environment_["HYPERGAUGE_FORMAT"] = "xml";
  EXPECT_EQ(Complete().error().code, ErrorCode::kInvalidArgument);
}

Settings Colours(const std::string& color) {
  Settings settings;
  settings.color = color;
  return settings;
}

TEST_F(SettingsTest, ColoursAreOffOnPipesAndOnWhereTheyAreWanted) {
  EXPECT_FALSE(OutputTerminal(Colours("never")).colours);
  EXPECT_TRUE(OutputTerminal(Colours("always")).colours);
}

}  // namespace
}  // namespace hypergauge::cli
