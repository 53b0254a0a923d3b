#pragma once

#include <string>
#include <string_view>

#include "exporter/http.h"

/// Answers that a client may have already. Source: RFC 9110, sections 8.8.3 and 13.1.2.
namespace hypergauge::exporter {

/// A weak tag of the bytes, which is the same whether they are gzipped or not: W/"..."
[[nodiscard]] std::string EtagOf(std::string_view body);

/// Whether the request says by If-None-Match that it has what the tag stands for.
[[nodiscard]] bool HasAlready(const HttpRequest& request, const std::string& etag);

/// The handler with an ETag on each of its answers with status 200, and with 304 and no body for
/// who has it already.
[[nodiscard]] HttpHandler WithEtag(HttpHandler handler);

}  // namespace hypergauge::exporter
