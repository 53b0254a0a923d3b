#include "tests/bench/labelled_series.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/statistics.h"

namespace hypergauge::bench {
namespace {

using Fields = std::vector<std::string>;

struct Row {
  std::string place;  // FILE:LINE
  Fields fields;
};

Fields Split(const std::string& line, char separator) {
  Fields fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, separator);) fields.push_back(field);
  return fields;
}

// All lines behind the titles.
Result<std::vector<Row>> ReadRows(const std::filesystem::path& path, char separator,
                                  size_t columns) {
  errno = 0;
  std::ifstream file(path);
  if (!file) return tl::unexpected<Error>(FromErrno(errno, path.string()));
  std::vector<Row> rows;
  size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++number == 1) continue;
    if (line.ends_with('\r')) line.pop_back();
    Row row{path.string() + ":" + std::to_string(number), Split(line, separator)};
    if (row.fields.size() != columns) {
      return Fail(ErrorCode::kInvalidArgument,
                  row.place + ": not " + std::to_string(columns) + " fields");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

template <typename T>
Result<T> Number(const Row& row, const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return Fail(ErrorCode::kInvalidArgument, row.place + ": \"" + text + "\" is not a number");
}

// Rows of one build follow one another. `last_before`: the last row before the regression, from 1.
Result<LabelledSeries> ReadBuilds(const std::filesystem::path& path, size_t last_before) {
  const auto rows = ReadRows(path, ',', 3);
  if (!rows) return tl::unexpected<Error>(rows.error());
  LabelledSeries series;
  series.name = path.filename().string();
  std::vector<double> build;
  for (size_t i = 0; i < rows->size(); ++i) {
    const Row& row = (*rows)[i];
    const auto value = Number<double>(row, row.fields[2]);
    if (!value) return tl::unexpected<Error>(value.error());
    build.push_back(*value);
    if (last_before > 0 && i + 1 == last_before) series.change = series.values.size() + 1;
    if (i + 1 < rows->size() && (*rows)[i + 1].fields[1] == row.fields[1]) continue;
    series.values.push_back(*Median(build));
    build.clear();
  }
  return series;
}

}  // namespace

Result<std::vector<LabelledSeries>> ReadSapSmall(const std::filesystem::path& folder) {
  const auto path = folder / "sap_small_2021";
  const auto labels = ReadRows(path / "labels.csv", ';', 3);
  if (!labels) return tl::unexpected<Error>(labels.error());
  std::vector<LabelledSeries> all;
  for (const Row& row : *labels) {
    const auto last_before = Number<size_t>(row, row.fields[2]);
    if (!last_before) return tl::unexpected<Error>(last_before.error());
    auto series = ReadBuilds(path / row.fields[1], *last_before);
    if (!series) return tl::unexpected<Error>(series.error());
    all.push_back(std::move(*series));
  }
  return all;
}

Result<std::vector<LabelledSeries>> ReadSapLarge(const std::filesystem::path& folder) {
  const auto rows = ReadRows(folder / "sap_large_2022" / "series.csv", ';', 5);
  if (!rows) return tl::unexpected<Error>(rows.error());
  std::vector<LabelledSeries> all;
  for (const Row& row : *rows) {
    LabelledSeries series;
    series.name = row.fields[0];
    for (const std::string& field : Split(row.fields[4], ' ')) {
      const auto value = Number<double>(row, field);
      if (!value) return tl::unexpected<Error>(value.error());
      series.values.push_back(*value);
    }
    all.push_back(std::move(series));
  }
  return all;
}

Result<std::vector<LabelledSeries>> ReadUnlabelled(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "nab_aws", error)) {
    if (entry.path().extension() == ".csv") paths.push_back(entry.path());
  }
  if (error) return tl::unexpected<Error>(FromErrno(error.value(), (folder / "nab_aws").string()));
  std::sort(paths.begin(), paths.end());
  std::vector<LabelledSeries> all;
  for (const auto& path : paths) {
    const auto rows = ReadRows(path, ',', 2);
    if (!rows) return tl::unexpected<Error>(rows.error());
    LabelledSeries series;
    series.name = path.filename().string();
    for (const Row& row : *rows) {
      const auto value = Number<double>(row, row.fields[1]);
      if (!value) return tl::unexpected<Error>(value.error());
      series.values.push_back(*value);
    }
    all.push_back(std::move(series));
  }
  const auto path = folder / "otava_tigerbeetle" / "series.json";
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  if (!json.is_object() || !json.contains("values") || !json["values"].is_array()) {
    return Fail(ErrorCode::kInvalidArgument, path.string() + ": no JSON object with values");
  }
  all.push_back({"tigerbeetle", {}, {}});
  for (const auto& value : json["values"]) {
    if (!value.is_number()) {
      return Fail(ErrorCode::kInvalidArgument, path.string() + ": a value that is no number");
    }
    all.back().values.push_back(value.get<double>());
  }
  return all;
}

}  // namespace hypergauge::bench
