#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "hypergauge/v1/node.pb.h"
#include "hypergauge/v1/session.pb.h"
#include "probes/agent/identity_record.h"
#include "probes/platform/machine_identity.h"

namespace hypergauge::probes {

/// 64 random bits; std::random_device outside of tests.
using RandomBits = std::function<uint64_t()>;

/// Who this probe is, kept in `<folder>/identity.json`. The file is readable by its owner alone,
/// for the continuity token is a secret. Every change is durable before a member returns; one that
/// fails changes nothing. Threads: one.
class Identity {
 public:
  /// Reads the file, and makes one where there is none. Where `<folder>/spool` is missing, the
  /// numbering of runs starts anew and so does an epoch. Where the machine is another one than the
  /// file tells of, the folder was copied: EnrollAnew.
  /// Errors: kCorrupt for a damaged file, which is never overwritten; those of the system calls.
  [[nodiscard]] static Result<Identity> Open(std::filesystem::path folder,
                                             const MachineIdentity& machine, RandomBits random);

  [[nodiscard]] const IdentityRecord& record() const { return record_; }

  /// Node, epoch and digests; the name is for others to add.
  [[nodiscard]] v1::NodeIdentity Node() const;

  /// What of Hello depends on who this is; `hello.identity.name` stays.
  void FillIn(v1::Hello& hello) const;

  /// Looks whether the machine is still the one it was: an empty text if so, else the reason.
  /// Parts that could not be read before are kept from now on.
  [[nodiscard]] Result<std::string> Check(const MachineIdentity& machine);

  /// Keeps what the aggregator gave. Errors: kInvalidArgument for what is no token.
  [[nodiscard]] Result<void> Keep(const v1::ContinuityToken& token);

  /// Becomes a new node, and sets the old one's spool aside. No Spool may be open.
  [[nodiscard]] Result<void> EnrollAnew(const MachineIdentity& machine, const std::string& reason);

  /// Becomes the node that the aggregator says, and sets the spool aside. No Spool may be open.
  /// Errors: kInvalidArgument for an identity that is none.
  [[nodiscard]] Result<void> Take(const v1::TakeIdentity& taken);

 private:
  Identity(std::filesystem::path folder, RandomBits random)
      : folder_(std::move(folder)), random_(std::move(random)) {}

  Result<void> Start(const MachineIdentity& machine, bool is_new);
  Result<void> Become(IdentityRecord next, const std::string& why);
  Result<void> Write(IdentityRecord next);

  std::filesystem::path folder_;
  RandomBits random_;
  IdentityRecord record_;
};

}  // namespace hypergauge::probes
