// Two hosts in namespaces of their own, real guests under QEMU, a real aggregator: where guests run
// is found out without anybody saying so, and followed when they move.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>

#include "hypergauge/v1/query.grpc.pb.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/guest.h"
#include "tests/support/probe_agent.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using Words = std::vector<std::string>;

constexpr const char* kUuid1 = "6b0c4dd5-93d2-4d0f-8a49-1c5f4a7f0001";
constexpr const char* kUuid2 = "6b0c4dd5-93d2-4d0f-8a49-1c5f4a7f0002";
constexpr const char* kMac1 = "52:54:00:70:61:01";
constexpr const char* kAggregatorAddress = "10.213.1.1";  // outside of both hosts, seen from both
constexpr seconds kNoticed{40};

Words Joined(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string Line(const Words& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

// A machine of its own as far as processes and network cards go: what runs in it is seen by no
// other.
class NamespacedHost {
 public:
  explicit NamespacedHost(int number)
      : number_(number),
        init_({"unshare", "--net", "--pid", "--mount", "--mount-proc", "--fork", "--kill-child",
               "sh", "-c", "ip link set lo up && echo up && exec sleep 86400"}) {
    if (!init_.WaitForOutput("up\n", seconds(20))) return;
    std::ifstream children("/proc/" + std::to_string(init_.pid()) + "/task/" +
                           std::to_string(init_.pid()) + "/children");
    children >> inside_;
    is_up_ = Connect();
  }
  ~NamespacedHost() {
    // Its end takes the other one with it.
    (void)RunProcess({"ip", "link", "delete", OuterEnd()});
  }
  NamespacedHost(const NamespacedHost&) = delete;
  NamespacedHost& operator=(const NamespacedHost&) = delete;

  [[nodiscard]] bool is_up() const { return is_up_; }
  [[nodiscard]] const std::string& output() const { return init_.output(); }
  /// In front of what is to run there, which ends with the process that is started so.
  [[nodiscard]] Words Wrapper() const {
    return {"nsenter", "--target", inside_,   "--net",       "--pid",
            "--mount", "--",       "setpriv", "--pdeathsig", "KILL"};
  }

 private:
  [[nodiscard]] std::string OuterEnd() const { return "hgtest" + std::to_string(number_); }

  [[nodiscard]] bool Connect() const {
    const std::string net = "10.213." + std::to_string(number_);
    const std::vector<Words> steps = {
        {"ip", "link", "add", OuterEnd(), "type", "veth", "peer", "name", "eth0", "netns", inside_},
        {"ip", "address", "add", net + ".1/24", "dev", OuterEnd()},
        {"ip", "link", "set", OuterEnd(), "up"},
        Joined(Wrapper(), {"ip", "address", "add", net + ".2/24", "dev", "eth0"}),
        Joined(Wrapper(), {"ip", "link", "set", "eth0", "up"}),
        Joined(Wrapper(), {"ip", "route", "add", "default", "via", net + ".1"})};
    return std::all_of(steps.begin(), steps.end(), [](const Words& step) {
      const auto finished = RunProcess(step);
      EXPECT_EQ(finished.exit_code, 0) << Line(step) << ": " << finished.output;
      return finished.exit_code == 0;
    });
  }

  const int number_;
  Process init_;
  std::string inside_;  // the process id of its first process, seen from outside
  bool is_up_ = false;
};

class PlacementTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Guest::Missing(), "");
    ASSERT_TRUE(host_a_.is_up()) << host_a_.output();
    ASSERT_TRUE(host_b_.is_up()) << host_b_.output();
    ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output();
    query_ = v1::QueryService::NewStub(
        grpc::CreateChannel(aggregator_.grpc_address(), grpc::InsecureChannelCredentials()));
  }

  std::unique_ptr<Process> StartHostProbe(const NamespacedHost& host, const std::string& name) {
    auto probe = std::make_unique<Process>(
        Joined(host.Wrapper(), AgentCommand(Program("hypergauge-probe"), Address(),
                                            (folder_.path() / name).string(), name)));
    EXPECT_TRUE(probe->WaitForOutput("connected to aggregator", seconds(40))) << probe->output();
    return probe;
  }

  std::unique_ptr<Guest> StartGuest(const NamespacedHost& host, const std::string& name,
                                    const std::string& uuid, const std::string& mac,
                                    const Words& more_flags = {}) {
    const auto command = Joined(AgentCommand("hypergauge-probe", Address(), "/data", name),
                                Joined({"--node.role", "guest"}, more_flags));
    return std::make_unique<Guest>(folder_, name, "exec " + Line(command),
                                   GuestShape{.kernel_parameters = "",
                                              .cpus = 1,
                                              .memory_mib = 192,
                                              .uuid = uuid,
                                              .mac = mac,
                                              .wrapper = host.Wrapper()});
  }

  static void Stop(Guest& guest) {
    EXPECT_EQ(guest.PowerOff().exit_code, 0);
    EXPECT_TRUE(guest.qemu().Wait(seconds(40)).has_value()) << guest.qemu().output();
  }

  [[nodiscard]] std::string Address() const {
    return std::string(kAggregatorAddress) + ":" + std::to_string(aggregator_.grpc_port());
  }

  [[nodiscard]] bool Shows(const std::string& series, int value) const {
    return aggregator_.Scrape().find("\n" + series + " " + std::to_string(value) + "\n") !=
           std::string::npos;
  }
  [[nodiscard]] bool IsPlaced(const std::string& node, const std::string& host,
                              const std::string& source = "discovered") const {
    return Eventually(kNoticed, [&] {
      return Shows("hypergauge_placement_info{host=\"" + host + "\",node=\"" + node +
                       "\",source=\"" + source + "\"}",
                   1);
    });
  }
  [[nodiscard]] bool IsContested(const std::string& node, bool contested) const {
    return Eventually(kNoticed, [&] {
      return Shows("hypergauge_placement_contested{node=\"" + node + "\"}", contested ? 1 : 0);
    });
  }

  // "hostA>hostB" of each event, oldest first.
  [[nodiscard]] Words EventsOf(const std::string& node, v1::Event::Kind kind) const {
    v1::ListEventsRequest request;
    request.add_nodes(node);
    request.add_kinds(kind);
    v1::ListEventsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(query_->ListEvents(&context, request, &response).ok());
    Words events;
    for (const auto& event : response.events()) {
      events.insert(events.begin(), event.old_value() + ">" + event.new_value());
    }
    return events;
  }
  [[nodiscard]] std::vector<v1::PlacementEpoch> EpochsOf(const std::string& node) const {
    v1::ListEpochsRequest request;
    request.set_node(node);
    v1::ListEpochsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(query_->ListEpochs(&context, request, &response).ok());
    return {response.placements().begin(), response.placements().end()};
  }

  TempDir folder_;
  NamespacedHost host_a_{1};
  NamespacedHost host_b_{2};
  AggregatorProcess aggregator_{
      (folder_.path() / "store").string(),
      {"--config.file",
       folder_.Write("some.yml", "schedule: {interval: 1h, benchmarks: [kernel_syscall]}\n")
           .string()},
      {},
      "0.0.0.0:0"};
  std::unique_ptr<v1::QueryService::Stub> query_;
};

TEST_F(PlacementTest, GuestsAreFoundFollowedAndNeverOnTwoHosts) {
  const auto probe_a = StartHostProbe(host_a_, "hostA");
  const auto probe_b = StartHostProbe(host_b_, "hostB");

  // Two guests at once; one is known by its UUID and its card, the other by its UUID alone.
  auto guest1 = StartGuest(host_a_, "guest1", kUuid1, kMac1);
  auto guest2 = StartGuest(host_a_, "guest2", kUuid2, "");
  EXPECT_TRUE(IsPlaced("guest1", "hostA")) << guest1->qemu().output() << probe_a->output();
  EXPECT_TRUE(IsPlaced("guest2", "hostA")) << guest2->qemu().output();

  // Stopped here and started there: one move, and one moment for both epochs.
  Stop(*guest1);
  guest1 = StartGuest(host_b_, "guest1", kUuid1, kMac1);
  EXPECT_TRUE(IsPlaced("guest1", "hostB")) << guest1->qemu().output() << probe_b->output();
  ASSERT_TRUE(guest1->qemu().WaitForOutput("connected to aggregator", seconds(60)))
      << guest1->qemu().output();
  EXPECT_EQ(EventsOf("guest1", v1::Event::KIND_PLACEMENT_CHANGED), Words{"hostA>hostB"});
  const auto epochs = EpochsOf("guest1");
  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_EQ(epochs[0].host(), "hostA");
  EXPECT_EQ(epochs[1].host(), "hostB");
  EXPECT_EQ(epochs[0].ended_unix_nanos(), epochs[1].began_unix_nanos());
  EXPECT_EQ(epochs[1].ended_unix_nanos(), 0);
  EXPECT_TRUE(IsPlaced("guest2", "hostA"));

  // The other host claims it as well: it stays, and that is told.
  {
    Process twin(Joined(host_a_.Wrapper(), {"qemu-system-x86_64", "-nodefaults", "-display", "none",
                                            "-m", "32", "-S", "-uuid", kUuid1}));
    EXPECT_TRUE(IsContested("guest1", true)) << twin.output();
    EXPECT_TRUE(IsPlaced("guest1", "hostB"));
    EXPECT_EQ(EventsOf("guest1", v1::Event::KIND_PLACEMENT_CONTESTED), Words{"hostB>hostA"});
    EXPECT_EQ(EpochsOf("guest1").size(), 2U);
  }
  EXPECT_TRUE(IsContested("guest1", false));
  EXPECT_TRUE(IsPlaced("guest1", "hostB"));

  // What the user says overrides what is seen.
  Stop(*guest2);
  guest2 = StartGuest(host_a_, "guest2", kUuid2, "", {"--node.host", "hostB"});
  EXPECT_TRUE(IsPlaced("guest2", "hostB", "declared")) << guest2->qemu().output();
  EXPECT_EQ(EventsOf("guest2", v1::Event::KIND_PLACEMENT_CHANGED), Words{"hostA>hostB"});

  for (const auto& text : {aggregator_.Scrape(), aggregator_.process().output()}) {
    for (const char* secret : {kUuid1, kUuid2, kMac1}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    }
  }
  Stop(*guest1);
  Stop(*guest2);
}

}  // namespace
}  // namespace hypergauge::testing
