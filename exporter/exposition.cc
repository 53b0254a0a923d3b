#include "exporter/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text_format.h"

namespace hypergauge::exporter {
namespace {

// What a value, the blank before it and the newline after it take at most, nearly always.
constexpr size_t kValueBytes = 26;
// HELP, TYPE and UNIT lines without the name and the help.
constexpr size_t kHeaderBytes = 64;

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool IsMetricName(std::string_view name) {
  return !name.empty() && IsNameStart(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return IsNameStart(c) || (c >= '0' && c <= '9');
  });
}

std::string_view TypeWordIn(Format format, MetricType type) {
  if (format == Format::kText004 && type == MetricType::kInfo) return "gauge";
  if (format == Format::kText004 && type == MetricType::kUnknown) return "untyped";
  return TypeWord(type);
}

// OpenMetrics names these families without the suffix that their samples must have.
std::string_view RequiredSuffix(MetricType type) {
  if (type == MetricType::kCounter) return "_total";
  return type == MetricType::kInfo ? "_info" : "";
}

bool MayHaveSuffix(MetricType type, std::string_view suffix) {
  if (suffix.empty()) return type != MetricType::kHistogram;
  const bool sum_or_count = suffix == "_sum" || suffix == "_count";
  if (type == MetricType::kHistogram) return sum_or_count || suffix == "_bucket";
  return type == MetricType::kSummary && sum_or_count;
}

bool IsShown(const Family& family, const Sample& sample, int64_t now_unix) {
  const bool expired = sample.expires_unix != 0 && now_unix >= sample.expires_unix;
  return !expired && MayHaveSuffix(family.type, sample.suffix);
}

struct Names {
  std::string family;
  std::string sample;
};

Names NamesIn(Format format, const std::string& name, MetricType type) {
  const std::string_view suffix = RequiredSuffix(type);
  if (format == Format::kText004 || suffix.empty()) return {name, name};
  if (name.size() > suffix.size() && name.ends_with(suffix)) {
    return {name.substr(0, name.size() - suffix.size()), name};
  }
  return {name, name + std::string(suffix)};
}

void AppendHeader(std::string& out, const Family& family, const std::string& name, Format format) {
  const bool openmetrics = format == Format::kOpenMetrics100;
  if (!family.help.empty()) {
    out.append("# HELP ").append(name).append(" ");
    out.append(EscapeHelp(family.help, openmetrics)).append("\n");
  }
  out.append("# TYPE ").append(name).append(" ");
  out.append(TypeWordIn(format, family.type)).append("\n");
  const bool has_unit =
      !family.unit.empty() && family.type != MetricType::kInfo && name.ends_with("_" + family.unit);
  if (openmetrics && has_unit) {
    out.append("# UNIT ").append(name).append(" ").append(family.unit).append("\n");
  }
}

// An upper bound in practice: memory that is reserved and never touched costs nothing.
size_t EstimateSize(const Snapshot& snapshot) {
  size_t bytes = kHeaderBytes;
  for (const auto& [name, family] : snapshot.families) {
    bytes += kHeaderBytes + 3 * name.size() + 2 * family.help.size();
  }
  for (const auto& source : snapshot.sources) {
    for (const auto& [name, samples] : *source) {
      bytes += samples.size() * (name.size() + kValueBytes);
      for (const auto& sample : samples) bytes += sample.suffix.size() + sample.labels.size();
    }
  }
  return bytes;
}

// Writes one family after another. Families and every source's samples are sorted by name, so that
// one walk over all of them side by side finds everything without a look-up.
class Writer {
 public:
  Writer(const Snapshot& snapshot, Format format, int64_t now_unix)
      : format_(format), now_unix_(now_unix) {
    cursors_.reserve(snapshot.sources.size());
    for (const auto& source : snapshot.sources) {
      cursors_.push_back({source->begin(), source->end()});
    }
    out_.reserve(EstimateSize(snapshot));
  }

  void Write(const std::string& name, const Family& family) {
    const Names names = NamesIn(format_, name, family.type);
    bool begun = false;
    for (auto& cursor : cursors_) {
      while (cursor.at != cursor.end && cursor.at->first < name) ++cursor.at;
      if (cursor.at == cursor.end || cursor.at->first != name) continue;
      for (const auto& sample : cursor.at->second) {
        if (!IsShown(family, sample, now_unix_)) continue;
        if (!begun) AppendHeader(out_, family, names.family, format_);
        begun = true;
        AppendSample(names.sample, sample);
      }
    }
  }

  std::string Finish() {
    if (format_ == Format::kOpenMetrics100) out_ += "# EOF\n";
    return std::move(out_);
  }

 private:
  struct Cursor {
    SourceSamples::const_iterator at;
    SourceSamples::const_iterator end;
  };

  void AppendSample(const std::string& name, const Sample& sample) {
    out_.append(name).append(sample.suffix).append(sample.labels).append(1, ' ');
    AppendValue(out_, sample.value);
    out_ += '\n';
  }

  const Format format_;
  const int64_t now_unix_;
  std::vector<Cursor> cursors_;
  std::string out_;
};

}  // namespace

std::string_view TypeWord(MetricType type) {
  switch (type) {
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kCounter:
      return "counter";
    case MetricType::kInfo:
      return "info";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    case MetricType::kUnknown:
      break;
  }
  return "unknown";
}

std::vector<ListedFamily> ListFamilies(const Snapshot& snapshot, int64_t now_unix) {
  std::map<std::string_view, ListedFamily> listed;
  for (const auto& source : snapshot.sources) {
    for (const auto& [name, samples] : *source) {
      const auto family = snapshot.families.find(name);
      if (family == snapshot.families.end() || !IsMetricName(name)) continue;
      const auto shown = static_cast<size_t>(std::count_if(
          samples.begin(), samples.end(),
          [&](const Sample& sample) { return IsShown(family->second, sample, now_unix); }));
      if (shown > 0)
        listed.try_emplace(family->first, ListedFamily{family->second}).first->second.series +=
            shown;
    }
  }
  std::vector<ListedFamily> families;
  families.reserve(listed.size());
  for (auto& [name, family] : listed) families.push_back(std::move(family));
  return families;
}

std::string FormatBound(double bound) {
  std::array<char, 32> text{};
  if (!std::isfinite(bound)) return bound > 0 ? "+Inf" : std::isnan(bound) ? "NaN" : "-Inf";
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), bound, std::chars_format::general);
  std::string out(text.data(), end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

std::string WriteExposition(const Snapshot& snapshot, Format format, int64_t now_unix) {
  Writer writer(snapshot, format, now_unix);
  for (const auto& [name, family] : snapshot.families) {
    if (IsMetricName(name)) writer.Write(name, family);
  }
  return writer.Finish();
}

}  // namespace hypergauge::exporter
