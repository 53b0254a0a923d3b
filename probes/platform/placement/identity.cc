#include "probes/platform/placement/identity.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kUuidDigits = 32;
constexpr size_t kMacDigits = 12;

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Whether somebody put the digits in who had no identity to give.
bool IsPlaceholder(std::string_view digits) {
  // AMI's and others' defaults, in both byte orders, and example values that were shipped.
  constexpr std::array<std::string_view, 4> kKnown = {
      "03000200040005000006000700080009", "00020003000400050006000700080009",
      "12345678123456789012345678901234", "0123456789abcdef0123456789abcdef"};
  return digits.find_first_not_of(digits.front()) == std::string_view::npos ||
         std::find(kKnown.begin(), kKnown.end(), digits) != kKnown.end();
}

// Empty in the case that OpenSSL cannot: no digest is better than one that others share.
std::string Digest(std::string_view kind, const std::string& text) {
  const auto digest = Sha256OfBytes(text);
  return digest ? std::string(kind) + *digest : std::string();
}

std::string KindOr(Evidence evidence, std::string_view certain) {
  if (evidence == Evidence::kRunning) return std::string(certain);
  return evidence == Evidence::kIncoming ? "incoming:" : "hint:";
}

std::string OfUuid(std::string_view kind, std::string_view normal) {
  return Digest(kind, "hypergauge/uuid/1:" + std::string(normal));
}

std::string OfMac(std::string_view kind, std::string_view normal) {
  return Digest(kind, "hypergauge/mac/1:" + std::string(normal));
}

}  // namespace

std::optional<std::string> NormalUuid(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n{");
  const auto end = text.find_last_not_of(" \t\r\n}");
  if (begin == std::string_view::npos || end < begin) return std::nullopt;
  std::string digits;
  for (const char given : text.substr(begin, end - begin + 1)) {
    const char c = Lower(given);
    if (c == '-') continue;
    if (!IsHex(c) || digits.size() == kUuidDigits) return std::nullopt;
    digits += c;
  }
  if (digits.size() != kUuidDigits || IsPlaceholder(digits)) return std::nullopt;
  for (const size_t at : {20, 16, 12, 8}) digits.insert(at, 1, '-');
  return digits;
}

std::string SwappedUuid(std::string_view normal) {
  // Which digit of the normal form stands where.
  constexpr std::array<size_t, 18> kOrder = {6,  7,  4, 5,  2,  3,  0,  1,  8,
                                             11, 12, 9, 10, 13, 16, 17, 14, 15};
  std::string swapped(normal);
  for (size_t i = 0; i < kOrder.size(); ++i) swapped[i] = normal[kOrder[i]];
  return swapped;
}

std::optional<std::string> NormalMac(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  const auto end = text.find_last_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, end - begin + 1);
  if (text.size() != kMacDigits + kMacDigits / 2 - 1) return std::nullopt;
  std::string mac;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = Lower(text[i]);
    const bool between = i % 3 == 2;
    if (between ? (c != ':' && c != '-') : !IsHex(c)) return std::nullopt;
    mac += between ? ':' : c;
  }
  // The lowest bit of the first byte: not one machine but a group of them.
  constexpr std::string_view kOdd = "13579bdf";
  if (kOdd.find(mac[1]) != std::string_view::npos || mac == "00:00:00:00:00:00" ||
      mac.starts_with("52:54:00:12:34:") || mac.starts_with("02:42:")) {
    return std::nullopt;
  }
  return mac;
}

std::string UuidDigest(std::string_view normal) {
  return OfUuid("uuid:", normal);
}

std::string MacDigest(std::string_view normal) {
  return OfMac("mac:", normal);
}

std::vector<std::string> DigestsOf(const GuestIdentity& guest) {
  std::vector<std::string> digests;
  for (const auto& uuid : guest.uuids) {
    digests.push_back(OfUuid(KindOr(guest.evidence, "uuid:"), uuid));
    digests.push_back(OfUuid(KindOr(guest.evidence, "uuid:"), SwappedUuid(uuid)));
  }
  for (const auto& mac : guest.macs) digests.push_back(OfMac(KindOr(guest.evidence, "mac:"), mac));
  std::erase(digests, "");
  return digests;
}

}  // namespace hypergauge::probes
