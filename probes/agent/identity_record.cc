#include "probes/agent/identity_record.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kUuidLength = 36;
constexpr size_t kDigestDigits = 64;
constexpr size_t kSecretBytes = 16;
constexpr size_t kCounterDigits = 20;

bool IsHexDigit(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

bool IsDigest(const std::string& text) {
  return text.size() == kDigestDigits && std::all_of(text.begin(), text.end(), IsHexDigit);
}

bool IsCount(const std::string& text) {
  return !text.empty() && text.size() <= kCounterDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string ToHex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4U];
    text += kDigits[value & 15U];
  }
  return text;
}

// Empty for what is not hexadecimal.
std::string FromHex(const std::string& text) {
  if (text.size() % 2 != 0 || !std::all_of(text.begin(), text.end(), IsHexDigit)) return {};
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

tl::unexpected<Error> Bad(const std::string& why) {
  return Fail(ErrorCode::kCorrupt, why);
}

// Fills in a text that may be missing.
Result<void> ReadText(const Json& json, const char* name, bool (*good)(const std::string&),
                      std::string& text) {
  const auto found = json.find(name);
  if (found == json.end()) return {};
  if (!found->is_string()) return Bad(std::string(name) + " is no text");
  text = found->get<std::string>();
  if (!good(text)) return Bad(std::string(name) + " has another form");
  return {};
}

Result<void> ReadContinuity(const Json& json, std::optional<v1::ContinuityToken>& token) {
  const auto found = json.find("continuity");
  if (found == json.end()) return {};
  if (!found->is_object()) return Bad("continuity is no JSON object");
  const auto counter = found->find("counter");
  const auto secret = found->find("secret");
  if (counter == found->end() || !counter->is_number_unsigned() || secret == found->end() ||
      !secret->is_string()) {
    return Bad("continuity has no counter or no secret");
  }
  auto& read = token.emplace();
  read.set_counter(counter->get<uint64_t>());
  read.set_secret(FromHex(secret->get<std::string>()));
  if (!IsToken(read)) return Bad("continuity is no token");
  return {};
}

Result<void> ReadOptional(const Json& json, IdentityRecord& record) {
  auto& machine = record.machine;
  if (auto read = ReadText(json, "hypervisor_uuid_digest", IsDigest, machine.uuid_digest); !read) {
    return read;
  }
  if (auto read = ReadText(json, "machine_generation", IsDigest, machine.generation); !read) {
    return read;
  }
  if (auto read = ReadText(json, "boot", IsDigest, machine.boot); !read) return read;
  if (auto read = ReadText(json, "restores", IsCount, machine.restores); !read) return read;
  if (auto read = ReadText(json, "split_from", IsUuid, record.split_from); !read) return read;
  return ReadContinuity(json, record.continuity);
}

}  // namespace

bool IsUuid(const std::string& text) {
  if (text.size() != kUuidLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

bool IsToken(const v1::ContinuityToken& token) {
  return token.counter() > 0 && token.counter() <= INT64_MAX &&
         token.secret().size() == kSecretBytes;
}

Result<IdentityRecord> ParseIdentity(std::string_view content) {
  const auto json = Json::parse(content, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Bad("it is no JSON object");
  const auto id = json.find("node_id");
  if (id == json.end() || !id->is_string() || !IsUuid(id->get<std::string>())) {
    return Bad("node_id is no UUID");
  }
  const auto epoch = json.find("epoch");
  if (epoch == json.end() || !epoch->is_number_unsigned() || epoch->get<uint64_t>() == 0) {
    return Bad("epoch is no positive number");
  }
  IdentityRecord record;
  record.node_id = id->get<std::string>();
  record.epoch = epoch->get<uint64_t>();
  if (auto read = ReadOptional(json, record); !read) return tl::unexpected(read.error());
  return record;
}

std::string FormatIdentity(const IdentityRecord& record) {
  Json json{{"node_id", record.node_id}, {"epoch", record.epoch}};
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("hypervisor_uuid_digest", record.machine.uuid_digest);
  add("machine_generation", record.machine.generation);
  add("boot", record.machine.boot);
  add("restores", record.machine.restores);
  if (record.continuity) {
    json["continuity"] = Json{{"counter", record.continuity->counter()},
                              {"secret", ToHex(record.continuity->secret())}};
  }
  add("split_from", record.split_from);
  return json.dump(2) + "\n";
}

}  // namespace hypergauge::probes
