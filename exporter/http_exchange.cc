#include "exporter/http_exchange.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string_view>
#include <vector>

#include "exporter/accept.h"
#include "exporter/gzip.h"

namespace hypergauge::exporter {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kGzipAbove = 1024;
constexpr size_t kPiece = size_t{64} * 1024;    // read and written at once
constexpr std::chrono::seconds kSendLimit{60};  // for a client that reads slowly

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

// A header line ends where a line break is, whoever put it there.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

bool IsGzipWanted(const HttpRequest& request) {
  const auto found = request.headers.find("accept-encoding");
  return found != request.headers.end() && AcceptsGzip(found->second);
}

// Civetweb would write the header too, but by gmtime(), which threads must not share.
std::string HttpDate() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

void WriteBody(mg_connection* connection, std::string_view body) {
  const auto deadline = SteadyClock::now() + kSendLimit;
  while (!body.empty()) {
    const auto piece = body.substr(0, kPiece);
    const int written = mg_write(connection, piece.data(), piece.size());
    if (written < static_cast<int>(piece.size()) || SteadyClock::now() > deadline) {
      mg_disable_connection_keep_alive(
          connection);  // the next answer would look like this one's rest
      return;
    }
    body.remove_prefix(piece.size());
  }
}

}  // namespace

HttpResponse PlainAnswer(int status, const std::string& text) {
  HttpResponse response;
  response.status = status;
  response.body = text + "\n";
  return response;
}

HttpRequest ToRequest(const mg_request_info& info) {
  HttpRequest request;
  request.method = info.request_method;
  request.path = info.local_uri != nullptr ? info.local_uri : "";
  request.query = info.query_string != nullptr ? info.query_string : "";
  for (int i = 0; i < info.num_headers; ++i) {
    auto& value = request.headers[LowerCase(info.http_headers[i].name)];
    if (!value.empty()) value += ", ";  // RFC 9110, section 5.3
    value += info.http_headers[i].value;
  }
  return request;
}

std::optional<HttpResponse> ReadBody(mg_connection* connection, const HttpOptions& options,
                                     HttpRequest& request) {
  const auto deadline = SteadyClock::now() + options.request_timeout;
  const bool announced = mg_get_request_info(connection)->content_length > 0;
  const bool chunked = request.headers.contains("transfer-encoding");
  if (!announced && !chunked) return std::nullopt;
  std::vector<char> piece(kPiece);
  size_t received = 0;
  // What is too much is read all the same, within reason: closing a connection with unread data
  // resets it, and the client would never see why.
  const size_t give_up = options.max_body_bytes * 4;
  while (received <= give_up) {
    const int size = mg_read(connection, piece.data(), piece.size());
    if (SteadyClock::now() > deadline) return PlainAnswer(408, "the body came too slowly");
    if (size < 0) return PlainAnswer(400, "the body cannot be read");
    if (size == 0) break;
    received += static_cast<size_t>(size);
    if (received <= options.max_body_bytes) {
      request.body.append(piece.data(), static_cast<size_t>(size));
    }
  }
  if (received <= options.max_body_bytes) return std::nullopt;
  return PlainAnswer(
      413, "the body is larger than " + std::to_string(options.max_body_bytes) + " bytes");
}

void Compress(const HttpRequest& request, HttpResponse& response) {
  const bool encoded =
      std::any_of(response.headers.begin(), response.headers.end(),
                  [](const auto& header) { return LowerCase(header.first) == "content-encoding"; });
  if (encoded || response.body.size() <= kGzipAbove) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!IsGzipWanted(request)) return;
  auto gzipped = Gzip(response.body);
  if (!gzipped) return;  // the answer as it is serves as well
  response.body = std::move(*gzipped);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

void Send(mg_connection* connection, const HttpResponse& response, bool with_body) {
  const auto add = [&](const std::string& name, const std::string& value) {
    mg_response_header_add(connection, OneLine(name).c_str(), OneLine(value).c_str(), -1);
  };
  const bool possible = response.status >= 200 && response.status <= 599;
  mg_response_header_start(connection, possible ? response.status : 500);
  if (response.status != 204 && response.status != 304) {
    add("Content-Type", response.content_type);
    add("Content-Length", std::to_string(response.body.size()));
  }
  add("Date", HttpDate());
  add("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) add(name, value);
  mg_response_header_send(connection);
  if (with_body) WriteBody(connection, response.body);
}

}  // namespace hypergauge::exporter
