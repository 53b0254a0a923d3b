#include "tests/support/webhook_receiver.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace hypergauge::testing {
namespace {

constexpr const char* kPath = "/hypergauge/";
constexpr int kBadRequest = 400;

}  // namespace

std::string Notice::Label(const std::string& name) const {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

WebhookReceiver::WebhookReceiver() {
  std::map<std::string, exporter::HttpHandler> routes;
  for (const std::string route : {"critical", "warning", "regression", "info"}) {
    routes["POST " + (kPath + route)] = [this, route](const exporter::HttpRequest& request) {
      return Take(route, request.body);
    };
  }
  auto server = exporter::StartHttpServer({.listen_addresses = {"127.0.0.1:0"}}, routes);
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
  port_ = server_->ports().front();
}

exporter::HttpResponse WebhookReceiver::Take(const std::string& route, const std::string& body) {
  const auto message = nlohmann::json::parse(body, nullptr, false);
  if (!message.is_object() || !message.contains("alerts")) {
    return {.status = kBadRequest, .body = "no notification of Alertmanager's"};
  }
  const std::lock_guard lock(mutex_);
  for (const auto& alert : message["alerts"]) {
    notices_.push_back({.route = route,
                        .status = alert.at("status"),
                        .labels = alert.at("labels"),
                        .annotations = alert.at("annotations")});
  }
  return {};
}

std::vector<Notice> WebhookReceiver::notices() const {
  const std::lock_guard lock(mutex_);
  return notices_;
}

int WebhookReceiver::Count(const std::function<bool(const Notice&)>& is_asked_for) const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(std::ranges::count_if(notices_, is_asked_for));
}

}  // namespace hypergauge::testing
