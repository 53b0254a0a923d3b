// What silences what, by a real Alertmanager with the configuration that ships: alerts are posted
// as Prometheus does, with the labels that the rules give them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/alertmanager_process.h"
#include "tests/support/webhook_receiver.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr int kOk = 200;
constexpr seconds kLimit{30};

json Alert(const std::string& name, const json& more) {
  json labels = {{"alertname", name}, {"job", "hypergauge"}, {"instance", "a:1"}};
  labels.update(more);
  for (auto label = labels.begin(); label != labels.end();) {
    label = label->get<std::string>().empty() ? labels.erase(label) : std::next(label);
  }
  return {{"labels", labels}};
}

json Regression(const std::string& node, const std::string& host) {
  return Alert("HypergaugeRegression",
               {{"severity", "warning"}, {"scope", "node"}, {"node", node}, {"host", host}});
}

json HostRegression(const std::string& host) {
  return Alert("HypergaugeHostRegression",
               {{"severity", "warning"}, {"scope", "host"}, {"node", host}, {"host", host}});
}

class AlertmanagerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(alertmanager_.ready()) << alertmanager_.process().output(); }

  // Posts the alerts and returns "NAME STATE" of each, once Alertmanager has all of them and has
  // told of what is active.
  std::vector<std::string> StatesAfter(const std::vector<json>& alerts) {
    EXPECT_EQ(alertmanager_.Post(json(alerts).dump()), kOk);
    std::vector<std::string> states;
    EXPECT_TRUE(Eventually(kLimit, [&] {
      states.clear();
      size_t active = 0;
      for (const auto& held : alertmanager_.Alerts()) {
        states.push_back(held.name + " " + held.state);
        active += held.state == "active" ? 1 : 0;
      }
      return states.size() == alerts.size() && active > 0 && Told().size() >= active;
    }));
    return states;
  }

  // Names of alerts that came to a webhook.
  std::vector<std::string> Told() {
    std::vector<std::string> names;
    for (const auto& notice : receiver_.notices()) names.push_back(notice.Label("alertname"));
    return names;
  }

  WebhookReceiver receiver_;
  AlertmanagerProcess alertmanager_{receiver_.port()};
};

TEST_F(AlertmanagerTest, ALostAggregatorSilencesItsRegressionsAlone) {
  auto other = Regression("g9", "h9");
  other["labels"]["instance"] = "b:1";
  EXPECT_THAT(
      StatesAfter({Alert("HypergaugeAggregatorDown", {{"severity", "critical"}}),
                   Regression("g1", "h1"), HostRegression("h2"), other,
                   Alert("HypergaugePlatformRegression", {{"severity", "warning"}})}),
      UnorderedElementsAre("HypergaugeAggregatorDown active", "HypergaugeHostRegression suppressed",
                           "HypergaugePlatformRegression suppressed", "HypergaugeRegression active",
                           "HypergaugeRegression suppressed"));
  EXPECT_THAT(Told(), Contains("HypergaugeAggregatorDown"));
  EXPECT_THAT(Told(), Not(Contains("HypergaugeHostRegression")));
}

TEST_F(AlertmanagerTest, AMissingScrapeJobSilencesAllRegressionsOfIt) {
  EXPECT_THAT(
      StatesAfter({Alert("HypergaugeAggregatorDown", {{"severity", "critical"}, {"instance", ""}}),
                   Regression("g1", "h1")}),
      UnorderedElementsAre("HypergaugeAggregatorDown active", "HypergaugeRegression suppressed"));
}

TEST_F(AlertmanagerTest, ASilentProbeSilencesRegressionsOfItsNodeAlone) {
  EXPECT_THAT(
      StatesAfter({Alert("HypergaugeProbeStale", {{"severity", "warning"}, {"node", "g1"}}),
                   Regression("g1", "h1"), Regression("g2", "h1"),
                   Alert("HypergaugeRegressionFallback",
                         {{"severity", "warning"}, {"node", "g1"}, {"host", "h1"}}),
                   Alert("HypergaugeNoCleanRun", {{"severity", "warning"}, {"node", "g1"}})}),
      UnorderedElementsAre("HypergaugeNoCleanRun active", "HypergaugeProbeStale active",
                           "HypergaugeRegression active", "HypergaugeRegression suppressed",
                           "HypergaugeRegressionFallback suppressed"));
}

// Of a host whose own probe is silent nothing new is known either.
TEST_F(AlertmanagerTest, ASilentHostSilencesItsOwnRegression) {
  EXPECT_THAT(
      StatesAfter({Alert("HypergaugeProbeStale", {{"severity", "warning"}, {"node", "h1"}}),
                   HostRegression("h1")}),
      UnorderedElementsAre("HypergaugeHostRegression suppressed", "HypergaugeProbeStale active"));
}

// A guest whose host is not known lacks the label, and is told.
TEST_F(AlertmanagerTest, AHostSilencesItsGuestsAndNobodyElses) {
  EXPECT_THAT(StatesAfter({HostRegression("h1"), Regression("g1", "h1"), Regression("g2", "h1"),
                           Regression("g3", "h2"), Regression("g4", "")}),
              UnorderedElementsAre("HypergaugeHostRegression active", "HypergaugeRegression active",
                                   "HypergaugeRegression active", "HypergaugeRegression suppressed",
                                   "HypergaugeRegression suppressed"));
  for (const auto& notice : receiver_.notices()) {
    EXPECT_EQ(notice.route, "regression");
    EXPECT_EQ(notice.status, "firing");
    EXPECT_THAT((std::vector<std::string>{"g1", "g2"}), Not(Contains(notice.Label("node"))));
  }
}

TEST_F(AlertmanagerTest, AWrongClockSilencesThatNothingIsCleanOnItsNodeAlone) {
  EXPECT_THAT(
      StatesAfter({Alert("HypergaugeClockFault", {{"severity", "warning"}, {"node", "g1"}}),
                   Alert("HypergaugeNoCleanRun", {{"severity", "warning"}, {"node", "g1"}}),
                   Alert("HypergaugeNoCleanRun", {{"severity", "warning"}, {"node", "g2"}})}),
      UnorderedElementsAre("HypergaugeClockFault active", "HypergaugeNoCleanRun active",
                           "HypergaugeNoCleanRun suppressed"));
}

TEST_F(AlertmanagerTest, WhatIsSilencedIsToldOnceItsSourceIsOver) {
  auto host = HostRegression("h1");
  const auto guest = Regression("g1", "h1");
  EXPECT_THAT(StatesAfter({host, guest}), UnorderedElementsAre("HypergaugeHostRegression active",
                                                               "HypergaugeRegression suppressed"));
  EXPECT_THAT(Told(), Not(Contains("HypergaugeRegression")));
  host["endsAt"] = "2000-01-01T00:00:00Z";
  host["startsAt"] = "1999-01-01T00:00:00Z";
  ASSERT_EQ(alertmanager_.Post(json::array({host, guest}).dump()), kOk);
  EXPECT_TRUE(Eventually(kLimit, [&] {
    return receiver_.Count([](const Notice& notice) {
      return notice.Label("alertname") == "HypergaugeRegression" && notice.status == "firing";
    }) > 0;
  }));
  EXPECT_TRUE(Eventually(kLimit, [&] {
    return receiver_.Count([](const Notice& notice) {
      return notice.Label("alertname") == "HypergaugeHostRegression" && notice.status == "resolved";
    }) > 0;
  }));
}

}  // namespace
}  // namespace hypergauge::testing
