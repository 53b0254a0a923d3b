#include "probes/agent/identity.h"

#include <spdlog/spdlog.h>

#include <system_error>

#include "probes/agent/state_folder.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kIdentityBytes = 4096;
constexpr mode_t kOwnerOnly = 0600;

std::filesystem::path FileOf(const std::filesystem::path& folder) {
  return folder / "identity.json";
}

// A random UUID. Source: RFC 4122, section 4.4.
std::string MakeUuid(const RandomBits& random) {
  constexpr size_t kLength = 36;
  constexpr char kDigits[] = "0123456789abcdef";
  uint64_t bits = 0;
  std::string text;
  for (size_t i = 0; i < kLength; ++i) {
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

void Replace(std::string& kept, const std::string& seen) {
  if (!seen.empty()) kept = seen;
}

// What cannot be read now stays as it was last seen.
MachineIdentity Merged(MachineIdentity kept, const MachineIdentity& seen) {
  Replace(kept.uuid_digest, seen.uuid_digest);
  Replace(kept.generation, seen.generation);
  if (kept.boot != seen.boot && !seen.boot.empty()) kept.restores.clear();  // counts in one boot
  Replace(kept.boot, seen.boot);
  Replace(kept.restores, seen.restores);
  return kept;
}

}  // namespace

Result<Identity> Identity::Open(std::filesystem::path folder, const MachineIdentity& machine,
                                RandomBits random) {
  Identity identity(std::move(folder), std::move(random));
  const auto path = FileOf(identity.folder_);
  const auto content = ReadHead(path, kIdentityBytes);
  if (!content && content.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(content.error());
  }
  if (content) {
    auto parsed = ParseIdentity(*content);
    if (!parsed) {
      return Fail(ErrorCode::kCorrupt,
                  path.string() + " is damaged: " + parsed.error().message +
                      "; restore it, or remove it to let this machine start as a new node");
    }
    identity.record_ = std::move(*parsed);
  }
  if (auto started = identity.Start(machine, !content); !started) {
    return tl::unexpected(started.error());
  }
  return identity;
}

Result<void> Identity::Start(const MachineIdentity& machine, bool is_new) {
  if (is_new) {
    IdentityRecord first;
    first.node_id = MakeUuid(random_);
    first.epoch = 1;
    first.machine = machine;
    return Become(std::move(first), "a state folder without identity.json gets a new node");
  }
  const auto why = Check(machine);
  if (!why) return tl::unexpected(why.error());
  if (!why->empty()) return EnrollAnew(machine, *why);
  std::error_code error;
  if (std::filesystem::exists(SpoolFolder(folder_), error)) return {};
  if (error) return tl::unexpected(FromErrno(error.value(), SpoolFolder(folder_).string()));
  auto next = record_;
  ++next.epoch;
  return Write(std::move(next));
}

v1::NodeIdentity Identity::Node() const {
  v1::NodeIdentity node;
  node.set_node_id(record_.node_id);
  node.set_epoch(record_.epoch);
  node.set_machine_generation(record_.machine.generation);
  node.set_hypervisor_uuid_digest(record_.machine.uuid_digest);
  return node;
}

void Identity::FillIn(v1::Hello& hello) const {
  const auto name = hello.identity().name();
  *hello.mutable_identity() = Node();
  hello.mutable_identity()->set_name(name);
  hello.set_split_from(record_.split_from);
  hello.clear_continuity();
  if (record_.continuity) *hello.mutable_continuity() = *record_.continuity;
}

Result<std::string> Identity::Check(const MachineIdentity& machine) {
  auto why = WhyAnotherMachine(record_.machine, machine);
  if (!why.empty()) return why;
  auto next = record_;
  next.machine = Merged(record_.machine, machine);
  if (next.machine == record_.machine) return why;
  if (auto written = Write(std::move(next)); !written) return tl::unexpected(written.error());
  return why;
}

Result<void> Identity::Keep(const v1::ContinuityToken& token) {
  if (!IsToken(token)) {
    return Fail(ErrorCode::kInvalidArgument, "the aggregator's continuity token is none");
  }
  auto next = record_;
  next.continuity = token;
  return Write(std::move(next));
}

Result<void> Identity::EnrollAnew(const MachineIdentity& machine, const std::string& reason) {
  IdentityRecord next;
  next.node_id = MakeUuid(random_);
  next.epoch = 1;
  next.machine = Merged(record_.machine, machine);
  next.split_from = record_.node_id;
  return Become(std::move(next), reason);
}

Result<void> Identity::Take(const v1::TakeIdentity& taken) {
  if (!IsUuid(taken.node_id()) || taken.epoch() == 0 || !IsToken(taken.continuity())) {
    return Fail(ErrorCode::kInvalidArgument, "the identity that the aggregator gives is none");
  }
  IdentityRecord next;
  next.node_id = taken.node_id();
  next.epoch = taken.epoch();
  next.machine = record_.machine;
  next.continuity = taken.continuity();
  return Become(std::move(next), "the aggregator gives this machine the place of another node");
}

// The spool first: after a crash in between, the old identity finds none and begins an epoch, while
// the other way round a new identity would find runs that are not its own.
Result<void> Identity::Become(IdentityRecord next, const std::string& why) {
  const auto aside = SetSpoolAside(folder_, record_.node_id.empty() ? "unknown" : record_.node_id);
  if (!aside) return tl::unexpected(aside.error());
  const auto before = record_.node_id;
  if (auto written = Write(std::move(next)); !written) return written;
  if (!before.empty()) {
    spdlog::warn("node {} goes on as node {}, epoch {}: {}", before, record_.node_id, record_.epoch,
                 why);
  }
  if (!aside->empty()) spdlog::warn("runs of before are kept in {}", aside->string());
  return {};
}

Result<void> Identity::Write(IdentityRecord next) {
  auto written = WriteFileDurably(FileOf(folder_), FormatIdentity(next), kOwnerOnly);
  if (written) record_ = std::move(next);
  return written;
}

}  // namespace hypergauge::probes
