#pragma once

#include <civetweb.h>

#include <optional>
#include <string>

#include "exporter/http.h"

/// One request and its answer on a connection of civetweb's. Only http_server.cc includes this.
namespace hypergauge::exporter {

/// A short text for people.
[[nodiscard]] HttpResponse PlainAnswer(int status, const std::string& text);

/// The request without its body.
[[nodiscard]] HttpRequest ToRequest(const mg_request_info& info);

/// Reads the body into `request`. Returns the answer for the client where that fails: 400, 408,
/// 413.
[[nodiscard]] std::optional<HttpResponse> ReadBody(mg_connection* connection,
                                                   const HttpOptions& options,
                                                   HttpRequest& request);

/// Gzips the answer's body where that is worth it and the client accepts it.
void Compress(const HttpRequest& request, HttpResponse& response);

/// Writes the answer. A client that does not take it in a minute is given up.
void Send(mg_connection* connection, const HttpResponse& response, bool with_body);

}  // namespace hypergauge::exporter
