#include "aggregator/ingest/machine_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "aggregator/ingest/fleet.h"
#include "build_paths.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Node NodeWith(const std::map<std::string, std::string>& facts) {
  v1::Node node;
  node.set_label("a");
  for (const auto& [name, value] : facts) {
    (*node.mutable_environment()->mutable_facts())[name] = value;
  }
  return node;
}

// "smt=on" of every exported fact.
std::vector<std::string> Facts(const v1::Node& node) {
  std::vector<std::string> facts;
  for (const auto& series : MachineSeries(node)) {
    if (series.family != "hypergauge_environment_fact_info") continue;
    facts.push_back(series.labels.at("fact") + "=" + series.labels.at("value"));
  }
  return facts;
}

exporter::LabelSet PlatformLabels(const v1::Node& node) {
  return MachineSeries(node).front().labels;
}

TEST(MachineSamplesTest, OnlyFactsOfTheListBecomeSeries) {
  EXPECT_THAT(Facts(NodeWith({{"smt", "on"}, {"cpu_governor", "powersave"}, {"x_17", "1"}})),
              ElementsAre("cpu_governor=powersave", "smt=on"));
}

// The facts of the table that the sentence below it does not name.
TEST(MachineSamplesTest, TheDocumentationSaysWhichFactsBecomeSeries) {
  const auto text = hypergauge::testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/environment.md");
  const auto sentence_at = text.find("Of these, the metrics leave out");
  ASSERT_NE(sentence_at, std::string::npos);
  const auto sentence = text.substr(sentence_at, text.find('.', sentence_at) - sentence_at);
  std::vector<std::string> said;
  const std::regex row("\n\\| `([a-z_]+)` \\|");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const std::string fact = (*at)[1];
    if (sentence.find("`" + fact + "`") == std::string::npos) said.push_back(fact);
  }
  const auto& exported = ExportedFacts();
  EXPECT_THAT(said, ::testing::UnorderedElementsAreArray(exported.begin(), exported.end()));
}

TEST(MachineSamplesTest, ValuesThatLookLikeIdentitiesBecomeNone) {
  EXPECT_THAT(Facts(NodeWith({{"balloon", "4c4c4544-0042-3510-8052-b4c04f4d4832"},
                              {"nic_kind", "virtio 52:54:00:ab:cd:ef"},
                              {"nic_drivers", "52-54-00-ab-cd-ef"},
                              {"swap", std::string(64, 'a')}})),
              IsEmpty());
  EXPECT_THAT(Facts(NodeWith({{"microcode", "0xd0003a5"},
                              {"nic_drivers", "virtio_net, e1000e"},
                              {"hypervisor_version", "QEMU 7.2.9 (Debian 1:7.2+dfsg-7)"}}))
                  .size(),
              3U);
}

TEST(MachineSamplesTest, MitigationsAreCounted) {
  const auto counted = [](const std::string& all) {
    return Facts(NodeWith({{"mitigations", all}})).at(0);
  };
  EXPECT_EQ(counted("not affected"), "mitigations=not affected");
  EXPECT_EQ(counted("meltdown=PTI; spectre_v2=Retpolines, IBPB: conditional"),
            "mitigations=mitigated");
  EXPECT_EQ(counted("itlb_multihit=KVM: Vulnerable; mds=Vulnerable: no microcode; meltdown=PTI"),
            "mitigations=2 vulnerable");
  EXPECT_EQ(counted("mds=Vulnerable; srbds=Unknown: Dependent on hypervisor status"),
            "mitigations=1 vulnerable, 1 unknown");
  EXPECT_EQ(counted("; ;="), "mitigations=mitigated");
}

TEST(MachineSamplesTest, LongValuesAreCutBetweenCharacters) {
  const std::string fits(kMostLabelBytes - 1, 'x');
  EXPECT_THAT(Facts(NodeWith({{"swap", fits + "\xc3\xa4"}})), ElementsAre("swap=" + fits));
}

TEST(MachineSamplesTest, AContainerShowsTheMachineAroundIt) {
  v1::Node node = NodeWith({});
  node.mutable_platform()->set_name("lxc");
  node.mutable_platform()->set_hypervisor("kvm");
  node.mutable_platform()->set_container("lxc");
  auto& inner = *node.mutable_platform()->add_layers();
  inner.set_kind("container");
  inner.set_confidence("certain");
  auto& outer = *node.mutable_platform()->add_layers();
  outer.set_kind("vm");
  outer.set_product("proxmox-ve");
  outer.set_guest_type("paravirt-kvm");
  const auto labels = PlatformLabels(node);
  EXPECT_EQ(labels.at("kind"), "container");
  EXPECT_EQ(labels.at("confidence"), "certain");
  EXPECT_EQ(labels.at("product"), "proxmox-ve");
  EXPECT_EQ(labels.at("guest_type"), "paravirt-kvm");
}

TEST(MachineSamplesTest, AProbeWithoutLayersHasAKindAllTheSame) {
  v1::Node node = NodeWith({});
  EXPECT_EQ(PlatformLabels(node).at("kind"), "");
  node.mutable_platform()->set_hypervisor("none");
  EXPECT_EQ(PlatformLabels(node).at("kind"), "metal");
  node.mutable_platform()->set_hypervisor("kvm");
  EXPECT_EQ(PlatformLabels(node).at("kind"), "vm");
  node.mutable_platform()->set_container("docker");
  EXPECT_EQ(PlatformLabels(node).at("kind"), "container");
}

TEST(MachineSamplesTest, AScrapeShowsThem) {
  Fleet fleet(std::chrono::minutes(30));
  auto hello = MakeHello("a");
  (*hello.mutable_environment()->mutable_facts())["smt"] = "on";
  fleet.Connected(hello, 1);
  exporter::Snapshot snapshot;
  fleet.CollectInto(snapshot);
  const auto text = exporter::WriteExposition(snapshot, exporter::Format::kText004, 1);
  EXPECT_THAT(text, HasSubstr("hypergauge_platform_info{confidence=\"\",container=\"\","
                              "guest_type=\"\",hypervisor=\"none\",kind=\"metal\",node=\"a\","
                              "platform=\"metal\",product=\"\",version=\"\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_environment_fact_info{fact=\"smt\",node=\"a\","
                              "value=\"on\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_environment_info{architecture=\"\",clocksource=\"\","));
}

}  // namespace
}  // namespace hypergauge::aggregator
