#include "exporter/static_files.h"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "exporter/accept.h"
#include "exporter/etag.h"
#include "exporter/gzip.h"

namespace hypergauge::exporter {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr int kNotModified = 304;
constexpr std::string_view kIndex = "index.html";

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes = {
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".ico", "image/x-icon"},
     {".json", "application/json"},
     {".webmanifest", "application/manifest+json"},
     {".txt", "text/plain; charset=utf-8"}}};

// What the page may load: its own files, its own aggregator's answers, and nothing within its HTML.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view TypeOf(std::string_view name) {
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return {};
}

struct Prepared {
  std::string content_type;
  std::string_view bytes;
  std::string gzipped;  // empty where that saves nothing
  std::string etag;
  Headers headers;
};

HttpHandler AnswerOf(std::string_view bytes, const std::string& content_type, Headers headers) {
  auto prepared = std::make_shared<Prepared>();
  prepared->content_type = content_type;
  prepared->bytes = bytes;
  if (auto gzipped = Gzip(bytes, GzipLevel::kSmallest); gzipped && gzipped->size() < bytes.size()) {
    prepared->gzipped = std::move(*gzipped);
  }
  prepared->etag = EtagOf(bytes);
  prepared->headers = std::move(headers);
  prepared->headers.emplace_back("ETag", prepared->etag);
  return [prepared = std::shared_ptr<const Prepared>(prepared)](const HttpRequest& request) {
    HttpResponse response{.content_type = prepared->content_type, .headers = prepared->headers};
    if (HasAlready(request, prepared->etag)) {
      response.status = kNotModified;
      return response;
    }
    const auto accepted = request.headers.find("accept-encoding");
    if (!prepared->gzipped.empty() && accepted != request.headers.end() &&
        AcceptsGzip(accepted->second)) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.headers.emplace_back("Vary", "Accept-Encoding");
      response.body = prepared->gzipped;
    } else {
      response.body = prepared->bytes;
    }
    return response;
  };
}

}  // namespace

Result<std::map<std::string, HttpHandler>> StaticRoutes(std::span<const StaticFile> files) {
  std::map<std::string, HttpHandler> routes;
  for (const auto& file : files) {
    const auto type = TypeOf(file.name);
    if (type.empty()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "the page's file " + std::string(file.name) + " is of no known kind");
    }
    const bool is_asset = file.name.starts_with("assets/");
    auto handler =
        AnswerOf(file.bytes, std::string(type),
                 {{"Cache-Control", is_asset ? "public, max-age=31536000, immutable" : "no-cache"},
                  {"Content-Security-Policy", kPolicy},
                  {"Referrer-Policy", "no-referrer"}});
    if (file.name == kIndex) routes.emplace("/", handler);
    routes.emplace("/" + std::string(file.name), std::move(handler));
  }
  if (!routes.contains("/")) {
    return Fail(ErrorCode::kInvalidArgument, "the page has no " + std::string(kIndex));
  }
  return routes;
}

HttpHandler StaticAnswer(std::string_view bytes, const std::string& content_type) {
  return AnswerOf(bytes, content_type, {{"Cache-Control", "no-cache"}});
}

}  // namespace hypergauge::exporter
