#include "probes/agent/identity.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cctype>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kIdentityBytes = 4096;
constexpr size_t kUuidLength = 36;

bool IsUuid(const std::string& text) {
  if (text.size() != kUuidLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

// A random UUID. Source: RFC 4122, section 4.4.
std::string MakeUuid(const RandomBits& random) {
  constexpr char kDigits[] = "0123456789abcdef";
  uint64_t bits = 0;
  std::string text;
  for (size_t i = 0; i < kUuidLength; ++i) {
    if (i % 16 == 0) bits = random();
    const auto digit = static_cast<unsigned>(bits & 15U);
    bits >>= 4U;
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      text += '-';
    } else if (i == 14) {
      text += '4';
    } else {
      text += kDigits[i == 19 ? (8U | (digit & 3U)) : digit];
    }
  }
  return text;
}

Result<v1::NodeIdentity> Parse(const std::string& content, const std::filesystem::path& path) {
  const auto bad = [&](const char* why) {
    return Fail(ErrorCode::kCorrupt,
                path.string() + " is damaged: " + why +
                    "; restore it, or remove it to let this machine start as a new node");
  };
  const auto json = Json::parse(content, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return bad("it is no JSON object");
  const auto id = json.find("node_id");
  if (id == json.end() || !id->is_string() || !IsUuid(id->get<std::string>())) {
    return bad("node_id is no UUID");
  }
  const auto epoch = json.find("epoch");
  if (epoch == json.end() || !epoch->is_number_unsigned() || epoch->get<uint64_t>() == 0) {
    return bad("epoch is no positive number");
  }
  v1::NodeIdentity identity;
  identity.set_node_id(id->get<std::string>());
  identity.set_epoch(epoch->get<uint64_t>());
  return identity;
}

}  // namespace

std::filesystem::path SpoolFolder(const std::filesystem::path& folder) {
  return folder / "spool";
}

std::filesystem::path WorkFolder(const std::filesystem::path& folder) {
  return folder / "work";
}

std::filesystem::path LedgerFile(const std::filesystem::path& folder) {
  return folder / "day.json";
}

Result<UniqueFd> LockStateFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return tl::unexpected(FromErrno(error.value(), "--storage.path " + folder.string()));
  }
  const auto path = folder / "lock";
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return tl::unexpected(FromErrno(errno, "open " + path.string()));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return tl::unexpected(FromErrno(errno, "lock " + path.string()));
    return Fail(ErrorCode::kUnavailable,
                "--storage.path " + folder.string() + " is in use by another hypergauge-probe");
  }
  return fd;
}

Result<v1::NodeIdentity> OpenIdentity(const std::filesystem::path& folder,
                                      const RandomBits& random) {
  const auto path = folder / "identity.json";
  v1::NodeIdentity identity;
  if (auto content = ReadHead(path, kIdentityBytes); content) {
    auto parsed = Parse(*content, path);
    if (!parsed) return parsed;
    identity = std::move(*parsed);
    std::error_code error;
    if (std::filesystem::exists(SpoolFolder(folder), error)) return identity;
    if (error) {
      return tl::unexpected(FromErrno(error.value(), SpoolFolder(folder).string()));
    }
    identity.set_epoch(identity.epoch() + 1);
  } else if (content.error().code == ErrorCode::kNotFound) {
    identity.set_node_id(MakeUuid(random));
    identity.set_epoch(1);
  } else {
    return tl::unexpected(content.error());
  }
  const Json json{{"node_id", identity.node_id()}, {"epoch", identity.epoch()}};
  if (auto written = WriteFileDurably(path, json.dump(2) + "\n"); !written) {
    return tl::unexpected(written.error());
  }
  return identity;
}

}  // namespace hypergauge::probes
