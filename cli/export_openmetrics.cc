// Figures for `promtool tsdb create-blocks-from openmetrics`: the families and labels that the
// aggregator's /metrics has, with the moments of the runs.
#include <array>
#include <cstdio>
#include <map>

#include "base/text_format.h"
#include "cli/export_writer.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int64_t kMillisPerSecond = 1000;

std::string Seconds(int64_t millis) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03d",
                static_cast<long long>(millis / kMillisPerSecond),
                static_cast<int>(millis % kMillisPerSecond));
  return text.data();
}

// The samples of a family stand together, hence they are kept to the end.
class OpenMetricsWriter : public ExportWriter {
 public:
  explicit OpenMetricsWriter(std::ostream& out) : out_(out) {}

  void Add(const v1::Node& node, const v1::HistorySeries& series) override {
    std::map<std::string, std::string> labels(series.labels().begin(), series.labels().end());
    labels["node"] = series.node();
    labels["role"] = EnumWord(v1::Role_Name(node.role()), "ROLE_");
    labels["platform"] = node.platform().name();
    labels["suite"] = series.suite();
    auto& family = families_["hypergauge_" + series.family()];
    if (!series.unit().empty()) family.unit = series.unit();
    auto& samples = family.series[RenderLabels(labels)];
    for (const auto& point : series.points()) {
      // Prometheus counts in milliseconds and has one sample a moment.
      const bool is_new =
          samples.emplace(point.at_unix_nanos() / kNanosPerMilli, point.value()).second;
      if (!is_new) ++dropped_;
    }
  }

  Result<std::string> Finish() override {
    for (const auto& [name, family] : families_) {
      out_ << "# TYPE " << name << " gauge\n";
      if (!family.unit.empty() && name.ends_with("_" + family.unit)) {
        out_ << "# UNIT " << name << " " << family.unit << "\n";
      }
      for (const auto& [labels, samples] : family.series) Write(name + labels, samples);
    }
    out_ << "# EOF\n";
    if (dropped_ == 0) return std::string();
    return std::to_string(dropped_) +
           " runs that began in the same millisecond as another of their series are left out";
  }

 private:
  using Samples = std::map<int64_t, double>;  // by milliseconds since 1970

  struct Family {
    std::string unit;
    std::map<std::string, Samples> series;  // by labels
  };

  void Write(const std::string& series, const Samples& samples) {
    std::string line;
    for (const auto& [millis, value] : samples) {
      line = series + " ";
      AppendValue(line, value);
      out_ << line << " " << Seconds(millis) << "\n";
    }
  }

  std::ostream& out_;
  std::map<std::string, Family> families_;
  uint64_t dropped_ = 0;
};

}  // namespace

std::unique_ptr<ExportWriter> MakeOpenMetricsWriter(std::ostream& out) {
  return std::make_unique<OpenMetricsWriter>(out);
}

}  // namespace hypergauge::cli
