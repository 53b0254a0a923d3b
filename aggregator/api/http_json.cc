#include "aggregator/api/http_json.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "aggregator/api/query_string.h"
#include "aggregator/schedule/windows.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

using exporter::HttpRequest;
using exporter::HttpResponse;

constexpr const char* kJson = "application/json";
constexpr size_t kMostQuoted = 64;
// The latest moment that is believed of probes too: sums with it do not overflow.
constexpr int64_t kLatestSeconds = 4'000'000'000;
constexpr double kNanosASecond = 1e9;

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kUnavailable:
      return 409;
    case ErrorCode::kResourceExhausted:
      return 413;
    case ErrorCode::kUnsupported:
      return 415;
    case ErrorCode::kDeadlineExceeded:
      return 503;
    default:
      return 500;
  }
}

bool IsJson(const HttpRequest& http) {
  const auto found = http.headers.find("content-type");
  if (found == http.headers.end()) return false;
  const std::string_view type = found->second;
  return type.substr(0, type.find(';')) == kJson;
}

template <typename Number>
std::optional<Number> Parsed(const std::string& text) {
  Number value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Whole seconds apart from their decimals: a double has no nanoseconds of this century.
std::optional<int64_t> ParsedSeconds(const std::string& text) {
  const auto point = text.find('.');
  const auto whole = Parsed<uint64_t>(text.substr(0, point));
  if (!whole || *whole > static_cast<uint64_t>(kLatestSeconds)) return std::nullopt;
  double part = 0;
  if (point != std::string::npos) {
    const auto decimals = text.substr(point + 1);
    if (decimals.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    part = Parsed<double>("0." + decimals + "0").value_or(0);
  }
  return static_cast<int64_t>(*whole) * static_cast<int64_t>(kNanosASecond) +
         std::llround(part * kNanosASecond);
}

std::optional<int64_t> ParsedMoment(const std::string& text) {
  if (const auto seconds = ParsedSeconds(text)) return seconds;
  const auto moment = ParseMoment(text);
  if (!moment || moment->count() < 0) return std::nullopt;
  return moment->count();
}

}  // namespace

HttpResponse AnswerJson(const nlohmann::ordered_json& json) {
  return {.content_type = kJson,
          .body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

HttpResponse Refuse(const Error& error) {
  auto response = AnswerJson(
      {{"error", {{"code", std::string(ToString(error.code))}, {"message", error.message}}}});
  response.status = StatusOf(error.code);
  return response;
}

HttpResponse AnswerMessage(const google::protobuf::Message& message) {
  auto json = MessageJson(message, JsonStyle::kOneLine);
  if (!json) return Refuse(json.error());
  return {.content_type = kJson, .body = std::move(*json)};
}

Result<Parameters> Parameters::Of(const HttpRequest& request) {
  auto parsed = ParseQueryString(request.query);
  if (!parsed) return tl::unexpected(parsed.error());
  return Parameters(std::move(*parsed));
}

std::vector<std::string> Parameters::All(const std::string& name) {
  auto found = left_.extract(name);
  return found ? std::move(found.mapped()) : std::vector<std::string>();
}

std::string Parameters::One(const std::string& name) {
  auto all = All(name);
  if (all.size() > 1) Reject({ErrorCode::kInvalidArgument, name + ": given more than once"});
  return all.empty() ? "" : std::move(all.front());
}

uint64_t Parameters::Number(const std::string& name, uint64_t most) {
  const std::string text = One(name);
  if (text.empty()) return 0;
  const auto value = Parsed<uint64_t>(text);
  if (!value || *value > most) {
    RejectValue(name, text, "a number that can be");
    return 0;
  }
  return *value;
}

bool Parameters::Flag(const std::string& name) {
  const std::string text = One(name);
  if (text != "true" && text != "false" && !text.empty()) RejectValue(name, text, "true or false");
  return text == "true";
}

int64_t Parameters::Moment(const std::string& name) {
  const std::string text = One(name);
  if (text.empty()) return 0;
  const auto moment = ParsedMoment(text);
  if (!moment) {
    RejectValue(name, text,
                "a time from 1970 to 2096, as 2026-12-24T18:00:00Z or seconds since 1970");
    return 0;
  }
  return std::max<int64_t>(*moment, 1);
}

std::vector<int> Parameters::Words(const std::string& name,
                                   const google::protobuf::EnumDescriptor& type,
                                   const std::string& what) {
  std::vector<int> values;
  for (const auto& word : All(name)) {
    const auto value = EnumOfWord(type, word);
    if (value) {
      values.push_back(*value);
    } else {
      RejectValue(name, word, what);
    }
  }
  return values;
}

void Parameters::Reject(Error error) {
  if (ok_) ok_ = tl::unexpected(std::move(error));
}

void Parameters::RejectValue(const std::string& name, const std::string& value,
                             const std::string& must) {
  Reject({ErrorCode::kInvalidArgument,
          name + ": \"" + Printable(value, kMostQuoted) + "\" is not " + must});
}

Result<void> Parameters::Check() {
  if (ok_ && !left_.empty()) {
    Reject({ErrorCode::kInvalidArgument,
            "there is no parameter \"" + Printable(left_.begin()->first, kMostQuoted) + "\""});
  }
  return ok_;
}

Result<void> ReadBody(const HttpRequest& http, google::protobuf::Message& request) {
  if (!IsJson(http)) {
    return Fail(ErrorCode::kUnsupported, "a request must have Content-Type: application/json");
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(http.body, &request);
  if (!parsed.ok()) {
    return Fail(ErrorCode::kInvalidArgument,
                "the body is not this request's JSON: " + std::string(parsed.message()));
  }
  return {};
}

}  // namespace hypergauge::aggregator
