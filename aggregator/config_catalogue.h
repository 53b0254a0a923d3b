#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/catalogue.pb.h"

namespace hypergauge::aggregator {

/// What --catalogue.file may say, as docs/catalogue.yml shows it.
struct CatalogueFile {
  bool with_shipped = true;  ///< beside what ships, or in its place
  v1::Catalogue catalogue;   ///< every product has a platform and a product; urls are http or https
};

/// `shipped_features`: ids of the features that ship, which products may have. `name` stands for
/// the file in messages. Errors: kInvalidArgument naming file, line and column, and what is wrong
/// there: YAML that cannot be parsed, unknown keys and features, what is missing, given twice, too
/// long or too many, and links that no browser should follow.
[[nodiscard]] Result<CatalogueFile> ParseCatalogue(const std::string& text, const std::string& name,
                                                   const std::set<std::string>& shipped_features);

/// The same of a file of at most 1 MiB. Errors beside those: kNotFound, kPermissionDenied.
[[nodiscard]] Result<CatalogueFile> LoadCatalogue(const std::filesystem::path& file,
                                                  const std::set<std::string>& shipped_features);

}  // namespace hypergauge::aggregator
