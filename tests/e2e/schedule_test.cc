// A host and two real guests on it, for several rounds: what they report never overlaps, also while
// one of them is cut off and measures in its offline slot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "tests/support/aggregator_process.h"
#include "tests/support/guest.h"
#include "tests/support/operator.h"
#include "tests/support/probe_agent.h"
#include "tests/support/relay.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kSlotLength = 20 * kSecond;
// What a node's clock may seem to be off by: the time of a message on its way through the emulated
// network card of a guest whose host is busy.
constexpr int64_t kClockError = kSecond / 20;
constexpr size_t kRounds = 4;

// Rounds follow upon each other, so that whoever could meet does. No lease lasts longer than a slot
// is away that may be used `after` its probe was cut off: that leaves an emulated guest its turn.
// Both benchmarks together take an emulated guest some seconds.
constexpr char kConfig[] = R"(schedule:
  interval: 20s
  cycle: 4s
  lease: 1m
  retry: 2s
  duty: {node: 1, host: 1}
  benchmarks: [kernel_syscall, cpu_fibonacci]
  mesh: {interval: 0}
  offline: {period: 90s, length: 20s, guard: 5s, valid: 20m, after: 40s}
)";

struct Measured {
  std::string node;
  v1::Run run;
  int64_t start = 0;  // by the aggregator's clock
  int64_t end = 0;
};

std::string BytesOfHex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

class ScheduleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Guest::Missing(), "");
    ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output();
    relay_ = std::make_unique<Relay>(aggregator_.grpc_port());
    operator_ = std::make_unique<Operator>(aggregator_.grpc_address());
    auto command = AgentCommand(Program("hypergauge-probe"), aggregator_.grpc_address(),
                                (folder_.path() / "metal1").string(), "metal1");
    // The very same hypergauge-bench on both sides.
    command.insert(command.end(), {"--bench.path", Guest::StaticPrograms() + "/hypergauge-bench"});
    host_ = std::make_unique<Process>(command);
    guest1_ = Boot("guest1", aggregator_.grpc_port());
    guest2_ = Boot("guest2", relay_->port());
    for (auto* process : {host_.get(), &guest1_->qemu(), &guest2_->qemu()}) {
      ASSERT_TRUE(process->WaitForOutput("connected to aggregator", seconds(180)))
          << process->output();
    }
  }

  [[nodiscard]] std::unique_ptr<Guest> Boot(const std::string& name, int port) const {
    auto command =
        AgentCommand("hypergauge-probe", "10.0.2.2:" + std::to_string(port), "/data", name);
    command.insert(command.end(), {"--node.role", "guest", "--node.host", "metal1"});
    std::string line = "exec";
    for (const auto& word : command) line += " " + word;
    return std::make_unique<Guest>(
        folder_, name, line, GuestShape{.kernel_parameters = "", .cpus = 1, .memory_mib = 192});
  }

  // All that the aggregator ever stored, in the order in which it was measured.
  [[nodiscard]] std::vector<Measured> Stored() const {
    const auto names = Names();
    const auto answer = RunProcess(
        {"sqlite3", "-readonly", Store() + "/hypergauge.db", "SELECT hex(payload) FROM runs"});
    EXPECT_EQ(answer.exit_code, 0) << answer.output;
    std::vector<Measured> runs;
    std::istringstream lines(answer.output);
    for (std::string line; std::getline(lines, line);) {
      Measured measured;
      EXPECT_TRUE(measured.run.ParseFromString(BytesOfHex(line)));
      measured.start = measured.run.started_unix_nanos() - measured.run.clock().offset_nanos();
      measured.end = measured.start + measured.run.wall_nanos();
      measured.node = names.at(measured.run.id().node_id());
      runs.push_back(measured);
    }
    std::ranges::sort(runs, {}, &Measured::start);
    return runs;
  }

  [[nodiscard]] std::map<std::string, std::string> Names() const {
    std::map<std::string, std::string> names;
    for (const auto& lease : operator_->Leases()) names[lease.node_id()] = lease.node();
    return names;
  }
  [[nodiscard]] std::string Store() const { return (folder_.path() / "store").string(); }

  // Waits for what may take minutes, in which all of them say much.
  [[nodiscard]] bool Comes(seconds limit, const std::function<bool()>& ask) {
    return Eventually(limit, [&] {
      for (auto* process :
           {&aggregator_.process(), host_.get(), &guest1_->qemu(), &guest2_->qemu()}) {
        process->Drain();
      }
      return ask();
    });
  }

  [[nodiscard]] size_t CompleteRounds() const {
    const auto rounds = Rounds(operator_->Leases(), "metal1");
    return static_cast<size_t>(std::ranges::count_if(
        rounds, [](const auto& round) { return std::ranges::count(round.second, ' ') == 5; }));
  }

  [[nodiscard]] std::vector<Measured> InSlots() const {
    auto runs = Stored();
    std::erase_if(runs, [](const Measured& measured) {
      return !measured.run.lease_id().starts_with("slot-");
    });
    return runs;
  }

  // Cuts guest2 off until a slot of its own is over, and lets it deliver.
  void CutOffOnce() {
    relay_->Cut();
    const auto& said = guest2_->qemu().output();
    const size_t heard = said.size();
    ASSERT_TRUE(Comes(seconds(300), [&] {
      return said.find("measures in the offline slot", heard) != std::string::npos;
    })) << said;
    const auto until = operator_->Now() + kSlotLength;
    ASSERT_TRUE(Comes(seconds(60), [&] { return operator_->Now() > until; }));
    relay_->Join();
    const auto leases = [this] {
      const auto all = operator_->Leases();
      return std::ranges::count(all, "guest2", &v1::LeaseRecord::node);
    };
    const auto before = leases();
    // What it has spooled comes before what it measures next.
    ASSERT_TRUE(Comes(seconds(300), [&] { return leases() >= before + 2; }))
        << guest2_->qemu().output();
  }

  TempDir folder_;
  AggregatorProcess aggregator_{Store(),
                                {"--config.file", folder_.Write("some.yml", kConfig).string()}};
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<Operator> operator_;
  std::unique_ptr<Process> host_;
  std::unique_ptr<Guest> guest1_;
  std::unique_ptr<Guest> guest2_;
};

std::string Describe(const Measured& measured) {
  return measured.node + " " + measured.run.benchmark() + " under " + measured.run.lease_id() +
         " from " + std::to_string(measured.start) + " until " + std::to_string(measured.end);
}

// Runs that met by more than clocks may err, in words. `runs` are in the order of their begins.
std::vector<std::string> Overlaps(const std::vector<Measured>& runs) {
  std::vector<std::string> overlaps;
  const Measured* latest = nullptr;
  for (const auto& run : runs) {
    if (latest != nullptr && run.start < latest->end - kClockError) {
      overlaps.push_back(Describe(*latest) + " and " + Describe(run));
    }
    if (latest == nullptr || run.end > latest->end) latest = &run;
  }
  return overlaps;
}

// Who measured in each round, each turn once: "metal1 guest1 guest2 guest2 guest1 metal1".
std::map<uint64_t, std::string> TurnsThatWereMeasured(const std::vector<Measured>& runs) {
  std::map<uint64_t, std::string> rounds;
  std::set<std::string> leases;
  for (const auto& measured : runs) {
    if (measured.run.round() == 0 || !leases.insert(measured.run.lease_id()).second) continue;
    auto& turns = rounds[measured.run.round()];
    turns += (turns.empty() ? "" : " ") + measured.node;
  }
  return rounds;
}

TEST_F(ScheduleTest, NoTwoMeasurementsEverMeet) {
  ASSERT_TRUE(Comes(seconds(900), [this] { return CompleteRounds() >= kRounds + 1; }))
      << ::testing::PrintToString(Rounds(operator_->Leases(), "metal1")) << guest1_->qemu().output()
      << guest2_->qemu().output();
  EXPECT_THAT(Meetings(operator_->Leases()), IsEmpty());
  auto rounds = TurnsThatWereMeasured(Stored());
  rounds.erase(std::prev(rounds.end()));  // may be under way
  // Nodes may come in either order, but it is the same in all rounds.
  std::map<std::string, size_t> orders;
  for (const auto& [number, turns] : rounds) ++orders[turns];
  const size_t complete = orders["metal1 guest1 guest2 guest2 guest1 metal1"] +
                          orders["metal1 guest2 guest1 guest1 guest2 metal1"];
  EXPECT_GE(complete, kRounds) << ::testing::PrintToString(rounds);
  EXPECT_THAT(complete, AnyOf(orders["metal1 guest1 guest2 guest2 guest1 metal1"],
                              orders["metal1 guest2 guest1 guest1 guest2 metal1"]));

  for (int i = 0; i < 3 && InSlots().empty(); ++i) ASSERT_NO_FATAL_FAILURE(CutOffOnce());
  const auto in_slots = InSlots();
  ASSERT_THAT(in_slots, ::testing::Not(IsEmpty())) << guest2_->qemu().output();
  for (const auto& measured : in_slots) {
    EXPECT_EQ(measured.node, "guest2") << Describe(measured);
    EXPECT_EQ(measured.run.verdict(), v1::VERDICT_CLEAN)
        << Describe(measured) << ": " << measured.run.verdict_reason();
    EXPECT_EQ(measured.run.round(), 0U);
  }

  const auto runs = Stored();
  std::map<std::string, int> nodes;
  for (const auto& measured : runs) {
    ++nodes[measured.node];
    EXPECT_NE(measured.run.verdict(), v1::VERDICT_CONTENDED)
        << Describe(measured) << ": " << measured.run.verdict_reason();
  }
  EXPECT_EQ(nodes.size(), 3U);
  EXPECT_THAT(Overlaps(runs), IsEmpty());
  EXPECT_THAT(aggregator_.Scrape(), HasSubstr("\nhypergauge_schedule_collisions_total 0\n"));
  EXPECT_THAT(operator_->Events(v1::Event::KIND_LEASE_VIOLATED), IsEmpty());
  for (const auto& [node, count] : nodes) RecordProperty("runs_of_" + node, count);
  RecordProperty("runs_in_slots", static_cast<int>(in_slots.size()));
  EXPECT_EQ(guest1_->PowerOff().exit_code, 0);
  EXPECT_EQ(guest2_->PowerOff().exit_code, 0);
}

}  // namespace
}  // namespace hypergauge::testing
