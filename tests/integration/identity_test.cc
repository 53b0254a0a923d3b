// Clones, restored snapshots, reinstalled machines and restored stores, by real programs: who is
// who, and that nobody overwrites anybody.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "hypergauge/v1/query.grpc.pb.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/probe_agent.h"
#include "tests/support/probe_stream.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What an operator sees.
class Operator {
 public:
  explicit Operator(const std::string& address)
      : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())),
        query_(v1::QueryService::NewStub(channel_)) {}

  // By label.
  std::map<std::string, v1::Node> Nodes() const {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::ListNodesResponse response;
    const auto status = query_->ListNodes(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::map<std::string, v1::Node> nodes;
    for (const auto& node : response.nodes()) nodes[node.label()] = node;
    return nodes;
  }

  std::vector<std::string> Labels() const {
    std::vector<std::string> labels;
    for (const auto& [label, node] : Nodes()) labels.push_back(label);
    return labels;
  }

  // Oldest first.
  std::vector<v1::Event> Events(v1::Event::Kind kind) const {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    v1::ListEventsRequest request;
    request.add_kinds(kind);
    v1::ListEventsResponse response;
    const auto status = query_->ListEvents(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.events().rbegin(), response.events().rend()};
  }

  // The last run of a node; without an id where there is none.
  v1::Run LastRun(const std::string& label) const {
    grpc::ClientContext context;
    v1::ListLatestRunsRequest request;
    request.add_nodes(label);
    v1::ListLatestRunsResponse response;
    EXPECT_TRUE(query_->ListLatestRuns(&context, request, &response).ok());
    return response.latest().empty() ? v1::Run() : response.latest(0).run();
  }

  // Waits for a run of the node behind this one.
  bool AwaitRunAfter(const std::string& label, uint64_t sequence) const {
    return Eventually(seconds(60), [&] { return LastRun(label).id().sequence() > sequence; });
  }

  bool AwaitAnotherRun(const std::string& label) const {
    return AwaitRunAfter(label, LastRun(label).id().sequence());
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::QueryService::Stub> query_;
};

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() { StartAggregator("127.0.0.1:0"); }

  void StartAggregator(const std::string& address) {
    aggregator_ = std::make_unique<AggregatorProcess>(
        (folder_.path() / "store").string(),
        std::vector<std::string>{"--config.file",
                                 folder_
                                     .Write("aggregator.yml",
                                            "schedule: {interval: 1s, cycle: 100ms, benchmarks: "
                                            "[null], duty: {node: 1, host: 1}}\n")
                                     .string()},
        std::vector<std::string>{}, address);
    EXPECT_TRUE(aggregator_->ready()) << aggregator_->process().output();
    operator_ = std::make_unique<Operator>(aggregator_->grpc_address());
  }

  // Where the probes know it.
  void RestartAggregator() { StartAggregator(address_); }

  void StopAggregator(int signal = SIGTERM) {
    address_ = aggregator_->grpc_address();
    operator_.reset();  // it would wait for that connection's end
    aggregator_->process().Signal(signal);
    EXPECT_TRUE(aggregator_->process().Wait(seconds(20)).has_value());
  }

  std::unique_ptr<Process> StartProbe(const std::string& storage, const std::string& name) {
    auto command = AgentCommand(Program("hypergauge-probe"), aggregator_->grpc_address(),
                                (folder_.path() / storage).string(), name);
    for (const char* part : {"--suites.light.budget", "1ms", "--suites.light.sample-time", "1ms",
                             "--suites.light.warmups", "0", "--suites.light.min-samples", "1"}) {
      command.emplace_back(part);
    }
    return std::make_unique<Process>(command);
  }

  static void StopProbe(Process& probe) {
    probe.Signal(SIGTERM);
    EXPECT_EQ(probe.Wait(seconds(20)), 0) << probe.output();
  }

  void Copy(const std::string& from, const std::string& to) const {
    ASSERT_EQ(RunProcess({"cp", "-a", folder_.path() / from, folder_.path() / to}).exit_code, 0);
  }

  void Delete(const std::string& name) const { fs::remove_all(folder_.path() / name); }

  nlohmann::json IdentityOf(const std::string& storage) const {
    return nlohmann::json::parse(ReadFile(folder_.path() / storage / "identity.json"));
  }

  bool AwaitLabels(size_t count) const {
    return Eventually(seconds(60), [&] {
      const auto nodes = operator_->Nodes();
      return nodes.size() == count && std::all_of(nodes.begin(), nodes.end(), [](const auto& each) {
               return each.second.connected();
             });
    });
  }

  Finished Replace(const std::string& old_node, const std::string& new_node) const {
    return RunProcess({Program("hypergauge"), "nodes", "replace", old_node, new_node, "--server",
                       aggregator_->grpc_address()});
  }

  void ExpectNoSplit() const {
    EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_SPLIT), IsEmpty());
    EXPECT_THAT(operator_->Labels(), SizeIs(1));
  }

  TempDir folder_;
  std::string address_;
  std::unique_ptr<AggregatorProcess> aggregator_;
  std::unique_ptr<Operator> operator_;
};

TEST_F(IdentityTest, ACloneOfALiveProbeBecomesANodeOfItsOwnAndBothGoOn) {
  const auto original = StartProbe("original", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << original->output();
  const auto before = IdentityOf("original");
  Copy("original", "clone");
  const auto clone = StartProbe("clone", "box");
  ASSERT_TRUE(AwaitLabels(2)) << clone->output();
  const auto nodes = operator_->Nodes();
  EXPECT_EQ(IdentityOf("original")["node_id"], before["node_id"]);
  EXPECT_EQ(nodes.at("box").identity().node_id(), before["node_id"]);
  const std::string clone_id = IdentityOf("clone")["node_id"];
  EXPECT_NE(clone_id, before["node_id"]);
  EXPECT_EQ(IdentityOf("clone")["split_from"], before["node_id"]);
  const std::string clone_label = "box-" + clone_id.substr(0, 8);
  ASSERT_TRUE(nodes.contains(clone_label));
  EXPECT_TRUE(operator_->AwaitAnotherRun("box"));
  EXPECT_TRUE(operator_->AwaitAnotherRun(clone_label));
  EXPECT_TRUE(
      fs::exists(folder_.path() / "clone" / ("spool-of-" + before["node_id"].get<std::string>())));
  const auto splits = operator_->Events(v1::Event::KIND_NODE_SPLIT);
  ASSERT_THAT(splits, SizeIs(1));
  EXPECT_EQ(splits[0].node(), "box");
  const auto enrolled = operator_->Events(v1::Event::KIND_NODE_ENROLLED);
  ASSERT_THAT(enrolled, SizeIs(2));
  EXPECT_EQ(enrolled[1].node(), clone_label);
  EXPECT_EQ(enrolled[1].subject(), "split_from");
  EXPECT_EQ(enrolled[1].old_value(), "box");
}

TEST_F(IdentityTest, AMachineThatIsSetBackToASnapshotBecomesANewNode) {
  auto probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  StopProbe(*probe);
  Copy("probe", "snapshot");
  probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitAnotherRun("box")) << probe->output();
  StopProbe(*probe);
  Delete("probe");
  Copy("snapshot", "probe");
  probe = StartProbe("probe", "box");
  ASSERT_TRUE(Eventually(seconds(60), [&] { return operator_->Labels().size() == 2; }))
      << probe->output();
  const std::string label = "box-" + IdentityOf("probe")["node_id"].get<std::string>().substr(0, 8);
  EXPECT_TRUE(operator_->AwaitRunAfter(label, 0));
  EXPECT_FALSE(operator_->Nodes().at("box").connected());
  EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_SPLIT), SizeIs(1));
}

TEST_F(IdentityTest, ARenamedMachineStaysItself) {
  auto probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  const auto before = operator_->LastRun("box");
  StopProbe(*probe);
  probe = StartProbe("probe", "case");
  ASSERT_TRUE(Eventually(seconds(60), [&] { return operator_->Nodes().contains("case"); }));
  EXPECT_THAT(operator_->Labels(), ElementsAre("case"));
  ASSERT_TRUE(operator_->AwaitRunAfter("case", before.id().sequence()));
  EXPECT_EQ(operator_->LastRun("case").id().node_id(), before.id().node_id());
  const auto renamed = operator_->Events(v1::Event::KIND_NODE_RENAMED);
  ASSERT_THAT(renamed, SizeIs(1));
  EXPECT_EQ(renamed[0].old_value(), "box");
  EXPECT_EQ(renamed[0].new_value(), "case");
  ExpectNoSplit();
}

TEST_F(IdentityTest, AReinstalledMachineTakesItsOldPlaceByCommand) {
  auto probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  const auto old = operator_->Nodes().at("box").identity();
  StopProbe(*probe);
  Delete("probe");
  probe = StartProbe("probe", "box");
  ASSERT_TRUE(Eventually(seconds(60), [&] { return operator_->Labels().size() == 2; }));
  const std::string label = "box-" + IdentityOf("probe")["node_id"].get<std::string>().substr(0, 8);
  ASSERT_TRUE(operator_->AwaitRunAfter(label, 0)) << probe->output();
  EXPECT_THAT(Replace(label, "box").output, HasSubstr(label + "\" is connected"));
  EXPECT_THAT(Replace("nobody", label).output, HasSubstr("no node \"nobody\""));
  EXPECT_THAT(Replace("box", "box").output, HasSubstr("its own place"));
  const auto told = Replace("box", label);
  EXPECT_EQ(told.exit_code, 0) << told.output;
  ASSERT_TRUE(AwaitLabels(1)) << probe->output();
  const auto node = operator_->Nodes().at("box").identity();
  EXPECT_EQ(node.node_id(), old.node_id());
  EXPECT_EQ(node.epoch(), old.epoch() + 1);
  EXPECT_EQ(IdentityOf("probe")["node_id"], old.node_id());
  EXPECT_TRUE(Eventually(
      seconds(60), [&] { return operator_->LastRun("box").id().epoch() == old.epoch() + 1; }));
  EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_REPLACED), SizeIs(1));
  EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_SPLIT), IsEmpty());
  // And it stays so when both programs start again.
  StopProbe(*probe);
  StopAggregator();
  RestartAggregator();
  EXPECT_THAT(operator_->Labels(), ElementsAre("box"));
  probe = StartProbe("probe", "box");
  EXPECT_TRUE(operator_->AwaitAnotherRun("box"));
  ExpectNoSplit();
}

// Each kill hits another moment between Welcome, the token on disk and its confirmation.
TEST_F(IdentityTest, AProbeThatIsKilledWhileItConnectsIsNotTakenForACopy) {
  for (int round = 1; round <= 10; ++round) {
    const auto probe = StartProbe("probe", "box");
    ASSERT_TRUE(round % 2 == 0
                    ? probe->WaitForOutput("connected to aggregator", seconds(30))
                    : aggregator_->process().WaitForOutput("event node_enrolled", seconds(30)))
        << probe->output();
    probe->Signal(SIGKILL);
    ASSERT_TRUE(probe->Wait(seconds(10)).has_value());
  }
  const auto probe = StartProbe("probe", "box");
  EXPECT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  ExpectNoSplit();
}

TEST_F(IdentityTest, AnAggregatorThatIsKilledSplitsNobody) {
  const auto probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  for (int round = 0; round < 3; ++round) {
    StopAggregator(SIGKILL);
    RestartAggregator();
    ASSERT_TRUE(operator_->AwaitAnotherRun("box")) << probe->output();
  }
  ExpectNoSplit();
}

TEST_F(IdentityTest, AnAggregatorThatIsSetBackToAnOlderStoreSplitsNobody) {
  auto probe = StartProbe("probe", "box");
  ASSERT_TRUE(operator_->AwaitRunAfter("box", 0)) << probe->output();
  StopAggregator();
  Copy("store", "backup");
  RestartAggregator();
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(operator_->AwaitAnotherRun("box")) << probe->output();
    StopProbe(*probe);
    probe = StartProbe("probe", "box");
  }
  ASSERT_TRUE(operator_->AwaitAnotherRun("box")) << probe->output();
  StopAggregator();
  Delete("store");
  Copy("backup", "store");
  RestartAggregator();
  ASSERT_TRUE(operator_->AwaitAnotherRun("box")) << probe->output();
  EXPECT_TRUE(aggregator_->process().WaitForOutput("set back to an older state", seconds(20)));
  ExpectNoSplit();
}

// Who only knows a node's id gets nothing of it.
TEST_F(IdentityTest, AnImpostorDisturbsNobodyAndIsReportedOnce) {
  ProbeStream probe(aggregator_->grpc_address());
  auto victim = MakeHello("a");
  // What the plan of these tests has.
  victim.mutable_benchmarks(0)->set_name("null");
  victim.mutable_benchmarks(0)->mutable_quantities(0)->set_family("null_seconds");
  const auto welcome = probe.Greet(victim);
  ASSERT_TRUE(welcome.has_value());
  v1::ProbeMessage stored;
  stored.mutable_continuity_stored()->set_counter(welcome->continuity().counter());
  probe.Send(stored);
  const auto lease = probe.ReceiveKind(v1::AggregatorMessage::kLease);
  ASSERT_TRUE(lease.has_value());
  for (int attempt = 0; attempt < 20; ++attempt) {
    ProbeStream impostor(aggregator_->grpc_address());
    auto hello = MakeHello("a");
    hello.mutable_identity()->set_name("victim?");
    hello.set_role(v1::ROLE_GUEST);
    v1::ProbeMessage message;
    *message.mutable_hello() = hello;
    impostor.Send(message);
    const auto answer = impostor.Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->kind_case(), v1::AggregatorMessage::kEnrollAnew);
    EXPECT_EQ(impostor.Finish().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  }
  probe.Send(MakeRun("a", 1));
  EXPECT_TRUE(probe.ReceiveKind(v1::AggregatorMessage::kAck).has_value());
  EXPECT_THAT(operator_->Labels(), ElementsAre("a"));
  EXPECT_EQ(operator_->Nodes().at("a").role(), v1::ROLE_HOST);
  EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_SPLIT), SizeIs(1));
}

// The same token on both sides: only who answers counts.
TEST_F(IdentityTest, TheStreamThatAnswersKeepsItsPlaceAndTheSilentOneLosesIt) {
  ProbeStream first(aggregator_->grpc_address());
  ASSERT_TRUE(first.Greet(MakeHello("a")).has_value());
  {
    ProbeStream second(aggregator_->grpc_address());
    v1::ProbeMessage message;
    *message.mutable_hello() = MakeHello("a");
    second.Send(message);
    const auto request = first.ReceiveKind(v1::AggregatorMessage::kPresenceRequest);
    ASSERT_TRUE(request.has_value());
    v1::ProbeMessage presence;
    presence.mutable_presence()->set_cookie(request->presence_request().cookie() + 1);
    first.Send(presence);  // of nobody's question
    presence.mutable_presence()->set_cookie(request->presence_request().cookie());
    first.Send(presence);
    EXPECT_TRUE(second.ReceiveKind(v1::AggregatorMessage::kEnrollAnew).has_value());
  }
  ProbeStream third(aggregator_->grpc_address());
  EXPECT_TRUE(third.Greet(MakeHello("a")).has_value());
  EXPECT_EQ(first.Finish().error_code(), grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(IdentityTest, ANewcomerThatLeavesBeforeTheAnswerIsNoSplit) {
  ProbeStream first(aggregator_->grpc_address());
  ASSERT_TRUE(first.Greet(MakeHello("a")).has_value());
  std::optional<v1::AggregatorMessage> request;
  {
    ProbeStream second(aggregator_->grpc_address());
    v1::ProbeMessage message;
    *message.mutable_hello() = MakeHello("a");
    second.Send(message);
    request = first.ReceiveKind(v1::AggregatorMessage::kPresenceRequest);
    ASSERT_TRUE(request.has_value());
  }
  first.Send(MakeRun("a", 1));
  EXPECT_TRUE(first.ReceiveKind(v1::AggregatorMessage::kAck).has_value());
  EXPECT_THAT(operator_->Events(v1::Event::KIND_NODE_SPLIT), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::testing
