// Data sets: those that ship, and those that were imported into the store.
#include <algorithm>
#include <future>
#include <utility>

#include "aggregator/analysis/shipped_data_sets.h"
#include "aggregator/comparison/compare.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

// Waits until it is on disk.
Result<void> Put(Store& store, const std::string& name, const std::string& json) {
  std::promise<Result<void>> promise;
  auto stored = promise.get_future();
  store.PutDataset(name, json,
                   [&promise](const Result<void>& result) { promise.set_value(result); });
  return stored.get();
}

}  // namespace

Result<v1::ListDatasetsResponse> ListDataSets(Store& store) {
  v1::ListDatasetsResponse response;
  const auto shipped = analysis::ShippedDataSetNames();
  for (const auto& name : shipped) response.add_names(name);
  const auto imported = store.DatasetNames();
  if (!imported) return tl::unexpected(imported.error());
  for (const auto& name : *imported) {
    if (std::find(shipped.begin(), shipped.end(), name) == shipped.end()) response.add_names(name);
  }
  return response;
}

Result<analysis::DataSet> FindDataSet(Store& store, const std::string& name) {
  auto imported = store.FindDataset(name);
  if (!imported) return tl::unexpected(imported.error());
  std::string json;
  if (*imported) {
    json = std::move(**imported);
  } else {
    const auto shipped = analysis::ShippedDataSet(name);
    if (!shipped) {
      const auto there = ListDataSets(store);
      if (!there) return tl::unexpected(there.error());
      std::string names;
      for (const auto& each : there->names()) names += (names.empty() ? "" : ", ") + each;
      return Fail(ErrorCode::kNotFound,
                  "there is no data set \"" + Printable(name, 64) + "\"; there are " + names);
    }
    json = *shipped;
  }
  auto data = analysis::ParseDataSet(json);
  if (!data) return Annotate(data.error(), "data set " + name);
  data->name = name;
  return data;
}

Result<v1::ImportDatasetResponse> ImportDataSet(Store& store,
                                                const v1::ImportDatasetRequest& request) {
  const auto data = analysis::ParseDataSet(request.json());
  if (!data) return tl::unexpected(data.error());
  const std::string name = request.name().empty() ? data->name : request.name();
  if (name.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "the data set has no name; give it one by --name");
  }
  if (auto fine = analysis::CheckDataSetName(name); !fine) return tl::unexpected(fine.error());
  const bool ships = analysis::ShippedDataSet(name).has_value();
  if (ships && !request.replace()) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"" + name +
                    "\" is a data set that ships with hypergauge; give yours another name by "
                    "--name, or take its place by --replace");
  }
  const auto before = store.FindDataset(name);
  if (!before) return tl::unexpected(before.error());
  if (auto stored = Put(store, name, request.json()); !stored) {
    return tl::unexpected(stored.error());
  }
  v1::ImportDatasetResponse response;
  response.set_name(name);
  response.set_replaced(ships || before->has_value());
  return response;
}

}  // namespace hypergauge::aggregator
