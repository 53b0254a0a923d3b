#include "cli/export_writer.h"

#include <map>
#include <nlohmann/json.hpp>

#include "base/text_format.h"
#include "cli/listing.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

std::string RoleOf(const v1::Node& node) {
  return EnumWord(v1::Role_Name(node.role()), "ROLE_");
}

std::string Digits(double value) {
  std::string text;
  AppendValue(text, value);
  return text;
}

class CsvWriter : public ExportWriter {
 public:
  explicit CsvWriter(std::ostream& out) : out_(out) {
    out_ << CsvRecord({"time", "node", "role", "platform", "host", "benchmark", "category", "suite",
                       "family", "labels", "unit", "value", "segment"});
  }

  void Add(const v1::Node& node, const v1::HistorySeries& series) override {
    const std::string labels = LabelsText(series.labels());
    for (const auto& point : series.points()) {
      out_ << CsvRecord({FormatExactMoment(point.at_unix_nanos()), series.node(), RoleOf(node),
                         node.platform().name(), node.placement().host(), series.benchmark(),
                         series.category(), series.suite(), series.family(), labels, series.unit(),
                         Digits(point.value()), series.segment()});
    }
  }

  Result<std::string> Finish() override { return std::string(); }

 private:
  std::ostream& out_;
};

class JsonLinesWriter : public ExportWriter {
 public:
  explicit JsonLinesWriter(std::ostream& out) : out_(out) {}

  void Add(const v1::Node& node, const v1::HistorySeries& series) override {
    nlohmann::ordered_json line;
    line["time"] = "";
    line["unix_nanos"] = "";
    line["node"] = series.node();
    line["role"] = RoleOf(node);
    line["platform"] = node.platform().name();
    line["host"] = node.placement().host();
    line["benchmark"] = series.benchmark();
    line["category"] = series.category();
    line["suite"] = series.suite();
    line["family"] = series.family();
    line["labels"] =
        std::map<std::string, std::string>(series.labels().begin(), series.labels().end());
    line["unit"] = series.unit();
    line["direction"] = EnumWord(v1::Direction_Name(series.direction()), "DIRECTION_");
    line["segment"] = series.segment();
    for (const auto& point : series.points()) {
      line["time"] = FormatExactMoment(point.at_unix_nanos());
      line["unix_nanos"] = std::to_string(point.at_unix_nanos());
      line["value"] = point.value();
      out_ << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
    }
  }

  Result<std::string> Finish() override { return std::string(); }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ExportWriter> MakeExportWriter(const std::string& form, const std::string& name,
                                               std::ostream& out) {
  if (form == kAsCsv) return std::make_unique<CsvWriter>(out);
  if (form == kAsJsonLines) return std::make_unique<JsonLinesWriter>(out);
  if (form == kAsOpenMetrics) return MakeOpenMetricsWriter(out);
  if (form == kAsDataset) return MakeDatasetWriter(name, out);
  return nullptr;
}

}  // namespace hypergauge::cli
