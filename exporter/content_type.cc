#include "exporter/exposition.h"

namespace hypergauge::exporter {

std::string_view ContentType(Format format) {
  return format == Format::kText004
             ? "text/plain; version=0.0.4; charset=utf-8"
             : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

}  // namespace hypergauge::exporter
