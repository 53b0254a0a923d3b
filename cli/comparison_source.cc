#include "cli/comparison_source.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "aggregator/analysis/shipped_data_sets.h"
#include "aggregator/comparison/compare.h"
#include "aggregator/store/store.h"
#include "cli/client_analysis.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kStoreFile = "hypergauge.db";

int64_t Now() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool HasStore(const std::string& folder) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(folder) / kStoreFile, ignored);
}

Result<std::unique_ptr<aggregator::Store>> OpenStore(const std::string& folder) {
  auto store = aggregator::Store::Open(folder);
  if (!store) return Annotate(store.error(), "--storage " + folder);
  return store;
}

// Opening one that is not there would make it.
Error NoStore(const std::string& folder) {
  return {ErrorCode::kNotFound, "--storage " + folder + ": there is no store (" + kStoreFile + ")"};
}

std::optional<Result<v1::CompareResponse>> CompareShipped(const v1::CompareRequest& request) {
  const auto json = analysis::ShippedDataSet(request.dataset());
  if (!json) return std::nullopt;
  auto data = analysis::ParseDataSet(*json);
  if (!data) return tl::unexpected(data.error());
  data->name = request.dataset();
  auto response = aggregator::CompareDataSet(*data, request.scale());
  if (response) response->set_made_unix_nanos(Now());
  return response;
}

Result<v1::CompareResponse> CompareStored(const std::string& folder,
                                          const v1::CompareRequest& request) {
  if (!HasStore(folder)) {
    if (auto shipped = CompareShipped(request)) return *shipped;
    return tl::unexpected(NoStore(folder));
  }
  const auto store = OpenStore(folder);
  if (!store) return tl::unexpected(store.error());
  const auto fleet = aggregator::FleetOf(**store);
  if (!fleet) return tl::unexpected(fleet.error());
  return aggregator::Compare(**store, *fleet, request, Now());
}

}  // namespace

Result<v1::CompareResponse> AskComparison(const ComparisonSource& source,
                                          const v1::CompareRequest& request) {
  if (!source.storage.empty()) return CompareStored(source.storage, request);
  auto response = AnalysisClient(source.server).Compare(request);
  if (response || response.error().code != ErrorCode::kUnavailable) return response;
  if (auto shipped = CompareShipped(request)) return *shipped;
  return response;
}

Result<v1::ImportDatasetResponse> AskImport(const ComparisonSource& source,
                                            const v1::ImportDatasetRequest& request) {
  if (source.storage.empty()) return AnalysisClient(source.server).ImportDataset(request);
  const auto store = OpenStore(source.storage);
  if (!store) return tl::unexpected(store.error());
  return aggregator::ImportDataSet(**store, request);
}

}  // namespace hypergauge::cli
