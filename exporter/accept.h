#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Content negotiation. Source: RFC 9110, sections 12.4.2 and 12.5.
namespace hypergauge::exporter {

/// One alternative of an Accept or Accept-Encoding header.
struct AcceptItem {
  std::string value;                              ///< lower case: text/plain, gzip, *
  std::map<std::string, std::string> parameters;  ///< names in lower case; without q
  double weight = 1;                              ///< q: 0 (refused) to 1
};

/// The alternatives in the client's order. Never fails: what cannot be read weighs nothing.
[[nodiscard]] std::vector<AcceptItem> ParseAccept(std::string_view header);

/// Whether an Accept-Encoding header lets the answer be gzipped. No header: it does not.
[[nodiscard]] bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace hypergauge::exporter
