#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace hypergauge {

/// Why something failed, in the words of gRPC's status codes as far as they fit.
enum class ErrorCode {
  kInvalidArgument,    ///< the caller or a peer said something that can never be right
  kNotFound,           ///< a file, node or name that does not exist
  kPermissionDenied,   ///< the operating system refused
  kResourceExhausted,  ///< disk full, out of descriptors, over a limit
  kCeilingReached,     ///< the next operation would take more than the user allows
  kUnavailable,        ///< not now: a peer is down, a port is taken, a lock is held
  kUnsupported,        ///< this machine, kernel or file system cannot do it
  kCorrupt,            ///< stored bytes that are not what was once written
  kWrongAnswer,        ///< a benchmark computed something else than it must
  kDeadlineExceeded,   ///< it took longer than allowed
  kCancelled,          ///< stopped on request
  kInternal,           ///< everything else
};

/// A failure with a message for people: what was wrong and where, without a trailing full stop.
struct Error {
  ErrorCode code;
  std::string message;
};

/// What every function that can fail returns. Exceptions stay at the edges of libraries that throw.
template <typename T>
using Result = tl::expected<T, Error>;

/// Builds the failing side of a Result: `return Fail(ErrorCode::kNotFound, "no file " + path);`
[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes an error on with what the caller was doing in front of it: "context: message".
[[nodiscard]] inline tl::unexpected<Error> Annotate(const Error& error, std::string_view context) {
  return Fail(error.code, std::string(context) + ": " + error.message);
}

/// The lower-case name used in logs, metrics and JSON: "invalid_argument", "unavailable" ...
[[nodiscard]] std::string_view ToString(ErrorCode code);

/// An ErrorCode for errno after a failed system call; `what` names the call and its object.
/// The message ends with strerror's text.
[[nodiscard]] Error FromErrno(int error_number, std::string_view what);

}  // namespace hypergauge
