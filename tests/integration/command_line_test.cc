// The user's command against a real aggregator: every listing in every form, figures in and out,
// configuration, exit codes, and top in a terminal.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "hypergauge/v1/query.grpc.pb.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/measured_store.h"
#include "tests/support/shell_terminal.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::chrono::seconds kLimit{30};
constexpr const char* kNobody = "127.0.0.1:1";  // where no aggregator is
constexpr const char* kLeaveScreen = "\x1b[?1049l";
constexpr const char* kEnterScreen = "\x1b[?1049h";
constexpr int kRounds = 12;
constexpr int kRuns = 4 * kRounds + 1;                  // of all nodes
constexpr const char* kEvil = "evil\x1b[31m,\"\u202e";  // what nobody should be called

// Every listing, with what it needs.
const std::vector<std::vector<std::string>> kListings = {
    {"results"},     {"nodes"},   {"events"},   {"history", "g"}, {"history", "g", "cpu_blowfish"},
    {"regressions"}, {"compare"}, {"schedule"}, {"top", "--once"}};

class CommandLineTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string storage() const { return (folder_.path() / "store").string(); }

  void Start(const std::string& grpc_address = "127.0.0.1:0") {
    aggregator_.reset();
    aggregator_ = std::make_unique<AggregatorProcess>(storage(), std::vector<std::string>{},
                                                      std::vector<std::string>{}, grpc_address);
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  void Stop() {
    aggregator_->process().Signal(SIGTERM);
    ASSERT_EQ(aggregator_->process().Wait(kLimit), 0) << aggregator_->process().output();
  }

  // A host and a guest that takes 10 % longer.
  void FillStore() {
    MeasuredStore measured(storage(), std::time(nullptr) - 3600);
    measured.Put(MakeHello("h"));
    measured.Put(MakeGuest("g", "h", "kvm"));
    measured.Put(MakeGuest(kEvil, "h", "kvm"));
    measured.Measure(kEvil, 0.5);
    for (uint64_t round = 1; round <= kRounds; ++round) {
      measured.MeasureRound(round, "h", "g", round % 2 == 0 ? 1.09 : 1.11);
    }
  }

  [[nodiscard]] Finished Command(std::vector<std::string> arguments) const {
    return RunUserCommand(aggregator_->grpc_address(), std::move(arguments));
  }

  // Standard output of a command that is to succeed.
  [[nodiscard]] std::string Output(std::vector<std::string> arguments) const {
    const auto finished = Command(std::move(arguments));
    EXPECT_EQ(finished.exit_code, 0) << finished.output;
    return finished.output;
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return (folder_.path() / name).string();
  }

  const TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
};

TEST_F(CommandLineTest, EveryListingHasEveryForm) {
  FillStore();
  Start();
  for (auto listing : kListings) {
    SCOPED_TRACE(listing[0]);
    const auto table = Output(listing);
    EXPECT_NE(table, "");
    EXPECT_THAT(table, Not(HasSubstr("\x1b")));
    EXPECT_THAT(table, Not(HasSubstr("\u202e")));
    listing.insert(listing.end(), {"--format", "csv"});
    const auto csv = Output(listing);
    const auto names = csv.substr(0, csv.find("\r\n"));
    EXPECT_TRUE(csv.ends_with("\r\n")) << csv;
    EXPECT_THAT(names, Not(HasSubstr(" "))) << "names of CSV are words";
    listing.back() = "json";
    EXPECT_TRUE(nlohmann::json::parse(Output(listing), nullptr, false).is_object());
  }
  EXPECT_THAT(Output({"nodes"}), HasSubstr("\nevil\\x1b[31m,\"\\u202e  guest"));
  EXPECT_THAT(Output({"nodes", "--format", "csv"}), HasSubstr("\n\"evil\x1b[31m,\"\"\u202e\","));
  EXPECT_THAT(Output({"nodes", "--color", "always"}), HasSubstr("evil\\x1b"));
  EXPECT_THAT(Output({"compare", "--format", "csv", "--rows", "platforms"}),
              HasSubstr("\r\n1,false,kvm,1.1"));
}

TEST_F(CommandLineTest, WithoutDataThatIsSaidAndIsNoError) {
  Start();
  EXPECT_EQ(Output({"results"}), "no probe has reported yet\n");
  EXPECT_EQ(Output({"nodes"}), "no nodes\n");
  EXPECT_EQ(Output({"events"}), "no events\n");
  EXPECT_EQ(Output({"regressions"}), "no regressions\n");
  EXPECT_EQ(Output({"schedule"}), "no hosts\n");
  EXPECT_THAT(Output({"top"}), HasSubstr("no nodes\n"));
  EXPECT_THAT(Output({"compare"}), HasSubstr("nothing can be compared yet\n"));
  EXPECT_THAT(Output({"export"}), StartsWith("time,node,role,"));
  EXPECT_EQ(Output({"export", "--as", "openmetrics"}), "# EOF\n");
  EXPECT_EQ(Command({"export", "--as", "dataset"}).exit_code, 1);
}

TEST_F(CommandLineTest, HistoryDrawsTheNodeAndItsHost) {
  FillStore();
  Start();
  const auto chart =
      Output({"history", "g", "cpu_blowfish", "--since", "2h", "--with-host", "--ascii"});
  EXPECT_THAT(chart, StartsWith("g  cpu_blowfish (light)"));
  EXPECT_THAT(chart, HasSubstr(std::to_string(2 * kRounds) + " clean runs, lower is better"));
  EXPECT_THAT(chart, HasSubstr("*"));
  EXPECT_THAT(chart, HasSubstr("\n  o  h: median "));
  EXPECT_THAT(Output({"history", "g", "cpu_blowfish", "--format", "csv"}),
              HasSubstr(",g,cpu_blowfish,light,"));
  EXPECT_THAT(Output({"history", "g", "disk_sync"}), StartsWith("no clean runs in this time"));
  EXPECT_EQ(Command({"history", "nobody", "cpu_blowfish"}).exit_code, 1);
  EXPECT_EQ(Command({"history", "g", "cpu_blowfish", "--since", "1h", "--until", "2h"}).exit_code,
            2);
  EXPECT_EQ(Command({"history", "g", "cpu_blowfish", "--since", "yesterday"}).exit_code, 2);
  EXPECT_EQ(Command({"history", "g", "--format", "chart"}).exit_code, 2);
}

TEST_F(CommandLineTest, WhatIsExportedHoldsEveryCleanRunOnce) {
  FillStore();
  Start();
  const auto csv = Output({"export", "--node", "g"});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * kRounds) << csv;
  const auto file = Path("figures.jsonl");
  EXPECT_EQ(Output({"export", "--as", "jsonl", "--output", file}), "");
  const auto lines = ReadFile(file);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), kRuns);
  EXPECT_FALSE(std::filesystem::exists(file + ".part"));
  const auto nobody = Command({"export", "--node", "nobody"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.output, HasSubstr("there is no node \"nobody\""));
  EXPECT_EQ(Command({"export", "--output", "/nowhere/file"}).exit_code, 1);
}

TEST_F(CommandLineTest, PrometheusTakesWhatIsExported) {
  FillStore();
  Start();
  const auto file = Path("figures.om");
  EXPECT_EQ(Output({"export", "--as", "openmetrics", "--all", "--output", file}), "");
  EXPECT_THAT(ReadFile(file), HasSubstr("node=\"evil\x1b[31m,\\\"\u202e\""));
  const auto made =
      RunProcess({"promtool", "tsdb", "create-blocks-from", "openmetrics", file, Path("tsdb")});
  EXPECT_EQ(made.exit_code, 0) << made.output;
  std::filesystem::create_directories(Path("tsdb/wal"));  // dump wants one, empty as it is
  const auto dumped = RunProcess({"promtool", "tsdb", "dump", Path("tsdb")});
  EXPECT_EQ(dumped.exit_code, 0) << dumped.output;
  int samples = 0;
  for (size_t at = 0;
       (at = dumped.output.find("{__name__=\"hypergauge_cpu_blowfish", at)) != std::string::npos;
       ++at) {
    ++samples;
  }
  EXPECT_EQ(samples, kRuns);
}

TEST_F(CommandLineTest, AnExportedDataSetIsImportedAndComparesAsTheFleetDid) {
  FillStore();
  Start();
  const auto file = Path("fleet.json");
  EXPECT_EQ(Output({"export", "--as", "dataset", "--name", "before", "--output", file}), "");
  EXPECT_EQ(Output({"import", file}), "imported before: 3 nodes, 3 results\n");
  const auto compared =
      UserCommandJson(aggregator_->grpc_address(), {"compare", "--dataset", "before"});
  const auto& overheads = compared["overheads"];
  const auto guest = std::find_if(overheads.begin(), overheads.end(),
                                  [](const auto& each) { return each["node"] == "g"; });
  ASSERT_NE(guest, overheads.end());
  EXPECT_NEAR((*guest)["ratio"].get<double>(), 1.1, 0.02);
}

TEST_F(CommandLineTest, WhereNoAggregatorAnswersTheExitCodeIsOne) {
  for (auto arguments : kListings) {
    const auto finished = RunUserCommand(kNobody, arguments);
    EXPECT_EQ(finished.exit_code, 1) << arguments[0];
    EXPECT_THAT(finished.output, StartsWith("hypergauge: aggregator 127.0.0.1:1 does not answer"));
  }
  EXPECT_EQ(RunUserCommand(kNobody, {"export"}).exit_code, 1);
}

TEST_F(CommandLineTest, AnOlderAggregatorIsSaidToBeOlder) {
  class OldQueries : public v1::QueryService::Service {};  // knows none of the questions
  OldQueries queries;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&queries);
  const auto server = builder.BuildAndStart();
  const auto finished =
      RunUserCommand("127.0.0.1:" + std::to_string(port), {"history", "g", "cpu_blowfish"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("is older than this command and cannot answer it"));
}

TEST_F(CommandLineTest, TheConfigurationFileIsReadAndItsFaultsAreNamed) {
  FillStore();
  Start();
  const auto config = Path("config.yml");
  const auto run = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"env", "HYPERGAUGE_CONFIG=" + config, Program("hypergauge")};
    words.insert(words.end(), more.begin(), more.end());
    return RunProcess(words);
  };
  folder_.Write("config.yml", "server: " + aggregator_->grpc_address() + "\nformat: csv\n");
  EXPECT_THAT(run({"nodes"}).output, StartsWith("node,role,platform,"));
  EXPECT_THAT(run({"nodes", "--format", "table"}).output, StartsWith("NODE "));
  EXPECT_EQ(run({"--server", kNobody, "nodes"}).exit_code, 1);
  folder_.Write("config.yml", "server: x\nports: 3\n");
  const auto finished = run({"nodes"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(finished.output, "hypergauge: " + config +
                                 ":2:1: unknown key \"ports\"; there are color, format, server\n");
}

TEST_F(CommandLineTest, HelpSaysWhatExitCodesMeanAndWrongUseIsTwo) {
  const auto help = RunProcess({Program("hypergauge"), "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("Exit codes: 0 done; 1 asked right"));
  EXPECT_EQ(RunProcess({Program("hypergauge")}).exit_code, 2);
  EXPECT_EQ(RunProcess({Program("hypergauge"), "nodes", "--nonsense"}).exit_code, 2);
  EXPECT_EQ(RunProcess({Program("hypergauge"), "nodes", "--format", "xml"}).exit_code, 2);
  EXPECT_EQ(RunProcess({Program("hypergauge"), "top", "--interval", "0s"}).exit_code, 2);
  const auto full = RunProcess({"sh", "-c", Program("hypergauge") + " completion bash >/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.output, HasSubstr("standard output takes no more"));
}

TEST_F(CommandLineTest, RunNowIsCalledRunToo) {
  Start();
  for (const std::string name : {"run-now", "run"}) {
    const auto finished = Command({name, "nobody"});
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.output, HasSubstr("nobody"));
  }
}

class TopTest : public CommandLineTest {
 protected:
  [[nodiscard]] std::string TopCommand() const {
    return Program("hypergauge") + " --server " + aggregator_->grpc_address() +
           " top --interval 200ms; echo code=$?\n";
  }

  // What the terminal is set to, as stty tells it.
  static bool Echoes(ShellTerminal& shell) {
    shell.Type("stty -a; echo told\n");
    const size_t begin = shell.output().size();
    EXPECT_TRUE(shell.WaitFor("\ntold")) << shell.output();
    const auto told = shell.output().substr(begin);
    return told.find(" echo ") != std::string::npos && told.find(" icanon ") != std::string::npos;
  }
};

TEST_F(TopTest, KeysDoWhatTheySayAndTheTerminalIsAsItWas) {
  FillStore();
  Start();
  ShellTerminal shell(100, 30);
  ASSERT_TRUE(shell.WaitFor("ready> "));
  shell.Type(TopCommand());
  ASSERT_TRUE(shell.WaitFor(kEnterScreen)) << shell.output();
  ASSERT_TRUE(shell.WaitFor("3 nodes: ")) << shell.output();
  ASSERT_TRUE(shell.WaitFor("evil\\x1b")) << shell.output();
  shell.Type("n");
  ASSERT_TRUE(shell.WaitFor("sorted by name"));
  shell.Type("/h\r");
  ASSERT_TRUE(shell.WaitFor("filter \"h\": "));
  shell.Type(" ");
  ASSERT_TRUE(shell.WaitFor("paused: space goes on"));
  shell.Type("h");
  ASSERT_TRUE(shell.WaitFor("reverse the order"));
  shell.Type("x");
  shell.Resize(60, 20);
  ASSERT_TRUE(shell.WaitFor("\x1b[H"));
  shell.Type("q");
  ASSERT_TRUE(shell.WaitFor(kLeaveScreen)) << shell.output();
  ASSERT_TRUE(shell.WaitFor("code=0")) << shell.output();
  EXPECT_TRUE(Echoes(shell)) << shell.output();
}

TEST_F(TopTest, StoppingGivesTheTerminalBackAndGoingOnTakesIt) {
  Start();
  ShellTerminal shell(80, 24);
  ASSERT_TRUE(shell.WaitFor("ready> "));
  shell.Type(TopCommand());
  ASSERT_TRUE(shell.WaitFor("no nodes")) << shell.output();
  shell.Type("\x1a");  // Ctrl-Z
  ASSERT_TRUE(shell.WaitFor(kLeaveScreen)) << shell.output();
  ASSERT_TRUE(shell.WaitFor("Stopped")) << shell.output();
  EXPECT_TRUE(Echoes(shell)) << shell.output();
  shell.Type("fg\n");
  ASSERT_TRUE(shell.WaitFor(kEnterScreen)) << shell.output();
  ASSERT_TRUE(shell.WaitFor("no nodes")) << shell.output();
  shell.Type("\x03");  // Ctrl-C
  ASSERT_TRUE(shell.WaitFor(kLeaveScreen)) << shell.output();
  ASSERT_TRUE(shell.WaitFor("ready> ")) << shell.output();
  shell.Type("echo code=$?\n");
  ASSERT_TRUE(shell.WaitFor("code=130")) << shell.output();
  EXPECT_TRUE(Echoes(shell)) << shell.output();
}

TEST_F(TopTest, WhateverSignalEndsItTheTerminalIsAsItWas) {
  Start();
  for (const int signal : {SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT}) {
    SCOPED_TRACE(signal);
    ShellTerminal shell(80, 24);
    ASSERT_TRUE(shell.WaitFor("ready> "));
    shell.Type(TopCommand());
    ASSERT_TRUE(shell.WaitFor("no nodes")) << shell.output();
    ASSERT_EQ(kill(shell.Foreground(), signal), 0);
    ASSERT_TRUE(shell.WaitFor(kLeaveScreen)) << shell.output();
    ASSERT_TRUE(shell.WaitFor("code=" + std::to_string(128 + signal))) << shell.output();
    EXPECT_TRUE(Echoes(shell)) << shell.output();
  }
}

TEST_F(TopTest, AnAggregatorThatComesBackIsWelcome) {
  FillStore();
  Start();
  const auto address = aggregator_->grpc_address();
  ShellTerminal shell(120, 30);
  ASSERT_TRUE(shell.WaitFor("ready> "));
  shell.Type(TopCommand());
  ASSERT_TRUE(shell.WaitFor("3 nodes: ")) << shell.output();
  Stop();
  ASSERT_TRUE(shell.WaitFor("does not answer")) << shell.output();
  ASSERT_TRUE(shell.WaitFor("3 nodes: ")) << "what was known stays: " << shell.output();
  Start(address);
  ASSERT_TRUE(shell.WaitFor("the aggregator was restarted")) << shell.output();
  shell.Type("q");
  ASSERT_TRUE(shell.WaitFor("code=0")) << shell.output();
}

TEST_F(TopTest, WithoutATerminalThatCanItIsPrintedOnce) {
  Start();
  EXPECT_THAT(Output({"top"}), Not(HasSubstr("\x1b")));
  ShellTerminal shell(80, 24);
  ASSERT_TRUE(shell.WaitFor("ready> "));
  shell.Type("TERM=dumb " + TopCommand());
  ASSERT_TRUE(shell.WaitFor("no nodes")) << shell.output();
  ASSERT_TRUE(shell.WaitFor("code=0")) << shell.output();
  EXPECT_THAT(shell.output(), Not(HasSubstr(kEnterScreen)));
}

}  // namespace
}  // namespace hypergauge::testing
