#include "aggregator/api/analysis_http.h"

#include <google/protobuf/util/json_util.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregator/analyst/regression_messages.h"
#include "aggregator/api/query_string.h"
#include "proto/message_json.h"

namespace hypergauge::aggregator {
namespace {

using exporter::HttpRequest;
using exporter::HttpResponse;

constexpr const char* kJson = "application/json";
constexpr size_t kMostQuoted = 64;

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

HttpResponse Refuse(const Error& error) {
  const nlohmann::json json = {
      {"error", {{"code", std::string(ToString(error.code))}, {"message", error.message}}}};
  return {.status = StatusOf(error.code),
          .content_type = kJson,
          .body = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

template <typename Message>
HttpResponse Answer(const Result<Message>& result) {
  if (!result) return Refuse(result.error());
  auto json = MessageJson(*result, JsonStyle::kOneLine);
  if (!json) return Refuse(json.error());
  return {.content_type = kJson, .body = std::move(*json)};
}

Error Wrong(const std::string& name, const std::string& value, const char* must) {
  return {ErrorCode::kInvalidArgument,
          name + ": \"" + value.substr(0, kMostQuoted) + "\" is not " + must};
}

// A query's parameters, each of which somebody must ask for.
class Parameters {
 public:
  static Result<Parameters> Of(const HttpRequest& request) {
    auto parsed = ParseQueryString(request.query);
    if (!parsed) return tl::unexpected(parsed.error());
    return Parameters(std::move(*parsed));
  }

  std::vector<std::string> All(const std::string& name) {
    auto found = left_.extract(name);
    return found ? std::move(found.mapped()) : std::vector<std::string>();
  }

  std::string One(const std::string& name) {
    auto all = All(name);
    if (all.size() > 1) Reject({ErrorCode::kInvalidArgument, name + ": given more than once"});
    return all.empty() ? "" : std::move(all.front());
  }

  uint64_t Number(const std::string& name, uint64_t most) {
    const std::string text = One(name);
    uint64_t value = 0;
    if (text.empty()) return 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || value > most) {
      Reject(Wrong(name, text, "a number that can be"));
    }
    return value;
  }

  bool Flag(const std::string& name) {
    const std::string text = One(name);
    if (text != "true" && text != "false" && !text.empty()) {
      Reject(Wrong(name, text, "true or false"));
    }
    return text == "true";
  }

  void Reject(Error error) {
    if (ok_) ok_ = tl::unexpected(std::move(error));
  }

  // Once everything that is known was asked for.
  Result<void> Check() {
    if (ok_ && !left_.empty()) {
      Reject({ErrorCode::kInvalidArgument,
              "there is no parameter \"" + left_.begin()->first.substr(0, kMostQuoted) + "\""});
    }
    return ok_;
  }

 private:
  explicit Parameters(std::map<std::string, std::vector<std::string>> all)
      : left_(std::move(all)) {}

  std::map<std::string, std::vector<std::string>> left_;
  Result<void> ok_;
};

// `fill` takes from the parameters what the request has; `ask` has it answered.
template <typename Request, typename Fill, typename Ask>
exporter::HttpHandler Get(Fill fill, Ask ask) {
  return [fill, ask](const HttpRequest& http) {
    auto parameters = Parameters::Of(http);
    if (!parameters) return Refuse(parameters.error());
    Request request;
    fill(*parameters, request);
    if (const auto checked = parameters->Check(); !checked) return Refuse(checked.error());
    return Answer(ask(request));
  };
}

bool IsJson(const HttpRequest& http) {
  const auto found = http.headers.find("content-type");
  if (found == http.headers.end()) return false;
  const std::string_view type = found->second;
  return type.substr(0, type.find(';')) == kJson;
}

template <typename Request, typename Ask>
exporter::HttpHandler Post(Ask ask) {
  return [ask](const HttpRequest& http) {
    if (!IsJson(http)) {
      return Refuse(
          {ErrorCode::kUnsupported, "a request must have Content-Type: application/json"});
    }
    Request request;
    const auto parsed = google::protobuf::util::JsonStringToMessage(http.body, &request);
    if (!parsed.ok()) {
      return Refuse({ErrorCode::kInvalidArgument,
                     "the body is not this request's JSON: " + std::string(parsed.message())});
    }
    return Answer(ask(request));
  };
}

void FillList(Parameters& parameters, v1::ListRegressionsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (const auto& word : parameters.All("state")) {
    bool known = false;
    for (int state = v1::Regression::STATE_SUSPECT; state <= v1::Regression::State_MAX; ++state) {
      if (WordOf(static_cast<v1::Regression::State>(state)) != word) continue;
      request.add_states(static_cast<v1::Regression::State>(state));
      known = true;
    }
    if (!known) parameters.Reject(Wrong("state", word, "a state of a regression"));
  }
  request.set_improvements(parameters.Flag("improvements"));
  request.set_limit(
      static_cast<uint32_t>(parameters.Number("limit", std::numeric_limits<uint32_t>::max())));
}

void FillId(Parameters& parameters, v1::GetRegressionRequest& request) {
  request.set_id(parameters.Number("id", std::numeric_limits<int64_t>::max()));
}

void FillOverheads(Parameters& parameters, v1::ListOverheadsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (auto& name : parameters.All("benchmark")) request.add_benchmarks(std::move(name));
  request.set_limit(
      static_cast<uint32_t>(parameters.Number("limit", std::numeric_limits<uint32_t>::max())));
}

void FillPlatforms(Parameters& parameters, v1::ListPlatformsRequest& request) {
  request.set_versions(parameters.Flag("versions"));
}

void FillCompare(Parameters& parameters, v1::CompareRequest& request) {
  request.set_dataset(parameters.One("dataset"));
  request.set_scale(parameters.One("scale"));
  request.set_versions(parameters.Flag("versions"));
}

}  // namespace

std::map<std::string, exporter::HttpHandler> AnalysisRoutes(AnalysisApi& api) {
  using Steer = v1::SteerRegressionRequest;
  return {
      {"/api/v1/regressions",
       Get<v1::ListRegressionsRequest>(
           FillList, [&api](const auto& request) { return api.ListRegressions(request); })},
      {"/api/v1/regression",
       Get<v1::GetRegressionRequest>(
           FillId, [&api](const auto& request) { return api.GetRegression(request); })},
      {"POST /api/v1/regression/acknowledge",
       Post<Steer>([&api](const auto& request) { return api.Acknowledge(request); })},
      {"POST /api/v1/regression/accept",
       Post<Steer>([&api](const auto& request) { return api.Accept(request); })},
      {"POST /api/v1/regression/mute",
       Post<Steer>([&api](const auto& request) { return api.Mute(request); })},
      {"/api/v1/overheads",
       Get<v1::ListOverheadsRequest>(
           FillOverheads, [&api](const auto& request) { return api.ListOverheads(request); })},
      {"/api/v1/platforms",
       Get<v1::ListPlatformsRequest>(
           FillPlatforms, [&api](const auto& request) { return api.ListPlatforms(request); })},
      {"/api/v1/compare",
       Get<v1::CompareRequest>(FillCompare,
                               [&api](const auto& request) { return api.Compare(request); })},
      {"/api/v1/datasets", Get<v1::ListDatasetsRequest>(
                               [](Parameters&, v1::ListDatasetsRequest&) {},
                               [&api](const auto& request) { return api.ListDatasets(request); })},
      {"POST /api/v1/datasets", Post<v1::ImportDatasetRequest>([&api](const auto& request) {
         return api.ImportDataset(request);
       })},
  };
}

}  // namespace hypergauge::aggregator
