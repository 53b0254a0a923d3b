// From a CPU quota to a message: a guest that really gets slower is told by Alertmanager's webhook,
// and told to be over once it is not; a probe that is held back itself has no clean runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <regex>

#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/alertmanager_process.h"
#include "tests/support/cpu_group.h"
#include "tests/support/guest.h"
#include "tests/support/operator.h"
#include "tests/support/probe_agent.h"
#include "tests/support/prometheus_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/webhook_receiver.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kRules = std::string(HYPERGAUGE_SOURCE_DIR) + "/dashboards/prometheus/rules";
const std::string kHost = "metal1";
const std::string kGuest = "guest1";
constexpr double kQuota = 0.3;  // CPUs

// Real-time samples of a few blocks: many runs in minutes.
const std::vector<std::string> kShortRuns = {"--suites.light.sample-time", "50ms",
                                             "--suites.light.budget", "200ms"};

// The interval is how often the analysis looks whether figures are back, and a sixth of how long a
// suspicion waits for its confirming runs.
std::string ConfigOf(const std::string& benchmark, const std::string& interval) {
  return "schedule:\n"
         "  plans:\n"
         "    - {name: light, suite: light, interval: " +
         interval + ", cycle: 500ms, lease: 1m, benchmarks: [" + benchmark +
         "]}\n"
         "  retry: 1s\n"
         "  duty: {node: 1, host: 1}\n"
         "  mesh: {interval: 0}\n"
         "  offline: {period: 0}\n"
         "analysis: {round: 500ms}\n";
}

// The rules that ship. Hours that an alert waits before it fires, or is over, are seconds here, and
// so is the interval of a group.
std::string RulesForTests(const TempDir& folder) {
  static const std::regex kDuration(R"((for|interval): \d+[mhd])");
  for (const auto& file : std::filesystem::directory_iterator(kRules)) {
    folder.Write("rules/" + file.path().filename().string(),
                 std::regex_replace(ReadFile(file.path()), kDuration, "$1: 3s"));
  }
  return (folder.path() / "rules" / "*.yml").string();
}

class SlowdownTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root may hold processes back";
    ASSERT_EQ(group_.missing(), "");
    ASSERT_EQ(Guest::Missing(), "");
  }

  void Start(const std::string& config) {
    aggregator_ = std::make_unique<AggregatorProcess>(
        (folder_.path() / "store").string(),
        std::vector<std::string>{"--config.file",
                                 folder_.Write("aggregator.yml", config).string()});
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
    ASSERT_TRUE(alertmanager_.ready()) << alertmanager_.process().output();
    prometheus_ = std::make_unique<PrometheusProcess>(aggregator_->web_port(),
                                                      RulesForTests(folder_), alertmanager_.port());
    ASSERT_TRUE(prometheus_->ready()) << prometheus_->process().output();
    host_ = std::make_unique<Process>(Agent(
        Program("hypergauge-probe"), aggregator_->grpc_address(), (folder_.path() / kHost).string(),
        kHost, {"--bench.path", Guest::StaticPrograms() + "/hypergauge-bench"}));
    ASSERT_TRUE(host_->WaitForOutput("connected to aggregator", seconds(30))) << host_->output();
  }

  static std::vector<std::string> Agent(const std::string& program, const std::string& aggregator,
                                        const std::string& storage, const std::string& name,
                                        const std::vector<std::string>& more) {
    auto command = AgentCommand(program, aggregator, storage, name);
    command.insert(command.end(), kShortRuns.begin(), kShortRuns.end());
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  void Boot() {
    std::string line = "exec";
    for (const auto& word :
         Agent("hypergauge-probe", "10.0.2.2:" + std::to_string(aggregator_->grpc_port()), "/data",
               kGuest, {"--node.role", "guest", "--node.host", kHost})) {
      line += " " + word;
    }
    guest_ = std::make_unique<Guest>(
        folder_, kGuest, line, GuestShape{.kernel_parameters = "", .cpus = 1, .memory_mib = 192});
    ASSERT_TRUE(guest_->qemu().WaitForOutput("connected to aggregator", seconds(240)))
        << guest_->qemu().output();
    ASSERT_TRUE(group_.Add(guest_->qemu().pid()));
  }

  // Waits for what may take minutes, in which all of them say much.
  [[nodiscard]] bool Comes(seconds limit, const std::function<bool()>& ask) {
    return Eventually(limit, [&] {
      for (auto* process : {&aggregator_->process(), &prometheus_->process(),
                            &alertmanager_.process(), host_.get()}) {
        process->Drain();
      }
      if (guest_) guest_->qemu().Drain();
      return ask();
    });
  }

  // How many runs of the node are stored.
  [[nodiscard]] int Runs(const std::string& node, const std::string& verdict) const {
    const std::regex sample("hypergauge_runs_total\\{benchmark=\"\\w+\",node=\"" + node +
                            "\",verdict=\"" + verdict + "\"\\} (\\d+)");
    const auto scrape = aggregator_->Scrape();
    std::smatch found;
    return std::regex_search(scrape, found, sample) ? std::stoi(found[1]) : 0;
  }

  // How often the webhook heard that the alert of the node has this status.
  [[nodiscard]] int Told(const std::string& alert, const std::string& node,
                         const std::string& status) const {
    return receiver_.Count([&](const Notice& notice) {
      return notice.Label("alertname") == alert && notice.Label("node") == node &&
             notice.status == status;
    });
  }

  // Rules that Prometheus could not evaluate on what the aggregator really exposes, and why.
  [[nodiscard]] std::vector<std::string> BrokenRules() const {
    const auto answer = nlohmann::json::parse(
        HttpGet("http://127.0.0.1:" + std::to_string(prometheus_->port()) + "/api/v1/rules").body);
    std::vector<std::string> broken;
    for (const auto& group : answer["data"]["groups"]) {
      for (const auto& rule : group["rules"]) {
        if (rule["health"] == "ok") continue;
        broken.push_back(rule["name"].get<std::string>() + ": " + rule.value("lastError", "new"));
      }
    }
    return broken;
  }

  // All that is known, for who reads that the test failed.
  [[nodiscard]] std::string Story() const {
    std::string text = HttpGet(aggregator_->url("/api/v1/regressions")).body + "\n";
    for (const auto& notice : receiver_.notices()) {
      text += notice.route + " " + notice.status + " " + notice.Label("alertname") + " " +
              notice.Label("node") + "\n";
    }
    return text;
  }

  TempDir folder_;
  CpuGroup group_;
  WebhookReceiver receiver_;
  AlertmanagerProcess alertmanager_{receiver_.port()};
  std::unique_ptr<AggregatorProcess> aggregator_;
  std::unique_ptr<PrometheusProcess> prometheus_;
  std::unique_ptr<Process> host_;
  std::unique_ptr<Guest> guest_;
};

TEST_F(SlowdownTest, AGuestThatGetsSlowerIsToldAtTheWebhookAndToldToBeOver) {
  constexpr int kBaseline = 130;  // runs; the detector confirms nothing with less than 100
  const std::string alert = "HypergaugeRegression";
  ASSERT_NO_FATAL_FAILURE(Start(ConfigOf("cpu_md5", "10s")));
  ASSERT_NO_FATAL_FAILURE(Boot());
  const Operator somebody(aggregator_->grpc_address());
  // More often than rounds come: an order waits at any time.
  const auto measures_until = [&](seconds limit, const std::function<bool()>& ask) {
    return Comes(limit, [&] {
      static_cast<void>(somebody.RunNow(kGuest, {"cpu_md5"}, nullptr));
      return ask();
    });
  };

  ASSERT_TRUE(measures_until(seconds(400), [&] { return Runs(kGuest, "clean") >= kBaseline; }))
      << guest_->qemu().output();
  EXPECT_EQ(Told(alert, kGuest, "firing"), 0) << Story();

  ASSERT_TRUE(group_.SetQuota(kQuota));
  ASSERT_TRUE(measures_until(seconds(300), [&] { return Told(alert, kGuest, "firing") > 0; }))
      << Story() << guest_->qemu().output();
  EXPECT_EQ(Told(alert, kGuest, "resolved"), 0) << Story();
  for (const auto& notice : receiver_.notices()) {
    if (notice.Label("alertname") != alert) continue;
    EXPECT_EQ(notice.route, "regression");
    EXPECT_EQ(notice.Label("node"), kGuest);
    EXPECT_EQ(notice.Label("host"), kHost);
    EXPECT_EQ(notice.Label("benchmark"), "cpu_md5");
    EXPECT_EQ(notice.annotations.at("summary"), "cpu_md5 got worse: node " + kGuest);
  }
  const auto regressions = nlohmann::json::parse(
      HttpGet(aggregator_->url("/api/v1/regressions?state=firing")).body)["regressions"];
  ASSERT_EQ(regressions.size(), 1U) << Story();
  EXPECT_EQ(regressions[0]["subject"], kGuest);
  EXPECT_GT(regressions[0]["effect_ratio"].get<double>(), 0.5);  // a quota of 0.3: 2.3 and more

  EXPECT_THAT(BrokenRules(), IsEmpty());

  ASSERT_TRUE(group_.LiftQuota());
  EXPECT_TRUE(measures_until(seconds(300), [&] { return Told(alert, kGuest, "resolved") > 0; }))
      << Story() << guest_->qemu().output();
  EXPECT_EQ(guest_->PowerOff().exit_code, 0);
  EXPECT_TRUE(guest_->qemu().Wait(seconds(60)).has_value()) << guest_->qemu().output();
}

TEST_F(SlowdownTest, AProbeThatIsHeldBackHasNoCleanRunAndThatIsTold) {
  const std::string alert = "HypergaugeNoCleanRun";
  ASSERT_NO_FATAL_FAILURE(Start(ConfigOf("cpu_blowfish", "3s")));
  ASSERT_TRUE(group_.Add(host_->pid()));
  ASSERT_TRUE(Comes(seconds(60), [&] { return Runs(kHost, "clean") >= 3; })) << host_->output();
  EXPECT_EQ(Runs(kHost, "throttled"), 0) << host_->output();

  ASSERT_TRUE(group_.SetQuota(kQuota));
  ASSERT_TRUE(Comes(seconds(60), [&] { return Runs(kHost, "throttled") > 0; })) << host_->output();
  const int clean = Runs(kHost, "clean");
  EXPECT_TRUE(Comes(seconds(120), [&] { return Told(alert, kHost, "firing") > 0; })) << Story();
  EXPECT_EQ(Runs(kHost, "clean"), clean);
  EXPECT_THAT(host_->output(), HasSubstr("a CPU quota held it back"));
  // Held back it is, and not slower: no figures, no regression.
  EXPECT_EQ(Told("HypergaugeRegression", kHost, "firing"), 0);

  EXPECT_THAT(BrokenRules(), IsEmpty());

  ASSERT_TRUE(group_.LiftQuota());
  EXPECT_TRUE(Comes(seconds(120), [&] { return Told(alert, kHost, "resolved") > 0; })) << Story();
  for (const auto& notice : receiver_.notices()) {
    if (notice.Label("alertname") == alert) {
      EXPECT_EQ(notice.route, "warning");
    }
  }
}

}  // namespace
}  // namespace hypergauge::testing
