#include "tests/support/alertmanager_process.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "build_paths.h"
#include "tests/support/http_client.h"
#include "tests/support/listening_port.h"

namespace hypergauge::testing {
namespace {

const std::string kShipped =
    std::string(HYPERGAUGE_SOURCE_DIR) + "/dashboards/alertmanager/alertmanager.yml";

std::string ForTests(const std::string& config, int webhook_port) {
  const std::string here = "127.0.0.1:" + std::to_string(webhook_port);
  const auto text = std::regex_replace(config, std::regex("127\\.0\\.0\\.1:9099"), here);
  return std::regex_replace(text, std::regex("(group_wait|group_interval): \\w+"), "$1: 1s");
}

}  // namespace

AlertmanagerProcess::AlertmanagerProcess(int webhook_port) {
  const auto config = folder_.Write("alertmanager.yml", ForTests(ReadFile(kShipped), webhook_port));
  process_ = std::make_unique<Process>(
      std::vector<std::string>{"prometheus-alertmanager", "--config.file=" + config.string(),
                               "--storage.path=" + (folder_.path() / "data").string(),
                               "--web.listen-address=127.0.0.1:0", "--cluster.listen-address="});
  if (!process_->WaitForOutput("Listening on", std::chrono::seconds(30))) return;
  port_ = ListeningPort(process_->pid(), std::chrono::seconds(10));
}

int AlertmanagerProcess::Post(const std::string& alerts) const {
  return HttpPost("http://127.0.0.1:" + std::to_string(port_) + "/api/v2/alerts", alerts).status;
}

std::vector<HeldAlert> AlertmanagerProcess::Alerts() const {
  const auto answer = HttpGet("http://127.0.0.1:" + std::to_string(port_) + "/api/v2/alerts");
  const auto alerts = nlohmann::json::parse(answer.body, nullptr, false);
  std::vector<HeldAlert> held;
  if (!alerts.is_array()) return held;
  for (const auto& alert : alerts) {
    held.push_back({.name = alert["labels"]["alertname"],
                    .state = alert["status"]["state"],
                    .inhibited_by = static_cast<int>(alert["status"]["inhibitedBy"].size())});
  }
  std::ranges::sort(held, {}, &HeldAlert::name);
  return held;
}

}  // namespace hypergauge::testing
