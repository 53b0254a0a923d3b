#include "cli/export_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "aggregator/analysis/data_set.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMilli = 1'000'000;
constexpr int64_t kMoment = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

v1::Node SomeNode(const std::string& label, v1::Role role) {
  v1::Node node;
  node.set_label(label);
  node.set_role(role);
  node.mutable_platform()->set_name(role == v1::ROLE_HOST ? "metal" : "kvm");
  if (role != v1::ROLE_HOST) node.mutable_placement()->set_host("host1");
  return node;
}

v1::HistorySeries SomeSeries(const std::string& node, const std::vector<double>& values) {
  v1::HistorySeries series;
  series.set_node(node);
  series.set_benchmark("disk_sync");
  series.set_category("disk");
  series.set_suite("light");
  series.set_family("disk_sync_operations_per_second");
  (*series.mutable_labels())["engine"] = "psync";
  series.set_unit("operations_per_second");
  series.set_direction(v1::DIRECTION_HIGHER_IS_BETTER);
  series.set_segment("1/abc");
  for (size_t i = 0; i < values.size(); ++i) {
    auto& point = *series.add_points();
    point.set_at_unix_nanos(kMoment + static_cast<int64_t>(i) * kSecond + 5 * kMilli);
    point.set_value(values[i]);
    point.set_runs(1);
  }
  return series;
}

struct Exported {
  Result<std::string> note;
  std::string text;
};

Exported Export(const std::string& form,
                const std::vector<std::pair<v1::Node, v1::HistorySeries>>& all) {
  std::ostringstream out;
  const auto writer = MakeExportWriter(form, "fleet", out);
  for (const auto& [node, series] : all) writer->Add(node, series);
  auto note = writer->Finish();
  return {std::move(note), out.str()};
}

std::vector<std::pair<v1::Node, v1::HistorySeries>> HostAndGuest() {
  return {{SomeNode("host1", v1::ROLE_HOST), SomeSeries("host1", {100, 110})},
          {SomeNode("guest,7", v1::ROLE_GUEST), SomeSeries("guest,7", {50.5})}};
}

TEST(ExportWriterTest, CsvHasALineARun) {
  EXPECT_EQ(Export(kAsCsv, HostAndGuest()).text,
            "time,node,role,platform,host,benchmark,category,suite,family,labels,unit,value,"
            "segment\r\n"
            "2023-11-14T22:13:20.005Z,host1,host,metal,,disk_sync,disk,light,"
            "disk_sync_operations_per_second,engine=psync,operations_per_second,100,1/abc\r\n"
            "2023-11-14T22:13:21.005Z,host1,host,metal,,disk_sync,disk,light,"
            "disk_sync_operations_per_second,engine=psync,operations_per_second,110,1/abc\r\n"
            "2023-11-14T22:13:20.005Z,\"guest,7\",guest,kvm,host1,disk_sync,disk,light,"
            "disk_sync_operations_per_second,engine=psync,operations_per_second,50.5,1/abc\r\n");
}

TEST(ExportWriterTest, JsonLinesAreObjectsWhateverTheName) {
  const std::string hostile = "a\"\n\u202e\xff";
  const auto text =
      Export(kAsJsonLines, {{SomeNode(hostile, v1::ROLE_HOST), SomeSeries(hostile, {1, 2})}}).text;
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["value"], count + 1);
    EXPECT_EQ(json["node"], "a\"\n\u202e\ufffd");
    EXPECT_EQ(json["labels"]["engine"], "psync");
    EXPECT_EQ(json["unix_nanos"], std::to_string(kMoment + count * kSecond + 5 * kMilli));
  }
  EXPECT_EQ(count, 2);
}

TEST(ExportWriterTest, OpenMetricsHasEachFamilyOnceAndMomentsInOrder) {
  auto all = HostAndGuest();
  // Another version of the benchmark goes on in the same series, and comes before the older one.
  auto older = SomeSeries("host1", {90});
  older.set_segment("0/old");
  older.mutable_points(0)->set_at_unix_nanos(kMoment - 60 * kSecond);
  all.emplace_back(all[0].first, older);
  const auto exported = Export(kAsOpenMetrics, all);
  EXPECT_EQ(exported.text,
            "# TYPE hypergauge_disk_sync_operations_per_second gauge\n"
            "# UNIT hypergauge_disk_sync_operations_per_second operations_per_second\n"
            "hypergauge_disk_sync_operations_per_second{engine=\"psync\",node=\"guest,7\","
            "platform=\"kvm\",role=\"guest\",suite=\"light\"} 50.5 1700000000.005\n"
            "hypergauge_disk_sync_operations_per_second{engine=\"psync\",node=\"host1\","
            "platform=\"metal\",role=\"host\",suite=\"light\"} 90 1699999940.000\n"
            "hypergauge_disk_sync_operations_per_second{engine=\"psync\",node=\"host1\","
            "platform=\"metal\",role=\"host\",suite=\"light\"} 100 1700000000.005\n"
            "hypergauge_disk_sync_operations_per_second{engine=\"psync\",node=\"host1\","
            "platform=\"metal\",role=\"host\",suite=\"light\"} 110 1700000001.005\n"
            "# EOF\n");
  EXPECT_EQ(*exported.note, "");
}

TEST(ExportWriterTest, OfTwoRunsInOneMillisecondOneIsLeftOutAndThatIsSaid) {
  auto series = SomeSeries("host1", {1, 2});
  series.mutable_points(1)->set_at_unix_nanos(series.points(0).at_unix_nanos() + 1);
  const auto exported = Export(kAsOpenMetrics, {{SomeNode("host1", v1::ROLE_HOST), series}});
  EXPECT_THAT(*exported.note, HasSubstr("1 runs that began in the same millisecond"));
}

TEST(ExportWriterTest, ADatasetIsWhatImportReads) {
  const auto exported = Export(kAsDataset, HostAndGuest());
  const auto data = analysis::ParseDataSet(exported.text);
  ASSERT_TRUE(data.has_value()) << data.error().message;
  EXPECT_EQ(data->name, "fleet");
  ASSERT_EQ(data->nodes.size(), 2U);
  EXPECT_EQ(data->nodes[0].node, "guest,7");
  EXPECT_EQ(data->nodes[0].host, "host1");
  EXPECT_TRUE(data->nodes[1].is_host);
  ASSERT_EQ(data->results.size(), 2U);
  EXPECT_EQ(data->results[1].samples, (std::vector<double>{100, 110}));
  EXPECT_TRUE(data->results[1].higher_is_better);
}

TEST(ExportWriterTest, ADatasetDoesNotMixVersionsOfABenchmark) {
  auto all = HostAndGuest();
  auto older = SomeSeries("host1", {1, 2, 3, 4, 5});
  older.set_segment("0/old");
  for (auto& point : *older.mutable_points()) {
    point.set_at_unix_nanos(point.at_unix_nanos() - 60 * kSecond);
  }
  all.emplace_back(all[0].first, older);
  const auto data = analysis::ParseDataSet(Export(kAsDataset, all).text);
  EXPECT_EQ(data->results[1].samples, (std::vector<double>{100, 110}));
}

TEST(ExportWriterTest, ADatasetThatImportWouldRefuseIsNotWritten) {
  EXPECT_EQ(Export(kAsDataset, {}).note.error().code, ErrorCode::kNotFound);
  const auto zero =
      Export(kAsDataset, {{SomeNode("host1", v1::ROLE_HOST), SomeSeries("host1", {0})}});
  EXPECT_EQ(zero.note.error().code, ErrorCode::kNotFound);
  std::vector<std::pair<v1::Node, v1::HistorySeries>> large;
  for (int i = 0; i < 1500; ++i) {
    const std::string name = "node" + std::to_string(i);
    large.emplace_back(SomeNode(name, v1::ROLE_HOST),
                       SomeSeries(name, std::vector<double>(50, 0.1234567890123)));
  }
  const auto exported = Export(kAsDataset, large);
  EXPECT_EQ(exported.note.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(exported.text, "");
}

TEST(ExportWriterTest, OfManyRunsADatasetHasSomeSpreadEvenly) {
  std::vector<double> many(1000);
  for (size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i + 1);
  const auto exported =
      Export(kAsDataset, {{SomeNode("host1", v1::ROLE_HOST), SomeSeries("host1", many)}});
  EXPECT_THAT(*exported.note, HasSubstr("1 results have 50 of their runs"));
  const auto data = analysis::ParseDataSet(exported.text);
  ASSERT_EQ(data->results[0].samples.size(), 50U);
  EXPECT_EQ(data->results[0].samples.front(), 1);
  EXPECT_EQ(data->results[0].samples.back(), 1000);
}

TEST(ExportWriterTest, UnknownFormsAreNone) {
  std::ostringstream out;
  EXPECT_EQ(MakeExportWriter("xml", "n", out), nullptr);
}

}  // namespace
}  // namespace hypergauge::cli
