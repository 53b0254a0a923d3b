#include "program/flags.h"

#include <gtest/gtest.h>

#include "program/logging.h"

namespace hypergauge {
namespace {

TEST(HostPortTest, ReadsNamesAddressesAndBarePorts) {
  EXPECT_EQ(ParseHostPort("localhost:80")->host, "localhost");
  EXPECT_EQ(ParseHostPort("localhost:80")->port, 80);
  EXPECT_EQ(ParseHostPort("[::1]:443")->host, "::1");
  EXPECT_EQ(ParseHostPort(":9090")->host, "");
}

TEST(HostPortTest, RefusesWhatIsNoAddressAndNamesIt) {
  for (const char* text :
       {"", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "host:80 "}) {
    const auto parsed = ParseHostPort(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_NE(parsed.error().message.find(text), std::string::npos);
  }
}

TEST(FlagsTest, AnUnknownFlagIsAUsageError) {
  CLI::App app;
  const char* argv[] = {"program", "--no-such-flag"};
  EXPECT_EQ(ParseFlags(app, 2, argv), kExitUsage);
}

TEST(FlagsTest, AnUnknownFlagIsNamedThoughTheSubcommandIsMissingToo) {
  CLI::App app;
  app.require_subcommand(1);
  app.add_subcommand("go");
  const char* argv[] = {"program", "--no-such-flag"};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(ParseFlags(app, 2, argv), kExitUsage);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("--no-such-flag"), std::string::npos);
}

TEST(FlagsTest, VersionEndsTheProgramWell) {
  CLI::App app;
  AddVersionFlag(app, "program");
  const char* argv[] = {"program", "--version"};
  EXPECT_EQ(ParseFlags(app, 2, argv), kExitOk);
}

TEST(FlagsTest, ALogLevelThatIsNoneIsAUsageError) {
  CLI::App app;
  LogFlags flags;
  AddLogFlags(app, flags);
  const char* argv[] = {"program", "--log.level", "loud"};
  EXPECT_EQ(ParseFlags(app, 3, argv), kExitUsage);
}

TEST(LoggingTest, TextFromPeersCannotForgeALine) {
  EXPECT_EQ(Quoted("a\nts=0 level=error \"x\"\\\x1b"),
            R"("a\u000ats=0 level=error \"x\"\\\u001b")");
}

TEST(LoggingTest, UnknownFormatsAndLevelsAreRefused) {
  EXPECT_FALSE(SetUpLogging("info", "xml").has_value());
  EXPECT_FALSE(SetUpLogging("loud", "json").has_value());
}

}  // namespace
}  // namespace hypergauge
