#include "aggregator/api/catalogue.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "aggregator/analysis/shipped_data_sets.h"
#include "aggregator/config_catalogue.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kDataSet = "pilot2011";
constexpr const char* kSource = "pilot 2011";
constexpr int64_t kNanosASecond = 1'000'000'000;

struct Column {
  std::string_view id;  // key of the data set's features
  const char* title;
};

constexpr std::array<Column, 10> kColumns = {{{"cluster", "Cluster"},
                                              {"guests_64bit", "64-bit guests"},
                                              {"vcpus", "Virtual CPUs"},
                                              {"live_migration", "Live migration"},
                                              {"advanced_networking", "Advanced networking"},
                                              {"shared_storage", "Shared storage"},
                                              {"snapshots", "Snapshots"},
                                              {"guest_tools", "Guest tools"},
                                              {"install", "Effort of installation"},
                                              {"incidents", "Incidents"}}};

std::set<std::string> FeatureIds(const v1::Catalogue& catalogue) {
  std::set<std::string> ids;
  for (const auto& feature : catalogue.features()) ids.insert(feature.id());
  return ids;
}

void MergeFeature(v1::CatalogueFeature from, v1::Catalogue& into) {
  for (auto& feature : *into.mutable_features()) {
    if (feature.id() != from.id()) continue;
    feature = std::move(from);
    return;
  }
  *into.add_features() = std::move(from);
}

// A row that ships may get consoles, and features that are otherwise here.
void MergeProduct(v1::CatalogueProduct from, v1::Catalogue& into) {
  for (auto& product : *into.mutable_products()) {
    if (product.platform() != from.platform() || product.product() != from.product()) continue;
    if (!from.features().empty()) product.set_source(from.source());
    for (const auto& [id, text] : from.features()) (*product.mutable_features())[id] = text;
    *product.mutable_consoles() = from.consoles();
    return;
  }
  *into.add_products() = std::move(from);
}

v1::Catalogue Merged(const v1::Catalogue& shipped, CatalogueFile file) {
  v1::Catalogue merged;
  if (file.with_shipped) merged = shipped;
  for (auto& feature : *file.catalogue.mutable_features()) MergeFeature(std::move(feature), merged);
  for (auto& product : *file.catalogue.mutable_products()) MergeProduct(std::move(product), merged);
  merged.mutable_notes()->MergeFrom(file.catalogue.notes());
  return merged;
}

}  // namespace

Result<v1::Catalogue> ShippedCatalogue() {
  const auto corrupt = [](const std::string& why) {
    return Fail(ErrorCode::kCorrupt, std::string("data set ") + kDataSet + ": " + why);
  };
  const auto json = nlohmann::ordered_json::parse(analysis::ShippedDataSet(kDataSet).value_or(""),
                                                  nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("features")) return corrupt("has no features");
  v1::Catalogue catalogue;
  for (const auto& column : kColumns) {
    auto& feature = *catalogue.add_features();
    feature.set_id(std::string(column.id));
    feature.set_title(column.title);
  }
  const auto titled = FeatureIds(catalogue);
  for (const auto& [platform, row] : json["features"].items()) {
    auto& product = *catalogue.add_products();
    product.set_platform(platform);
    product.set_source(kSource);
    for (const auto& [id, text] : row.items()) {
      if (!text.is_string()) return corrupt("\"" + id + "\" is no text");
      if (id == "product") {
        product.set_product(text.get<std::string>());
      } else if (titled.contains(id)) {
        (*product.mutable_features())[id] = text.get<std::string>();
      } else {
        return corrupt("feature \"" + id + "\" has no title");
      }
    }
  }
  catalogue.add_notes(
      "Rows of \"pilot 2011\" are what a comparison of 2011 published of the releases of its "
      "time.");
  return catalogue;
}

Result<std::unique_ptr<Catalogue>> Catalogue::Open(std::filesystem::path file) {
  auto shipped = ShippedCatalogue();
  if (!shipped) return tl::unexpected(shipped.error());
  std::unique_ptr<Catalogue> catalogue(new Catalogue(std::move(file), std::move(*shipped)));
  if (catalogue->file_.empty()) return catalogue;
  catalogue->read_ = StampOf(catalogue->file_);
  if (const auto read = catalogue->Read(); !read) return tl::unexpected(read.error());
  return catalogue;
}

Catalogue::Stamp Catalogue::StampOf(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return {};
  return {.exists = true,
          .device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_nanos = status.st_mtim.tv_sec * kNanosASecond + status.st_mtim.tv_nsec};
}

Result<void> Catalogue::Read() {
  auto loaded = LoadCatalogue(file_, FeatureIds(shipped_));
  if (!loaded) return tl::unexpected(loaded.error());
  current_ = Merged(shipped_, std::move(*loaded));
  broken_.clear();
  return {};
}

v1::Catalogue Catalogue::Get() {
  const std::lock_guard lock(mutex_);
  // Looked at before it is read: what changes meanwhile is read at the next request.
  if (const auto stamp = file_.empty() ? read_ : StampOf(file_); stamp != read_) {
    read_ = stamp;
    if (const auto read = Read(); !read) {
      broken_ = read.error().message;
      spdlog::warn("catalogue: {}; it stays as it was", broken_);
    }
  }
  auto shown = current_;
  if (!broken_.empty()) {
    shown.add_notes("The catalogue's file cannot be used, and what it said before is shown: " +
                    broken_);
  }
  return shown;
}

}  // namespace hypergauge::aggregator
