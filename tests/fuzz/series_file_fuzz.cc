// What users give to `hypergauge changepoints`: the file, and the series that it may hold.
#include "aggregator/analysis/change_points.h"
#include "aggregator/analysis/online_detector.h"
#include "cli/series_file.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace analysis = hypergauge::analysis;
  const auto values = hypergauge::cli::ParseSeries(hypergauge::fuzz::Text(data, size));
  if (!values) {
    hypergauge::fuzz::Expect(!values.error().message.empty());
    return 0;
  }
  hypergauge::fuzz::Expect(values->size() <= size);
  for (const auto& point : analysis::FindChangePoints(*values)) {
    hypergauge::fuzz::Expect(point.low <= point.index && point.index <= point.high &&
                             point.high < values->size());
    hypergauge::fuzz::Expect(point.p >= 0 && point.p <= 1);
  }
  analysis::OnlineDetector online;
  int64_t count = 0;
  for (const double value : *values) {
    const auto suspicion = online.Add(value);
    if (suspicion) hypergauge::fuzz::Expect(suspicion->onset >= 0 && suspicion->onset <= count);
    ++count;
  }
  return 0;
}
