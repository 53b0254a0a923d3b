#include "tests/support/prometheus_process.h"

#include <curl/curl.h>

#include <cmath>
#include <iostream>

#include "tests/support/http_client.h"
#include "tests/support/listening_port.h"

namespace hypergauge::testing {

PrometheusProcess::PrometheusProcess(int target_port, const std::string& rules,
                                     int alertmanager_port) {
  const std::string alerting = alertmanager_port == 0
                                   ? ""
                                   : "alerting: {alertmanagers: [{static_configs: [{targets: "
                                     "['127.0.0.1:" +
                                         std::to_string(alertmanager_port) + "']}]}]}\n";
  const auto config =
      folder_.Write("prometheus.yml",
                    "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
                    "rule_files: [" +
                        (rules.empty() ? "" : "'" + rules + "'") +
                        "]\n"
                        "scrape_configs:\n"
                        "  - job_name: hypergauge\n"
                        "    static_configs: [{targets: ['127.0.0.1:" +
                        std::to_string(target_port) + "']}]\n" + alerting);
  process_ = std::make_unique<Process>(
      std::vector<std::string>{"prometheus", "--config.file=" + config.string(),
                               "--storage.tsdb.path=" + (folder_.path() / "data").string(),
                               "--web.listen-address=127.0.0.1:0"});
  if (!process_->WaitForOutput("ready to receive web requests", std::chrono::seconds(30))) return;
  port_ = ListeningPort(process_->pid(), std::chrono::seconds(10));
}

nlohmann::json PrometheusProcess::Query(const std::string& promql) const {
  char* escaped = curl_easy_escape(nullptr, promql.c_str(), static_cast<int>(promql.size()));
  const auto answer =
      HttpGet("http://127.0.0.1:" + std::to_string(port_) + "/api/v1/query?query=" + escaped);
  curl_free(escaped);
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  if (json.is_discarded() || json.value("status", "") != "success") {
    std::cerr << promql << ": " << answer.body << "\n";
    return nullptr;
  }
  return json["data"]["result"];
}

double PrometheusProcess::Value(const std::string& promql) const {
  const auto result = Query(promql);
  if (!result.is_array() || result.size() != 1) return std::nan("");
  return std::stod(result[0]["value"][1].get<std::string>());
}

}  // namespace hypergauge::testing
