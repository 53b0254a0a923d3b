// import, compare and report: on a store folder, of an aggregator, and that both say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <ctime>
#include <nlohmann/json.hpp>

#include "tests/support/aggregator_process.h"
#include "tests/support/measured_store.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::chrono::seconds kLimit{30};
constexpr const char* kNobody = "127.0.0.1:1";  // where no aggregator is
constexpr const char* kDataSet =
    R"({"source": "a test",
        "nodes": [{"node": "h", "role": "host", "platform": "metal"},
                  {"node": "g", "role": "guest", "platform": "kvm"}],
        "results": [{"node": "h", "benchmark": "compile", "unit": "s", "samples": [10, 10, 10]},
                    {"node": "g", "benchmark": "compile", "unit": "s", "samples": [12, 12, 12]}]})";

class ComparisonTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string storage() const { return (folder_.path() / "store").string(); }

  // A guest 10 % slower than its host, and one on whose host no probe runs, 20 % slower than
  // metal1.
  void FillStore() {
    MeasuredStore measured(storage(), std::time(nullptr) - 3600);
    measured.Put(MakeHello("h"));
    measured.Put(MakeHello("metal1"));
    measured.Put(MakeGuest("g", "h", "kvm"));
    measured.Put(MakeGuest("e", "esx1", "vmware-esx"));
    for (uint64_t round = 1; round <= 8; ++round) {
      measured.MeasureRound(round, "h", "g", round % 2 == 0 ? 1.09 : 1.11);
      measured.Measure("metal1", 1 + 0.001 * static_cast<double>(round));
      measured.Measure("e", 1.2 + 0.001 * static_cast<double>(round));
    }
  }

  Finished OnStore(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--storage", storage()});
    return RunUserCommand(kNobody, std::move(arguments));
  }

  nlohmann::json JsonOnStore(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--storage", storage()});
    return UserCommandJson(kNobody, std::move(arguments));
  }

  const TempDir folder_;
};

TEST_F(ComparisonTest, ADataSetIsImportedIntoAFolderComparedAndReported) {
  const auto file = folder_.Write("small.json", kDataSet).string();
  const auto imported = OnStore({"import", file});
  EXPECT_EQ(imported.exit_code, 0) << imported.output;
  EXPECT_EQ(imported.output, "imported small: 2 nodes, 2 results\n");
  EXPECT_EQ(OnStore({"import", file}).output, "replaced small: 2 nodes, 2 results\n");
  EXPECT_EQ(OnStore({"import", file, "--name", "other"}).output,
            "imported other: 2 nodes, 2 results\n");

  const auto compared = OnStore({"compare", "--dataset", "small"});
  EXPECT_EQ(compared.exit_code, 0);
  EXPECT_THAT(compared.output, HasSubstr("kvm"));
  EXPECT_THAT(compared.output, HasSubstr("1.200"));
  const auto json = JsonOnStore({"compare", "--dataset", "other"});
  EXPECT_EQ(json["dataset"], "other");
  EXPECT_NEAR(json["overheads"][0]["ratio"].get<double>(), 1.2, 1e-9);
  const auto report = OnStore({"report", "--dataset", "small"});
  EXPECT_EQ(report.exit_code, 0);
  EXPECT_THAT(report.output, HasSubstr("What virtualization costs: small\n"));
  EXPECT_THAT(OnStore({"compare", "--dataset", "none"}).output,
              HasSubstr("there are pilot2011, other, small"));
}

TEST_F(ComparisonTest, WhatCannotBeImportedIsToldByName) {
  const auto missing = OnStore({"import", (folder_.path() / "none.json").string()});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.output, HasSubstr("none.json"));
  const auto folder = OnStore({"import", folder_.path().string()});
  EXPECT_NE(folder.exit_code, 0);
  EXPECT_THAT(folder.output, HasSubstr("cannot be read as a file"));
  const auto broken = OnStore({"import", folder_.Write("broken.json", "{\"nodes\": 7}").string()});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.output, HasSubstr("broken.json: nodes"));

  const auto file = folder_.Write("pilot2011.json", kDataSet).string();
  const auto hidden = OnStore({"import", file});
  EXPECT_EQ(hidden.exit_code, 2);
  EXPECT_THAT(hidden.output, HasSubstr("\"pilot2011\" is a data set that ships"));
  EXPECT_THAT(OnStore({"compare", "--dataset", "pilot2011"}).output, HasSubstr("virtualbox"));
  EXPECT_THAT(OnStore({"import", file, "--replace"}).output, StartsWith("replaced pilot2011"));
  EXPECT_THAT(OnStore({"compare", "--dataset", "pilot2011"}).output, Not(HasSubstr("virtualbox")));
}

TEST_F(ComparisonTest, AFleetIsComparedOnItsFolder) {
  FillStore();
  const auto text = OnStore({"compare"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.output, HasSubstr("kvm"));
  EXPECT_THAT(text.output, HasSubstr("Compared with nothing"));
  const auto overheads = JsonOnStore({"compare"})["overheads"];
  ASSERT_EQ(overheads.size(), 1U);
  EXPECT_EQ(overheads[0]["node"], "g");
  EXPECT_EQ(overheads[0]["blocks"], 8);
  EXPECT_EQ(overheads[0]["answer"], "different");

  const auto grouped = JsonOnStore({"compare", "--hardware-group", "r720=e,metal1"});
  ASSERT_EQ(grouped["overheads"].size(), 2U);
  EXPECT_EQ(grouped["overheads"][1]["baseline"], "metal1");
  EXPECT_EQ(grouped["overheads"][1]["substitute"], true);
  const auto unknown = OnStore({"compare", "--hardware-group", "r720=e,typo"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("there is no node \"typo\""));
  EXPECT_THAT(OnStore({"compare", "--since", "1m"}).output, HasSubstr("nothing can be compared"));
}

TEST_F(ComparisonTest, AFleetsReportIsWrittenInAllForms) {
  FillStore();
  const auto text = OnStore({"report"}).output;
  for (const char* part : {"What virtualization costs: this fleet\n", "Ranking\n", "Benchmarks\n",
                           "Guests against their baseline\n", "Method\n", "Caveats\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, HasSubstr("######"));
  EXPECT_THAT(OnStore({"report", "--format", "markdown"}).output,
              HasSubstr("## Guests against their baseline\n"));
  const auto json = JsonOnStore({"report"});
  EXPECT_EQ(json["ratio"]["platforms"][0]["platform"], "kvm");
  EXPECT_TRUE(json["pilot"].is_null());  // nobody ran its tests
  const auto path = folder_.path() / "report.html";
  const auto written = OnStore({"report", "--format", "html", "--output", path.string()});
  EXPECT_EQ(written.exit_code, 0);
  EXPECT_EQ(written.output, "");
  EXPECT_THAT(ReadFile(path), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(ReadFile(path), HasSubstr("<svg "));
}

TEST_F(ComparisonTest, AFolderWithoutAStoreIsNoneAndIsNotMadeOne) {
  const auto refused = OnStore({"compare"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("there is no store"));
  EXPECT_FALSE(std::filesystem::exists(storage()));
  EXPECT_EQ(OnStore({"report", "--dataset", "pilot2011"}).exit_code, 0);
}

// The configuration names a node that does not exist.
TEST_F(ComparisonTest, AnAggregatorSaysTheSameWithItsConfiguredGroups) {
  FillStore();
  const auto config = folder_.Write(
      "aggregator.yml",
      "analysis:\n  round: 100ms\n  hardware:\n    - {name: r720, nodes: [typo, e, metal1]}\n");
  AggregatorProcess aggregator(storage(), {"--config.file", config.string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  const auto answer = UserCommandJson(aggregator.grpc_address(), {"compare"});
  ASSERT_EQ(answer["overheads"].size(), 2U);
  EXPECT_EQ(answer["overheads"][1]["baseline"], "metal1");
  EXPECT_THAT(RunUserCommand(aggregator.grpc_address(), {"report"}).output,
              HasSubstr("vmware-esx"));
  for (const char* path : {"/api/v1/compare", "/api/v1/platforms?versions=true"}) {
    const auto json = nlohmann::json::parse(HttpGet(aggregator.url(path)).body);
    EXPECT_EQ(json["platforms"].size(), 2U) << path;
  }
  EXPECT_TRUE(Eventually(kLimit, [&] {
    return aggregator.Scrape().find("\nhypergauge_overhead_ratio{baseline=\"metal1\"") !=
           std::string::npos;
  }));
  EXPECT_TRUE(
      aggregator.process().WaitForOutput("analysis.hardware: there is no node typo;", kLimit));

  const auto locked = OnStore({"compare"});
  EXPECT_EQ(locked.exit_code, 1);
  aggregator.process().Signal(SIGTERM);
  ASSERT_EQ(aggregator.process().Wait(kLimit), 0);
  const auto stored = JsonOnStore({"compare", "--hardware-group", "r720=e,metal1"});
  EXPECT_EQ(stored["overheads"], answer["overheads"]);
  EXPECT_EQ(stored["platforms"], answer["platforms"]);
}

}  // namespace
}  // namespace hypergauge::testing
