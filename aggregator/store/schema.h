#pragma once

#include <cstdint>
#include <filesystem>

#include "aggregator/store/database.h"
#include "base/result.h"

/// The store's tables and how an older release's become this one's.
namespace hypergauge::aggregator {

inline constexpr uint32_t kSchemaVersion = 5;  ///< SQLite's user_version

/// Brings `database` to kSchemaVersion in one transaction, from any older version and from an empty
/// file; whatever goes wrong, the file is as it was. The points of version 5 are made once of all
/// runs that there are: about a minute for ten million of them.
/// `file`: for messages. Errors: kUnsupported (newer schema), those of Database.
[[nodiscard]] Result<void> Migrate(Database& database, const std::filesystem::path& file);

}  // namespace hypergauge::aggregator
