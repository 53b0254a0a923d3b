#include "probes/platform/uuid.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kDigits = 32;

// Whether somebody put it in who had no identity to give.
bool IsPlaceholder(std::string_view normal) {
  // Defaults of AMI and of makers of boards, and examples that were shipped.
  constexpr std::array<std::string_view, 5> kKnown = {
      "03000200-0400-0500-0006-000700080009", "12345678-1234-1234-1234-123456789abc",
      "12345678-1234-5678-90ab-123456789abc", "12345678-1234-5678-9012-345678901234",
      "01234567-89ab-cdef-0123-456789abcdef"};
  return std::find(kKnown.begin(), kKnown.end(), normal) != kKnown.end() ||
         std::all_of(normal.begin(), normal.end(),
                     [&](char c) { return c == normal.front() || c == '-'; });
}

}  // namespace

std::optional<std::string> NormalUuid(std::string_view text) {
  text = Trimmed(text);
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  std::string normal;
  for (const char c : Lower(text)) {
    if (c == '-') continue;
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (!is_hex) return std::nullopt;
    normal += c;
  }
  if (normal.size() != kDigits) return std::nullopt;
  for (const size_t at : {20, 16, 12, 8}) normal.insert(at, 1, '-');
  if (IsPlaceholder(normal) || IsPlaceholder(SwappedUuid(normal))) return std::nullopt;
  return normal;
}

std::string SwappedUuid(std::string_view normal) {
  // Which digit of the normal form stands where.
  constexpr std::array<size_t, 18> kOrder = {6,  7,  4, 5,  2,  3,  0,  1,  8,
                                             11, 12, 9, 10, 13, 16, 17, 14, 15};
  std::string swapped(normal);
  for (size_t i = 0; i < kOrder.size(); ++i) swapped[i] = normal[kOrder[i]];
  return swapped;
}

}  // namespace hypergauge::probes
