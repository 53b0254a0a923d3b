#include <algorithm>
#include <cstdint>
#include <string_view>

#include "aggregator/ingest/validate.h"

namespace hypergauge::aggregator {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

constexpr size_t kDigestDigits = 64;  // of SHA-256
constexpr size_t kSecretBytes = 16;

std::string AtMost(size_t has, const std::string& what, size_t most) {
  return "has " + std::to_string(has) + " " + what + "; at most " + std::to_string(most) +
         " are taken";
}

// A word or name of one line, which may be empty.
std::optional<FieldError> CheckWord(const std::string& text, const std::string& field,
                                    const Limits& limits) {
  if (text.size() > limits.name_bytes) {
    return FieldError{field, AtMost(text.size(), "bytes", limits.name_bytes)};
  }
  if (text.find_first_of("\n\t") != std::string::npos) {
    return FieldError{field, "holds control characters"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckCount(int has, const std::string& field, int most) {
  if (has <= most) return std::nullopt;
  return FieldError{field, AtMost(static_cast<size_t>(has), "entries", static_cast<size_t>(most))};
}

// "uuid:" and a SHA-256, with any word in place of "uuid".
std::optional<FieldError> CheckIdentities(const Texts& digests, const std::string& field,
                                          int most) {
  if (auto error = CheckCount(digests.size(), field, most)) return error;
  constexpr size_t kMostKind = 16;
  for (int i = 0; i < digests.size(); ++i) {
    const std::string here = field + "[" + std::to_string(i) + "]";
    const auto colon = digests[i].find(':');
    if (colon > kMostKind) return FieldError{here, "has no kind"};
    const std::string digest = digests[i].substr(colon + 1);
    if (digest.empty()) return FieldError{here, "is empty"};
    if (auto error = CheckDigest(digest, here)) return error;
  }
  return std::nullopt;
}

bool IsFactName(const std::string& name) {
  constexpr size_t kMost = 64;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kMost && is_lower(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::optional<FieldError> CheckDigest(const std::string& digest, const std::string& field) {
  const bool is_hex = std::all_of(digest.begin(), digest.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (digest.empty() || (digest.size() == kDigestDigits && is_hex)) return std::nullopt;
  return FieldError{field, "is not a SHA-256 in 64 hexadecimal digits, lower case"};
}

std::optional<FieldError> CheckPlatform(const v1::Platform& platform, const std::string& name,
                                        const Limits& limits) {
  const std::pair<const char*, const std::string*> words[] = {
      {".name", &platform.name()},
      {".hypervisor", &platform.hypervisor()},
      {".container", &platform.container()},
      {".version", &platform.version()}};
  for (const auto& [field, word] : words) {
    if (auto error = CheckWord(*word, name + field, limits)) return error;
  }
  if (auto error = CheckCount(platform.evidence_size(), name + ".evidence", limits.evidence)) {
    return error;
  }
  if (auto error = CheckCount(platform.layers_size(), name + ".layers", limits.layers)) {
    return error;
  }
  for (int i = 0; i < platform.layers_size(); ++i) {
    const auto& layer = platform.layers(i);
    const std::string here = name + ".layers[" + std::to_string(i) + "]";
    if (layer.kind().empty()) return FieldError{here + ".kind", "is empty"};
    const std::pair<const char*, const std::string*> parts[] = {
        {".kind", &layer.kind()},
        {".hypervisor", &layer.hypervisor()},
        {".product", &layer.product()},
        {".guest_type", &layer.guest_type()},
        {".confidence", &layer.confidence()}};
    for (const auto& [field, word] : parts) {
      if (auto error = CheckWord(*word, here + field, limits)) return error;
    }
    if (auto error = CheckCount(layer.evidence_size(), here + ".evidence", limits.evidence)) {
      return error;
    }
  }
  return std::nullopt;
}

std::optional<FieldError> CheckPlacement(const v1::Placement& placement, const std::string& name,
                                         const Limits& limits) {
  if (auto error = CheckWord(placement.host(), name + ".host", limits)) return error;
  if (auto error = CheckWord(placement.reported_host(), name + ".reported_host", limits)) {
    return error;
  }
  if (auto error =
          CheckIdentities(placement.own_digests(), name + ".own_digests", limits.own_digests)) {
    return error;
  }
  return CheckIdentities(placement.guest_digests(), name + ".guest_digests", limits.repeated);
}

std::optional<FieldError> CheckFacts(const v1::Environment& environment, const std::string& name,
                                     const Limits& limits) {
  const std::pair<const char*, const std::string*> words[] = {
      {".kernel_release", &environment.kernel_release()},
      {".architecture", &environment.architecture()},
      {".cpu_model", &environment.cpu_model()},
      {".os_release", &environment.os_release()},
      {".clocksource", &environment.clocksource()},
      {".work_filesystem", &environment.work_filesystem()}};
  for (const auto& [field, word] : words) {
    if (auto error = CheckWord(*word, name + field, limits)) return error;
  }
  if (auto error = CheckDigest(environment.digest(), name + ".digest")) return error;
  if (auto error =
          CheckCount(static_cast<int>(environment.facts().size()), name + ".facts", limits.facts)) {
    return error;
  }
  for (const auto& [fact, value] : environment.facts()) {
    if (!IsFactName(fact)) {
      return FieldError{name + ".facts",
                        "has a name that is not of 1 to 64 lower case letters, digits and _"};
    }
    if (value.size() > limits.fact_bytes) {
      return FieldError{name + ".facts[\"" + fact + "\"]",
                        AtMost(value.size(), "bytes", limits.fact_bytes)};
    }
  }
  return std::nullopt;
}

std::optional<FieldError> CheckContinuity(const v1::ContinuityToken& token,
                                          const std::string& name) {
  if (token.counter() == 0 || token.counter() > INT64_MAX) {
    return FieldError{name + ".counter",
                      "is " + std::to_string(token.counter()) + "; tokens count from 1"};
  }
  if (token.secret().size() == kSecretBytes) return std::nullopt;
  return FieldError{name + ".secret", "has " + std::to_string(token.secret().size()) +
                                          " bytes instead of " + std::to_string(kSecretBytes)};
}

}  // namespace hypergauge::aggregator
