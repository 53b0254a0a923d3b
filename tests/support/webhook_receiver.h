#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/http.h"

namespace hypergauge::testing {

/// One alert of a notification of Alertmanager's.
struct Notice {
  std::string route;   ///< the last part of the path that it came to: "critical"
  std::string status;  ///< firing or resolved
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;

  /// The label's value; empty where there is none.
  [[nodiscard]] std::string Label(const std::string& name) const;
};

/// The other end of Alertmanager's webhooks, on a free port of the loopback. Safe for any thread.
class WebhookReceiver {
 public:
  WebhookReceiver();

  [[nodiscard]] int port() const { return port_; }

  /// All that came so far, in that order.
  [[nodiscard]] std::vector<Notice> notices() const;

  /// How many of them the question is true of.
  [[nodiscard]] int Count(const std::function<bool(const Notice&)>& is_asked_for) const;

 private:
  exporter::HttpResponse Take(const std::string& route, const std::string& body);

  mutable std::mutex mutex_;  // guards notices_
  std::vector<Notice> notices_;
  std::unique_ptr<exporter::HttpServer> server_;
  int port_ = 0;
};

}  // namespace hypergauge::testing
