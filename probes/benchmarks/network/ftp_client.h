#pragma once

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/content.h"
#include "probes/benchmarks/network/url.h"

namespace hypergauge::probes {

/// One RETR in a session of its own, passive and binary; what comes goes to `sink`. Logs in as the
/// url says, else as anonymous. The data connection goes to the control connection's host, whatever
/// the server names. Errors: kPermissionDenied where the login is refused; kNotFound where the file
/// is; kWrongAnswer for what is no FTP or a transfer that is broken off; kDeadlineExceeded past
/// `deadline` or when nothing moves; kUnavailable, kCancelled.
[[nodiscard]] Result<void> FetchFtp(Context& context, const Url& url,
                                    std::chrono::nanoseconds deadline, ContentSink& sink);

/// A server's answer: RFC 959 section 4.2.
struct FtpReply {
  int code = 0;
  std::string text;  ///< its last line
};

/// The port in an answer to EPSV (RFC 2428) or to PASV (RFC 959). Errors: kWrongAnswer.
[[nodiscard]] Result<uint16_t> PortOfEpsv(const FtpReply& reply);
[[nodiscard]] Result<uint16_t> PortOfPasv(const FtpReply& reply);

}  // namespace hypergauge::probes
