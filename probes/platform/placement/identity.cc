#include "probes/platform/placement/identity.h"

#include <cstddef>

#include "probes/platform/uuid.h"
#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kMacDigits = 12;

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
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
