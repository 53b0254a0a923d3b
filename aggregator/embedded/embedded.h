#pragma once

#include <span>

#include "exporter/static_files.h"

/// Files that are part of the program: cmake/Embed.cmake makes sources of them.
namespace hypergauge::aggregator {

/// The built page, dashboards/web/dist.
[[nodiscard]] std::span<const exporter::StaticFile> WebPage();

/// docs/openapi.json alone.
[[nodiscard]] std::span<const exporter::StaticFile> ApiDescription();

}  // namespace hypergauge::aggregator
