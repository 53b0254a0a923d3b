#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exporter/http.h"

namespace hypergauge::exporter {

/// A file that is part of the program.
struct StaticFile {
  std::string_view name;  ///< below the page's folder: index.html, assets/app-1a2b3c4d.js
  std::string_view bytes;
};

/// A page's files as routes: index.html at "/", each at "/" and its name, and nothing else, so that
/// no path leads anywhere else. Each is compressed once, has an ETag, and headers by which a
/// browser runs nothing that is not among them, and asks nobody else. Files in assets/ bear a hash
/// in their names and are kept for ever; the others are asked for each time. `files` outlives the
/// handlers. Errors: kInvalidArgument for a file of unknown kind, and where there is no index.html.
[[nodiscard]] Result<std::map<std::string, HttpHandler>> StaticRoutes(
    std::span<const StaticFile> files);

/// One file that anybody may read, likewise, without the headers of a page.
[[nodiscard]] HttpHandler StaticAnswer(std::string_view bytes, const std::string& content_type);

}  // namespace hypergauge::exporter
