#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hypergauge/v1/session.pb.h"
#include "probes/platform/machine_identity.h"

/// The form of identity.json: a JSON object of node_id and epoch, and where they are known
/// hypervisor_uuid_digest, machine_generation, boot, restores, continuity {counter, secret} and
/// split_from. Names that are unknown here are ignored.
namespace hypergauge::probes {

struct IdentityRecord {
  std::string node_id;      ///< a UUID
  uint64_t epoch = 0;       ///< at least 1
  MachineIdentity machine;  ///< as last seen, part by part
  std::optional<v1::ContinuityToken> continuity;
  std::string split_from;  ///< the node_id that this state folder had before; mostly empty
};

/// Whether the text is a UUID in its usual form.
[[nodiscard]] bool IsUuid(const std::string& text);

/// Whether an aggregator can have made it.
[[nodiscard]] bool IsToken(const v1::ContinuityToken& token);

/// Errors: kCorrupt, saying what is wrong. Any bytes may be given.
[[nodiscard]] Result<IdentityRecord> ParseIdentity(std::string_view content);

[[nodiscard]] std::string FormatIdentity(const IdentityRecord& record);

}  // namespace hypergauge::probes
