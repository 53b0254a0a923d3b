#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/session.pb.h"

/// Nothing that a probe says is believed before it went through here.
namespace hypergauge::aggregator {

/// The protocol that this aggregator speaks.
inline constexpr uint32_t kProtocolMajor = 1;
inline constexpr uint32_t kProtocolMinor = 0;

/// What is wrong with a message: the field in the contract's words, "run.measures[0].samples[2]",
/// and why, "is NaN; figures are finite and not negative".
struct FieldError {
  std::string field;
  std::string reason;

  [[nodiscard]] std::string Text() const { return field + " " + reason; }
};

/// Limits on what one message may hold.
struct Limits {
  size_t name_bytes = 253;
  size_t text_bytes = 4096;
  int repeated = 10'000;
  int labels = 16;
  int facts = 128;           ///< of Environment.facts
  size_t fact_bytes = 1024;  ///< a fact's value
  int layers = 16;           ///< of a platform
  int evidence = 256;        ///< lines of a platform or layer
  int own_digests = 64;      ///< identities of one machine
  int noise = 1'000;         ///< noise floors of a node
  /// The latest moment that is believed, nanoseconds since 1970 (the year 2096): sums with it do
  /// not overflow.
  int64_t unix_nanos = 4'000'000'000'000'000'000;
  int64_t duration_nanos = int64_t{366} * 24 * 3600 * 1'000'000'000;
};

[[nodiscard]] std::optional<FieldError> CheckHello(const v1::Hello& hello,
                                                   const Limits& limits = {});

/// What a node tells of its surroundings, in Hello and whenever they change.
[[nodiscard]] std::optional<FieldError> CheckEnvironment(const v1::Environment& environment,
                                                         const std::string& name,
                                                         const Limits& limits = {});

/// Parts of the above, whose bounds were checked already. What is unset or empty is fine.
[[nodiscard]] std::optional<FieldError> CheckFacts(const v1::Environment& environment,
                                                   const std::string& name, const Limits& limits);
[[nodiscard]] std::optional<FieldError> CheckPlatform(const v1::Platform& platform,
                                                      const std::string& name,
                                                      const Limits& limits);
[[nodiscard]] std::optional<FieldError> CheckPlacement(const v1::Placement& placement,
                                                       const std::string& name,
                                                       const Limits& limits);

/// SHA-256 as the contract writes it, or empty.
[[nodiscard]] std::optional<FieldError> CheckDigest(const std::string& digest,
                                                    const std::string& field);

/// A token as this aggregator gives them.
[[nodiscard]] std::optional<FieldError> CheckContinuity(const v1::ContinuityToken& token,
                                                        const std::string& name);

/// The evidence of a run, whose bounds were checked already.
[[nodiscard]] std::optional<FieldError> CheckClock(const v1::ClockEvidence& clock,
                                                   const std::string& name, const Limits& limits);

/// What a node says of the schedule, whose bounds were checked already.
[[nodiscard]] std::optional<FieldError> CheckScheduleOf(const v1::Hello& hello,
                                                        const Limits& limits);
[[nodiscard]] std::optional<FieldError> CheckLeaseEnd(const v1::LeaseEnd& end);
[[nodiscard]] std::optional<FieldError> CheckOfflineSlotStored(const v1::OfflineSlotStored& stored);

/// A verdict that a probe may give.
[[nodiscard]] std::optional<FieldError> CheckVerdict(v1::Verdict verdict, const std::string& field);

/// `hello` is what the stream began with: a run must be of that node and epoch.
[[nodiscard]] std::optional<FieldError> CheckRun(const v1::Run& run, const v1::Hello& hello,
                                                 const Limits& limits = {});

/// Whatever else comes: strings, sizes and figures in bounds.
[[nodiscard]] std::optional<FieldError> CheckBounds(const google::protobuf::Message& message,
                                                    const std::string& name,
                                                    const Limits& limits = {});

/// Finds out why bytes that are no valid `prototype` are not: names the string field that is not
/// UTF-8, or says that the bytes are no message at all.
[[nodiscard]] FieldError ExplainUnparsable(const google::protobuf::Message& prototype,
                                           std::string_view bytes, const std::string& name);

}  // namespace hypergauge::aggregator
