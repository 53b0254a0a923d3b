#include <algorithm>

#include "exporter/accept.h"
#include "exporter/exposition.h"

namespace hypergauge::exporter {
namespace {

// Whether the client's version is ours; not naming one leaves it to us.
bool HasVersion(const AcceptItem& item, std::string_view version) {
  const auto found = item.parameters.find("version");
  return found == item.parameters.end() || found->second == version;
}

// How closely an alternative names text 0.0.4, 0 where it does not: the closest one decides.
int TextSpecificity(const AcceptItem& item) {
  if (item.value == "text/plain" && HasVersion(item, "0.0.4")) {
    return item.parameters.contains("version") ? 4 : 3;
  }
  if (item.value == "text/*") return 2;
  return item.value == "*/*" ? 1 : 0;
}

}  // namespace

Format NegotiateFormat(std::string_view accept) {
  double openmetrics = 0;
  double text = 0;
  int specificity = 0;
  for (const auto& item : ParseAccept(accept)) {
    if (item.value == "application/openmetrics-text" && HasVersion(item, "1.0.0")) {
      openmetrics = std::max(openmetrics, item.weight);
    } else if (TextSpecificity(item) > specificity) {
      specificity = TextSpecificity(item);
      text = item.weight;
    }
  }
  return openmetrics > 0 && openmetrics >= text ? Format::kOpenMetrics100 : Format::kText004;
}

std::string_view ContentType(Format format) {
  return format == Format::kText004 ? "text/plain; version=0.0.4; charset=utf-8"
                                    : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

}  // namespace hypergauge::exporter
