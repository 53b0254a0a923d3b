#include <algorithm>
#include <charconv>
#include <string_view>

#include "aggregator/ingest/validate.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kMostPort = 65'535;

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= kMostPort;
}

// HOST:PORT, with an IPv6 address in brackets: it becomes the name of what a lease locks.
std::optional<FieldError> CheckPeer(const std::string& peer, const std::string& field,
                                    const Limits& limits) {
  if (peer.empty()) return std::nullopt;
  const auto colon = peer.rfind(':');
  const std::string_view host = std::string_view(peer).substr(0, colon);
  const bool has_blank = std::any_of(host.begin(), host.end(),
                                     [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (colon == std::string::npos || host.empty() || has_blank || peer.size() > limits.name_bytes ||
      !IsPort(std::string_view(peer).substr(colon + 1)) ||
      (host.find(':') != std::string_view::npos && !is_bracketed)) {
    return FieldError{field, "is no HOST:PORT of at most " + std::to_string(limits.name_bytes) +
                                 " bytes; an IPv6 address stands in brackets"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckToken(uint64_t token, const std::string& field) {
  if (token <= INT64_MAX) return std::nullopt;
  return FieldError{field, "is " + std::to_string(token) + "; no lease or slot has that number"};
}

}  // namespace

std::optional<FieldError> CheckScheduleOf(const v1::Hello& hello, const Limits& limits) {
  const int64_t remaining = hello.active_lease().remaining_nanos();
  if (remaining < 0 || remaining > limits.duration_nanos) {
    return FieldError{"hello.active_lease.remaining_nanos",
                      "is " + std::to_string(remaining) + "; it is from 0 to a year"};
  }
  if (auto error =
          CheckToken(hello.active_lease().fencing_token(), "hello.active_lease.fencing_token")) {
    return error;
  }
  if (auto error = CheckToken(hello.offline_slot(), "hello.offline_slot")) return error;
  return CheckPeer(hello.peer(), "hello.peer", limits);
}

std::optional<FieldError> CheckLeaseEnd(const v1::LeaseEnd& end) {
  if (end.lease_id().empty()) return FieldError{"message.lease_end.lease_id", "is empty"};
  if (!v1::LeaseEnd::Outcome_IsValid(end.outcome()) ||
      end.outcome() == v1::LeaseEnd::OUTCOME_UNSPECIFIED) {
    return FieldError{"message.lease_end.outcome",
                      "is " + std::to_string(end.outcome()) + "; that is no known outcome"};
  }
  if (!v1::LeaseEnd::Cause_IsValid(end.cause())) {
    return FieldError{"message.lease_end.cause",
                      "is " + std::to_string(end.cause()) + "; that is no known cause"};
  }
  return std::nullopt;
}

std::optional<FieldError> CheckOfflineSlotStored(const v1::OfflineSlotStored& stored) {
  return CheckToken(stored.token(), "message.offline_slot_stored.token");
}

std::optional<FieldError> CheckVerdict(v1::Verdict verdict, const std::string& field) {
  if (!v1::Verdict_IsValid(verdict) || verdict == v1::VERDICT_UNSPECIFIED) {
    return FieldError{field, "is " + std::to_string(verdict) + "; that is no known verdict"};
  }
  if (verdict == v1::VERDICT_MIGRATED || verdict == v1::VERDICT_CONTENDED) {
    return FieldError{
        field, "is " + v1::Verdict_Name(verdict) + ", which the aggregator gives and no probe"};
  }
  return std::nullopt;
}

}  // namespace hypergauge::aggregator
