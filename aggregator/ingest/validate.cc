#include "aggregator/ingest/validate.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// [a-z][a-z0-9_]*, which is a legal metric and label name as well.
bool IsIdentifier(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && IsLower(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
}

// U+0080 to U+009F, which some terminals obey like escapes.
bool IsLateControl(std::string_view utf8, size_t at) {
  return at + 1 < utf8.size() && utf8[at] == '\xc2' &&
         static_cast<unsigned char>(utf8[at + 1]) < 0xa0;
}

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return true;
    if (c == 0x7f || IsLateControl(text, i)) return true;
  }
  return false;
}

std::string Shown(std::string_view text) {
  constexpr size_t kMost = 64;
  std::string shown = "\"";
  for (const char c : text.substr(0, kMost)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return shown + (text.size() > kMost ? "...\"" : "\"");
}

// Walks every field that is set, so that a field added later is bounded from its first day.
class BoundsWalker {
 public:
  explicit BoundsWalker(const Limits& limits) : limits_(limits) {}

  std::optional<FieldError> Walk(const Message& message, const std::string& path) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
      const std::string here = path + "." + field->name();
      if (auto error = field->is_repeated() ? Repeated(message, field, here)
                                            : Single(message, field, here)) {
        return error;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<FieldError> Repeated(const Message& message, const FieldDescriptor* field,
                                     const std::string& path) {
    const Reflection* reflection = message.GetReflection();
    const int size = reflection->FieldSize(message, field);
    if (size > limits_.repeated) {
      return FieldError{path, "has " + std::to_string(size) + " entries; at most " +
                                  std::to_string(limits_.repeated) + " are taken"};
    }
    for (int i = 0; i < size; ++i) {
      const std::string here = path + "[" + std::to_string(i) + "]";
      std::optional<FieldError> error;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        error = Figure(reflection->GetRepeatedDouble(message, field, i), here);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        error = Text(reflection->GetRepeatedString(message, field, i), here);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        error = Walk(reflection->GetRepeatedMessage(message, field, i), here);
      }
      if (error) return error;
    }
    return std::nullopt;
  }

  std::optional<FieldError> Single(const Message& message, const FieldDescriptor* field,
                                   const std::string& path) {
    const Reflection* reflection = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Figure(reflection->GetDouble(message, field), path);
      case FieldDescriptor::CPPTYPE_STRING:
        return field->type() == FieldDescriptor::TYPE_BYTES
                   ? Size(reflection->GetString(message, field), path)
                   : Text(reflection->GetString(message, field), path);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Walk(reflection->GetMessage(message, field), path);
      default:
        return std::nullopt;
    }
  }

  // No figure of the contract may be negative.
  static std::optional<FieldError> Figure(double value, const std::string& path) {
    if (std::isfinite(value) && value >= 0) return std::nullopt;
    const std::string shown = std::isnan(value)   ? "NaN"
                              : std::isinf(value) ? "infinite"
                                                  : std::to_string(value);
    return FieldError{path, "is " + shown + "; figures are finite and not negative"};
  }

  [[nodiscard]] std::optional<FieldError> Size(const std::string& bytes,
                                               const std::string& path) const {
    if (bytes.size() <= limits_.text_bytes) return std::nullopt;
    return FieldError{path, "has " + std::to_string(bytes.size()) + " bytes; at most " +
                                std::to_string(limits_.text_bytes) + " are taken"};
  }

  [[nodiscard]] std::optional<FieldError> Text(const std::string& text,
                                               const std::string& path) const {
    if (auto error = Size(text, path)) return error;
    if (HasControlCharacter(text)) return FieldError{path, "holds control characters"};
    return std::nullopt;
  }

  const Limits& limits_;
};

std::optional<FieldError> CheckName(const std::string& text, const std::string& field,
                                    const Limits& limits) {
  if (text.empty()) return FieldError{field, "is empty"};
  if (text.size() > limits.name_bytes) {
    return FieldError{field, "has " + std::to_string(text.size()) + " bytes; at most " +
                                 std::to_string(limits.name_bytes) + " are taken"};
  }
  if (text.find('\n') != std::string::npos || text.find('\t') != std::string::npos) {
    return FieldError{field, "holds control characters"};
  }
  return std::nullopt;
}

template <typename Map>
std::optional<FieldError> CheckLabels(const Map& labels, const std::string& field,
                                      const Limits& limits) {
  // What hypergauge itself and Prometheus put on a series.
  static const std::set<std::string, std::less<>> kReserved = {
      "node", "role", "platform", "suite", "job", "instance", "le", "quantile"};
  if (labels.size() > static_cast<size_t>(limits.labels)) {
    return FieldError{field, "has " + std::to_string(labels.size()) + " labels; at most " +
                                 std::to_string(limits.labels) + " are taken"};
  }
  for (const auto& [name, value] : labels) {
    const std::string here = field + "[" + Shown(name) + "]";
    if (!IsIdentifier(name, 64)) {
      return FieldError{here, "is no label name; write lower case letters, digits and _"};
    }
    if (kReserved.contains(name)) return FieldError{here, "is a reserved label name"};
    if (value.size() > limits.name_bytes) {
      return FieldError{here, "has a value of " + std::to_string(value.size()) +
                                  " bytes; at most " + std::to_string(limits.name_bytes) +
                                  " are taken"};
    }
  }
  return std::nullopt;
}

std::optional<FieldError> CheckFamily(const std::string& family, const std::string& field) {
  if (IsIdentifier(family, 128)) return std::nullopt;
  return FieldError{field,
                    "is " + Shown(family) + "; a family has lower case letters, digits and _"};
}

// The first word of hypergauge's own families, which no benchmark may be called by.
const std::set<std::string, std::less<>>& ReservedWords() {
  static const std::set<std::string, std::less<>> kWords = {
      "aggregator",  "alert",    "benchmark", "build",    "clock",    "duplicate",
      "environment", "event",    "events",    "figure",   "ingested", "node",
      "noise",       "overhead", "placement", "platform", "probe",    "process",
      "rejected",    "run",      "runs",      "schedule", "score",    "scrape",
      "session",     "sessions", "smallest",  "spool",    "store",    "suppressed"};
  return kWords;
}

// A family begins with its benchmark's name, so that no benchmark writes into the series of another
// or of the aggregator.
std::optional<FieldError> CheckOwner(const std::string& family, const std::string& benchmark,
                                     const std::string& field) {
  if (!family.starts_with(benchmark + "_")) {
    return FieldError{field,
                      "is " + Shown(family) + ", which does not begin with " + benchmark + "_"};
  }
  if (ReservedWords().contains(benchmark.substr(0, benchmark.find('_')))) {
    return FieldError{field, "is " + Shown(family) + ", which is reserved for hypergauge itself"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckDescriptor(const v1::BenchmarkDescriptor& descriptor,
                                          const std::string& path, const Limits& limits) {
  if (!IsIdentifier(descriptor.name(), 64)) {
    return FieldError{path + ".name", "is " + Shown(descriptor.name()) +
                                          "; a benchmark has lower case letters, digits and _"};
  }
  if (descriptor.quantities().empty()) return FieldError{path + ".quantities", "is empty"};
  for (int i = 0; i < descriptor.quantities_size(); ++i) {
    const auto& quantity = descriptor.quantities(i);
    const std::string here = path + ".quantities[" + std::to_string(i) + "]";
    if (auto error = CheckFamily(quantity.family(), here + ".family")) return error;
    if (!IsIdentifier(quantity.unit(), 64)) {
      return FieldError{here + ".unit", "is " + Shown(quantity.unit())};
    }
    if (auto error = CheckOwner(quantity.family(), descriptor.name(), here + ".family")) {
      return error;
    }
    if (!quantity.family().ends_with("_" + quantity.unit())) {
      return FieldError{here + ".family", "does not end with its unit _" + quantity.unit()};
    }
    if (auto error = CheckLabels(quantity.labels(), here + ".labels", limits)) return error;
  }
  return std::nullopt;
}

// What tells a machine from its copies.
std::optional<FieldError> CheckContinuityOf(const v1::Hello& hello, const Limits& limits) {
  const auto& identity = hello.identity();
  if (auto error =
          CheckDigest(identity.hypervisor_uuid_digest(), "hello.identity.hypervisor_uuid_digest")) {
    return error;
  }
  if (identity.machine_generation().size() > limits.name_bytes) {
    return FieldError{"hello.identity.machine_generation",
                      "has " + std::to_string(identity.machine_generation().size()) +
                          " bytes; at most " + std::to_string(limits.name_bytes) + " are taken"};
  }
  if (hello.has_continuity()) {
    if (auto error = CheckContinuity(hello.continuity(), "hello.continuity")) return error;
  }
  if (hello.last_sequence() > INT64_MAX) {
    return FieldError{"hello.last_sequence",
                      "is " + std::to_string(hello.last_sequence()) + "; no run has that number"};
  }
  if (hello.split_from().empty()) return std::nullopt;
  return CheckName(hello.split_from(), "hello.split_from", limits);
}

std::optional<FieldError> CheckMeasures(const v1::Run& run, const Limits& limits) {
  const bool has_no_figures =
      run.verdict() == v1::VERDICT_FAILED || run.verdict() == v1::VERDICT_UNSUPPORTED;
  if (has_no_figures && !run.measures().empty()) {
    return FieldError{"run.measures",
                      "is not empty, but the verdict is " + v1::Verdict_Name(run.verdict())};
  }
  // One that production load broke off is busy and has none.
  if (!has_no_figures && run.verdict() != v1::VERDICT_BUSY && run.measures().empty())
    return FieldError{"run.measures", "is empty"};
  for (int i = 0; i < run.measures_size(); ++i) {
    const auto& measure = run.measures(i);
    const std::string here = "run.measures[" + std::to_string(i) + "]";
    if (auto error = CheckFamily(measure.family(), here + ".family")) return error;
    if (auto error = CheckOwner(measure.family(), run.benchmark(), here + ".family")) return error;
    if (auto error = CheckLabels(measure.labels(), here + ".labels", limits)) return error;
    if (measure.samples().empty()) return FieldError{here + ".samples", "is empty"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckNoise(const v1::NoiseFloor& noise, const std::string& path,
                                     const Limits& limits) {
  if (!IsIdentifier(noise.benchmark(), 64)) {
    return FieldError{
        path + ".benchmark",
        "is " + Shown(noise.benchmark()) + "; a benchmark has lower case letters, digits and _"};
  }
  if (auto error = CheckFamily(noise.family(), path + ".family")) return error;
  if (!IsIdentifier(noise.suite(), 64)) {
    return FieldError{path + ".suite", "is " + Shown(noise.suite())};
  }
  if (auto error = CheckLabels(noise.labels(), path + ".labels", limits)) return error;
  if (noise.measured_unix_nanos() < 0 || noise.measured_unix_nanos() > limits.unix_nanos) {
    return FieldError{path + ".measured_unix_nanos",
                      "is " + std::to_string(noise.measured_unix_nanos()) +
                          "; it counts nanoseconds since 1970, up to 2096"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldError> CheckBounds(const Message& message, const std::string& name,
                                      const Limits& limits) {
  return BoundsWalker(limits).Walk(message, name);
}

std::optional<FieldError> CheckEnvironment(const v1::Environment& environment,
                                           const std::string& name, const Limits& limits) {
  if (auto error = CheckFacts(environment, name, limits)) return error;
  if (environment.noise_size() > limits.noise) {
    return FieldError{name + ".noise", "has " + std::to_string(environment.noise_size()) +
                                           " entries; at most " + std::to_string(limits.noise) +
                                           " are taken"};
  }
  for (int i = 0; i < environment.noise_size(); ++i) {
    const std::string here = name + ".noise[" + std::to_string(i) + "]";
    if (auto error = CheckNoise(environment.noise(i), here, limits)) return error;
  }
  return std::nullopt;
}

std::optional<FieldError> CheckHello(const v1::Hello& hello, const Limits& limits) {
  if (auto error = CheckBounds(hello, "hello", limits)) return error;
  const auto& identity = hello.identity();
  if (auto error = CheckName(identity.node_id(), "hello.identity.node_id", limits)) return error;
  if (auto error = CheckName(identity.name(), "hello.identity.name", limits)) return error;
  if (identity.epoch() == 0 || identity.epoch() > INT64_MAX) {
    return FieldError{"hello.identity.epoch",
                      "is " + std::to_string(identity.epoch()) + "; epochs count from 1"};
  }
  if (auto error = CheckContinuityOf(hello, limits)) return error;
  if (!v1::Role_IsValid(hello.role()) || hello.role() == v1::ROLE_UNSPECIFIED) {
    return FieldError{"hello.role", "is not host, guest or container"};
  }
  if (auto error = CheckName(hello.platform().name(), "hello.platform.name", limits)) return error;
  if (auto error = CheckPlatform(hello.platform(), "hello.platform", limits)) return error;
  if (auto error = CheckEnvironment(hello.environment(), "hello.environment", limits)) return error;
  if (auto error = CheckPlacement(hello.placement(), "hello.placement", limits)) return error;
  if (auto error = CheckScheduleOf(hello, limits)) return error;
  std::set<std::string> names;
  for (int i = 0; i < hello.benchmarks_size(); ++i) {
    const std::string here = "hello.benchmarks[" + std::to_string(i) + "]";
    if (auto error = CheckDescriptor(hello.benchmarks(i), here, limits)) return error;
    if (!names.insert(hello.benchmarks(i).name()).second) {
      return FieldError{here + ".name", "is given twice: " + Shown(hello.benchmarks(i).name())};
    }
  }
  return std::nullopt;
}

std::optional<FieldError> CheckRun(const v1::Run& run, const v1::Hello& hello,
                                   const Limits& limits) {
  if (auto error = CheckBounds(run, "run", limits)) return error;
  if (run.id().node_id() != hello.identity().node_id()) {
    return FieldError{"run.id.node_id", "is " + Shown(run.id().node_id()) +
                                            ", but this stream is of node " +
                                            Shown(hello.identity().node_id())};
  }
  if (run.id().epoch() == 0 || run.id().epoch() > hello.identity().epoch()) {
    return FieldError{"run.id.epoch", "is " + std::to_string(run.id().epoch()) +
                                          ", but this stream is of epoch " +
                                          std::to_string(hello.identity().epoch())};
  }
  if (run.id().sequence() == 0 || run.id().sequence() > INT64_MAX) {
    return FieldError{"run.id.sequence",
                      "is " + std::to_string(run.id().sequence()) + "; sequences count from 1"};
  }
  if (!IsIdentifier(run.benchmark(), 64)) {
    return FieldError{"run.benchmark", "is " + Shown(run.benchmark())};
  }
  if (!IsIdentifier(run.suite(), 64)) return FieldError{"run.suite", "is " + Shown(run.suite())};
  if (run.started_unix_nanos() <= 0 || run.started_unix_nanos() > limits.unix_nanos) {
    return FieldError{"run.started_unix_nanos",
                      "is " + std::to_string(run.started_unix_nanos()) +
                          "; it counts nanoseconds since 1970, up to 2096"};
  }
  if (run.wall_nanos() < 0 || run.wall_nanos() > limits.duration_nanos) {
    return FieldError{"run.wall_nanos", "is " + std::to_string(run.wall_nanos()) +
                                            "; a duration is from 0 to a year"};
  }
  if (auto error = CheckVerdict(run.verdict(), "run.verdict")) return error;
  if (auto error = CheckDigest(run.environment_digest(), "run.environment_digest")) return error;
  if (auto error = CheckClock(run.clock(), "run.clock", limits)) return error;
  if (auto error = CheckLabels(run.labels(), "run.labels", limits)) return error;
  return CheckMeasures(run, limits);
}

}  // namespace hypergauge::aggregator
