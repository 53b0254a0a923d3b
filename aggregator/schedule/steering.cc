#include "aggregator/schedule/steering.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kMostTextBytes = 1024;
constexpr int kMostBenchmarks = 256;
constexpr int kMostHosts = 1000;
constexpr Time kLongestPause = std::chrono::days(366);
constexpr std::array<std::string_view, 3> kSuites = {"light", "standard", "pilot"};

Result<void> Invalid(const std::string& field, const std::string& reason) {
  return Fail(ErrorCode::kInvalidArgument, field + " " + reason);
}

Result<void> CheckText(const std::string& field, const std::string& text) {
  if (text.size() > kMostTextBytes) {
    return Invalid(field, "has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(kMostTextBytes) + " are taken");
  }
  if (HasControlCharacters(text)) return Invalid(field, "has control characters");
  return {};
}

Result<void> CheckTexts(const std::string& field,
                        const google::protobuf::RepeatedPtrField<std::string>& texts, int most) {
  if (texts.size() > most) {
    return Invalid(field, "has " + std::to_string(texts.size()) + " entries; at most " +
                              std::to_string(most) + " are taken");
  }
  for (int i = 0; i < texts.size(); ++i) {
    const std::string entry = field + "[" + std::to_string(i) + "]";
    if (texts[i].empty()) return Invalid(entry, "is empty");
    if (auto checked = CheckText(entry, texts[i]); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<void> CheckRequest(const v1::GetScheduleRequest& request) {
  if (request.since_unix_nanos() < 0) return Invalid("since_unix_nanos", "is negative");
  return CheckTexts("hosts", request.hosts(), kMostHosts);
}

Result<void> CheckRequest(const v1::RunNowRequest& request) {
  if (request.node().empty()) return Invalid("node", "is empty");
  if (auto checked = CheckText("node", request.node()); !checked) return checked;
  if (auto checked = CheckText("suite", request.suite()); !checked) return checked;
  if (!request.suite().empty() &&
      std::find(kSuites.begin(), kSuites.end(), request.suite()) == kSuites.end()) {
    return Invalid("suite",
                   "\"" + request.suite() + "\" is unknown; there are light, standard and pilot");
  }
  return CheckTexts("benchmarks", request.benchmarks(), kMostBenchmarks);
}

Result<void> CheckRequest(const v1::PauseRequest& request) {
  if (auto checked = CheckText("host", request.host()); !checked) return checked;
  if (auto checked = CheckText("reason", request.reason()); !checked) return checked;
  if (request.duration_nanos() < 0) return Invalid("duration_nanos", "is negative");
  if (request.duration_nanos() > kLongestPause.count()) {
    return Invalid("duration_nanos", "is more than 366 days; leave it out for a pause without end");
  }
  return {};
}

Result<void> CheckRequest(const v1::ResumeRequest& request) {
  return CheckText("host", request.host());
}

}  // namespace hypergauge::aggregator
