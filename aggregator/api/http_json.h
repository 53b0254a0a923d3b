#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "exporter/http.h"
#include "proto/message_json.h"

/// How the API's messages come and go over HTTP: what analysis_http and query_http share.
namespace hypergauge::aggregator {

/// A route's key ("/api/v1/nodes", "POST /api/v1/datasets") and who answers it.
using ApiRoutes = std::map<std::string, exporter::HttpHandler>;

/// {"error": {"code": "not_found", "message": "..."}} with a status of 400, 404, 409, 413, 415, 500
/// or 503.
[[nodiscard]] exporter::HttpResponse Refuse(const Error& error);

/// The message as MessageJson writes it, or the error.
[[nodiscard]] exporter::HttpResponse AnswerMessage(const google::protobuf::Message& message);

/// Text that is no UTF-8 is mended.
[[nodiscard]] exporter::HttpResponse AnswerJson(const nlohmann::ordered_json& json);

template <typename Message>
[[nodiscard]] exporter::HttpResponse Answer(const Result<Message>& result) {
  return result ? AnswerMessage(*result) : Refuse(result.error());
}

/// A query's parameters, each of which somebody must ask for. The first thing that is wrong is
/// kept, and names its parameter.
class Parameters {
 public:
  static Result<Parameters> Of(const exporter::HttpRequest& request);

  [[nodiscard]] std::vector<std::string> All(const std::string& name);
  /// Empty where it was not given.
  [[nodiscard]] std::string One(const std::string& name);
  /// 0 where it was not given.
  [[nodiscard]] uint64_t Number(const std::string& name, uint64_t most);
  [[nodiscard]] uint32_t Small(const std::string& name) {
    return static_cast<uint32_t>(Number(name, std::numeric_limits<uint32_t>::max()));
  }
  /// true, false or nothing.
  [[nodiscard]] bool Flag(const std::string& name);
  /// RFC 3339 or seconds since 1970 with decimals, as nanoseconds since 1970; at least 1, and 0
  /// where it was not given.
  [[nodiscard]] int64_t Moment(const std::string& name);

  /// Each as a value of the enum, whose words MessageJson writes; `what` says what it must be.
  [[nodiscard]] std::vector<int> Words(const std::string& name,
                                       const google::protobuf::EnumDescriptor& type,
                                       const std::string& what);

  void Reject(Error error);
  /// "NAME: "VALUE" is not MUST".
  void RejectValue(const std::string& name, const std::string& value, const std::string& must);

  /// Once everything that is known was asked for: errors of the above, and a parameter that nobody
  /// asked for.
  [[nodiscard]] Result<void> Check();

 private:
  explicit Parameters(std::map<std::string, std::vector<std::string>> all)
      : left_(std::move(all)) {}

  std::map<std::string, std::vector<std::string>> left_;
  Result<void> ok_;
};

/// `fill` takes from the parameters what the request has; `ask` has it answered.
template <typename Request, typename Fill, typename Ask>
[[nodiscard]] exporter::HttpHandler Get(Fill fill, Ask ask) {
  return [fill, ask](const exporter::HttpRequest& http) {
    auto parameters = Parameters::Of(http);
    if (!parameters) return Refuse(parameters.error());
    Request request;
    fill(*parameters, request);
    if (const auto checked = parameters->Check(); !checked) return Refuse(checked.error());
    return Answer(ask(request));
  };
}

/// The body as a message. Errors: kUnsupported without Content-Type: application/json, which no
/// page of another origin can have a browser send; kInvalidArgument for a body that is no such
/// message.
[[nodiscard]] Result<void> ReadBody(const exporter::HttpRequest& http,
                                    google::protobuf::Message& request);

template <typename Request, typename Ask>
[[nodiscard]] exporter::HttpHandler Post(Ask ask) {
  return [ask](const exporter::HttpRequest& http) {
    Request request;
    if (const auto read = ReadBody(http, request); !read) return Refuse(read.error());
    return Answer(ask(request));
  };
}

}  // namespace hypergauge::aggregator
