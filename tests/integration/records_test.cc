// What happened to nodes, from the stream to the command, and over a restart of the aggregator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <nlohmann/json.hpp>

#include "aggregator/store/store.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/probe_stream.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr seconds kLimit{30};

class RecordsTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(); }

  void Start(const std::vector<std::string>& flags = {}) {
    aggregator_.reset();
    aggregator_ = std::make_unique<AggregatorProcess>(folder_.path().string(), flags);
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  void Stop() {
    aggregator_->process().Signal(SIGTERM);
    ASSERT_EQ(aggregator_->process().Wait(kLimit), 0) << aggregator_->process().output();
  }

  Finished Command(std::vector<std::string> arguments) {
    return RunUserCommand(aggregator_->grpc_address(), std::move(arguments));
  }

  // What `hypergauge ... --format json` prints.
  nlohmann::json Ask(std::vector<std::string> arguments) {
    return UserCommandJson(aggregator_->grpc_address(), std::move(arguments));
  }

  // "node_enrolled a", oldest first.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    const auto answer = Ask({"events"});
    for (const auto& event : answer["events"]) {
      told.insert(told.begin(),
                  event["kind"].get<std::string>() + " " + event["node"].get<std::string>());
    }
    return told;
  }

  std::unique_ptr<ProbeStream> Connect(const v1::Hello& hello) {
    auto probe = std::make_unique<ProbeStream>(aggregator_->grpc_address());
    EXPECT_TRUE(probe->Greet(hello).has_value());
    Settle(*probe, hello);
    return probe;
  }

  // A run is acknowledged after all that the stream said before it is stored. This one is of no
  // interest to anybody.
  static void Settle(ProbeStream& probe, const v1::Hello& hello) {
    auto run = MakeRun(hello.identity().name(), 1);
    run.mutable_id()->set_node_id(hello.identity().node_id());
    run.set_verdict(v1::VERDICT_UNSUPPORTED);
    run.clear_measures();
    ASSERT_TRUE(probe.Send(run));
    ASSERT_TRUE(probe.ReceiveKind(v1::AggregatorMessage::kAck).has_value());
  }

  bool EventuallyDown(const std::string& node) {
    return Eventually(kLimit, [&] {
      return aggregator_->Scrape().find("hypergauge_node_up{node=\"" + node + "\"} 0") !=
             std::string::npos;
    });
  }

  TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
};

v1::ProbeMessage ChangeOf(const v1::Hello& hello) {
  v1::ProbeMessage message;
  *message.mutable_environment_change()->mutable_environment() = hello.environment();
  *message.mutable_environment_change()->mutable_platform() = hello.platform();
  return message;
}

TEST_F(RecordsTest, AChangeIsAnEventAndAnEpochAndARestartIsNone) {
  auto hello = MakeHello("a");
  (*hello.mutable_environment()->mutable_facts())["cpu_governor"] = "powersave";
  {
    const auto probe = Connect(hello);
    hello.mutable_environment()->set_kernel_release("6.6.9");
    (*hello.mutable_environment()->mutable_facts())["cpu_governor"] = "performance";
    ASSERT_TRUE(probe->Send(ChangeOf(hello)));
    Settle(*probe, hello);
    ASSERT_EQ(Ask({"events"})["events"].size(), 3U);
  }
  Stop();
  Start();
  const auto probe = Connect(hello);
  EXPECT_EQ(Ask({"events"})["events"].size(), 3U);
  const auto history = Ask({"history", "a"});
  ASSERT_EQ(history["environments"].size(), 2U);
  EXPECT_EQ(history["environments"][0]["ended_unix_nanos"],
            history["environments"][1]["began_unix_nanos"]);
  EXPECT_EQ(history["environments"][1]["ended_unix_nanos"], "0");
  EXPECT_EQ(history["environments"][1]["environment"]["kernel_release"], "6.6.9");
  const auto text = Command({"history", "a"}).output;
  EXPECT_THAT(text, HasSubstr("ENVIRONMENT          metal, 6.1.0\n"));
  EXPECT_THAT(text, HasSubstr("a: cpu_governor changed from powersave to performance\n"));
  const auto scrape = aggregator_->Scrape();
  EXPECT_THAT(scrape, HasSubstr("hypergauge_environment_fact_info{fact=\"cpu_governor\","
                                "node=\"a\",value=\"performance\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("hypergauge_environment_epoch_timestamp_seconds{node=\"a\"} 1"));
}

TEST_F(RecordsTest, AProbeThatFlapsFillsNeitherTheStoreNorTheLog) {
  auto hello = MakeHello("a");
  const auto probe = Connect(hello);
  constexpr int kChanges = 500;
  for (int i = 0; i < kChanges; ++i) {
    hello.mutable_environment()->set_kernel_release(std::to_string(i));
    ASSERT_TRUE(probe->Send(ChangeOf(hello)));
  }
  Settle(*probe, hello);
  const auto history = Ask({"history", "a"});
  EXPECT_EQ(history["environments"].size(), 13U);  // the first and 12 an hour
  EXPECT_EQ(history["events"].size(), 14U);        // enrolled, 12 changes, and that there were more
  EXPECT_THAT(Command({"events", "--limit", "1"}).output, HasSubstr("12 times within an hour"));
  // What counts now is known all the same.
  EXPECT_THAT(Command({"nodes", "--format", "json"}).output,
              HasSubstr("\"kernel_release\": \"499\""));
}

TEST_F(RecordsTest, EventsAreChosenByNodeKindTimeAndNumber) {
  const auto a = Connect(MakeHello("a"));
  const auto b = Connect(MakeHello("b"));
  EXPECT_THAT(aggregator_->Scrape(), HasSubstr("hypergauge_events_total{kind=\"node_enrolled\"}"));
  EXPECT_EQ(Ask({"events", "--node", "a"})["events"].size(), 1U);
  EXPECT_EQ(Ask({"events", "--node", "a", "--node", "b"})["events"].size(), 2U);
  EXPECT_EQ(Ask({"events", "--node", "ghost"})["events"].size(), 0U);
  EXPECT_EQ(Ask({"events", "--kind", "node_removed"})["events"].size(), 0U);
  EXPECT_EQ(Ask({"events", "--kind", "node_removed", "--kind", "node_enrolled"})["events"].size(),
            2U);
  EXPECT_EQ(Ask({"events", "--since", "1h"})["events"].size(), 2U);
  EXPECT_EQ(Ask({"events", "--since", "2200-01-01"})["events"].size(), 0U);
  const auto last = Ask({"events", "--limit", "1"})["events"];
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0]["node"], "b");
  const auto wrong = Command({"events", "--since", "tomorrow"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("\"tomorrow\""));
  EXPECT_THAT(Command({"events"}).output, HasSubstr("  node_enrolled  a enrolled\n"));
  EXPECT_THAT(Command({"history", "ghost"}).output, HasSubstr("no node \"ghost\""));
}

TEST_F(RecordsTest, NodesOfOneNameKeepTheirLabelsOverARestart) {
  auto first = MakeHello("a");
  auto second = MakeHello("b");
  second.mutable_identity()->set_name("x");
  std::map<std::string, std::string> before;  // node_id by label
  const auto labels = [&] {
    std::map<std::string, std::string> result;
    const auto answer = Ask({"nodes"});
    for (const auto& node : answer["nodes"]) {
      result[node["label"].get<std::string>()] = node["identity"]["node_id"].get<std::string>();
    }
    return result;
  };
  {
    (void)Connect(first);
    const auto other = Connect(second);
    first.mutable_identity()->set_name("x");
    const auto renamed = Connect(first);
    before = labels();
    ASSERT_EQ(before.size(), 2U);
    ASSERT_EQ(before["x"], second.identity().node_id());
  }
  for (int restart = 0; restart < 2; ++restart) {
    Stop();
    Start();
    EXPECT_EQ(labels(), before);
    const auto renamed = Connect(first);
    const auto other = Connect(second);
    EXPECT_EQ(labels(), before);
  }
}

// Each as large as one with all of hypergauge's benchmarks.
TEST_F(RecordsTest, TwoHundredNodesAreListed) {
  constexpr int kNodes = 200;
  std::vector<std::unique_ptr<ProbeStream>> probes;
  for (int i = 0; i < kNodes; ++i) {
    auto hello = MakeHello("n" + std::to_string(i));
    hello.mutable_benchmarks(0)->mutable_quantities(0)->set_help(std::string(4000, 'h'));
    for (int copy = 1; copy < 8; ++copy) {
      auto& benchmark = *hello.add_benchmarks();
      benchmark = hello.benchmarks(0);
      benchmark.set_name("cpu_blowfish" + std::to_string(copy));
      benchmark.mutable_quantities(0)->set_family(benchmark.name() + "_seconds");
    }
    probes.push_back(std::make_unique<ProbeStream>(aggregator_->grpc_address()));
    ASSERT_TRUE(probes.back()->Greet(hello).has_value());
  }
  // A Welcome comes just before its node is listed.
  EXPECT_TRUE(Eventually(kLimit, [&] { return Ask({"nodes"})["nodes"].size() == kNodes; }));
}

TEST_F(RecordsTest, ANodeIsRemovedByCommandForGoodAndMayEnrollAgain) {
  auto probe = Connect(MakeHello("a"));
  const auto refused = Command({"nodes", "remove", "a"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("node \"a\" is connected"));
  const auto unknown = Command({"nodes", "remove", "ghost"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("there is no node \"ghost\""));
  probe.reset();
  ASSERT_TRUE(EventuallyDown("a"));
  EXPECT_EQ(Command({"nodes", "remove", "a"}).output, "removed a\n");
  EXPECT_EQ(Command({"nodes"}).output, "no nodes\n");
  EXPECT_THAT(aggregator_->Scrape(), Not(HasSubstr("node=\"a\"")));
  Stop();
  Start();
  EXPECT_EQ(Command({"nodes", "list"}).output, "no nodes\n");
  EXPECT_THAT(aggregator_->Scrape(), Not(HasSubstr("node=\"a\"")));
  probe = Connect(MakeHello("a"));
  EXPECT_THAT(Told(),
              ::testing::ElementsAre("node_enrolled a", "node_removed a", "node_enrolled a"));
}

TEST_F(RecordsTest, ASilentNodeVanishesAndReturns) {
  Stop();
  Start({"--nodes.vanish-after", "1s"});
  auto probe = Connect(MakeHello("a"));
  const auto stays = Connect(MakeHello("b"));
  probe.reset();
  EXPECT_TRUE(Eventually(
      kLimit, [&] { return aggregator_->Scrape().find("node=\"a\"") == std::string::npos; }));
  EXPECT_THAT(Command({"nodes"}).output, HasSubstr("\nb "));
  probe = Connect(MakeHello("a"));
  EXPECT_THAT(Told(), ::testing::ElementsAre("node_enrolled a", "node_enrolled b",
                                             "node_vanished a", "node_returned a"));
}

TEST_F(RecordsTest, TheSecretOfANodeIsNeitherShownNorPartOfWhatIsKnownOfIt) {
  auto hello = MakeHello("a");
  hello.mutable_continuity()->set_counter(1);
  hello.mutable_continuity()->set_secret("sixteen secrets!");
  {
    const auto probe = Connect(hello);
    ASSERT_TRUE(probe->Send(ChangeOf(hello)));
    Settle(*probe, hello);
    EXPECT_THAT(Command({"nodes", "--format", "json"}).output, Not(HasSubstr("secret")));
    EXPECT_THAT(aggregator_->Scrape(), Not(HasSubstr("secret")));
  }
  Stop();
  const auto store = aggregator::Store::Open(folder_.path());
  ASSERT_TRUE(store.has_value()) << store.error().message;
  const auto state = (*store)->LoadState();
  ASSERT_TRUE(state.has_value()) << state.error().message;
  ASSERT_EQ(state->nodes.size(), 1U);
  EXPECT_FALSE(state->nodes[0].hello.has_continuity());
}

}  // namespace
}  // namespace hypergauge::testing
