#include "exporter/landing_page.h"

#include <string_view>

#include "base/html.h"

namespace hypergauge::exporter {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>hypergauge</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; }
dt { font-weight: 600; margin-top: 1rem; }
dd { margin-left: 0; }
</style>
</head>
<body>
<main>
<h1>hypergauge</h1>
)";

}  // namespace

HttpHandler LandingPage(const std::string& version, const std::vector<LandingLink>& links) {
  HttpResponse page;
  page.content_type = "text/html; charset=utf-8";
  page.headers = {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"}};
  page.body = std::string(kHead) + "<p>What a hypervisor costs. Version " + EscapeHtml(version) +
              "</p>\n<dl>\n";
  for (const auto& link : links) {
    page.body += "<dt><a href=\"" + EscapeHtml(link.path) + "\">" + EscapeHtml(link.text) +
                 "</a></dt>\n<dd>" + EscapeHtml(link.help) + "</dd>\n";
  }
  page.body += "</dl>\n</main>\n</body>\n</html>\n";
  return [page](const HttpRequest& /*request*/) { return page; };
}

}  // namespace hypergauge::exporter
