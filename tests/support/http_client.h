#pragma once

#include <map>
#include <string>
#include <vector>

namespace hypergauge::testing {

struct HttpAnswer {
  int status = 0;  ///< 0: no answer came; `body` says why
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lower case
};

/// One GET by libcurl, 10 seconds at most. `headers` are whole lines, "Accept: text/plain".
[[nodiscard]] HttpAnswer HttpGet(const std::string& url,
                                 const std::vector<std::string>& headers = {},
                                 const std::string& method = "GET");

/// One POST of JSON, likewise.
[[nodiscard]] HttpAnswer HttpPost(const std::string& url, const std::string& body,
                                  const std::string& content_type = "application/json");

}  // namespace hypergauge::testing
