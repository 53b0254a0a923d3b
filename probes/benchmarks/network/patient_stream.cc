#include "probes/benchmarks/network/patient_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace hypergauge::probes {
namespace {

using boost::system::error_code;

constexpr std::chrono::milliseconds kStopInterval(100);  // how soon a request to stop is seen

error_code SystemError(int number) {
  return {number, boost::system::system_category()};
}

}  // namespace

size_t PatientStream::Read(void* data, size_t size, error_code& error) {
  for (;;) {
    error = {};
    const ssize_t got = recv(socket_.descriptor(), data, size, MSG_DONTWAIT);
    if (got > 0) return static_cast<size_t>(got);
    if (got == 0) {
      error = boost::asio::error::eof;
    } else if (errno == EAGAIN || errno == EINTR) {
      error = Wait(POLLIN);
    } else {
      error = SystemError(errno);
    }
    if (error) return 0;
  }
}

size_t PatientStream::Write(std::span<iovec> parts, error_code& error) {
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  for (;;) {
    error = {};
    const ssize_t put = sendmsg(socket_.descriptor(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put >= 0) {
      context_.report.bytes_sent += static_cast<uint64_t>(put);
      return static_cast<size_t>(put);
    }
    error = errno == EAGAIN || errno == EINTR ? Wait(POLLOUT) : SystemError(errno);
    if (error) return 0;
  }
}

error_code PatientStream::Wait(short events) const {
  const auto end = std::min(deadline_, context_.clock->MonotonicRaw() + kIdle);
  for (;;) {
    if (context_.Stopped()) return boost::asio::error::operation_aborted;
    const auto left = end - context_.clock->MonotonicRaw();
    if (left <= std::chrono::nanoseconds::zero()) return boost::asio::error::timed_out;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<std::chrono::nanoseconds>(left, kStopInterval));
    pollfd waiting{.fd = socket_.descriptor(), .events = events, .revents = 0};
    const int ready = poll(&waiting, 1, static_cast<int>(wait.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return SystemError(errno);
  }
}

Error FromStreamError(const error_code& error, const std::string& what) {
  if (error == boost::asio::error::operation_aborted) {
    return {ErrorCode::kCancelled, "stopped while transferring"};
  }
  if (error == boost::asio::error::timed_out) {
    return {ErrorCode::kDeadlineExceeded, what + ": nothing came any more, or it took too long"};
  }
  if (error.category() == boost::system::system_category() && error.value() != 0) {
    return FromErrno(error.value(), what);
  }
  return {ErrorCode::kWrongAnswer, what + ": " + error.message()};
}

}  // namespace hypergauge::probes
