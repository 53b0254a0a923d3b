#pragma once

#include <sys/uio.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <span>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// A connection as the synchronous functions of Asio and Beast want it, which themselves know
/// neither time-outs nor requests to stop. Counts what it sends in the context's report.
/// Errors: timed_out when nothing moves for kIdle or the deadline is over, operation_aborted when
/// the context is stopped, eof, and the system's own.
class PatientStream {
 public:
  static constexpr std::chrono::seconds kIdle{5};

  /// `deadline` is on the context's MonotonicRaw.
  PatientStream(Context& context, Socket socket, std::chrono::nanoseconds deadline)
      : context_(context), socket_(std::move(socket)), deadline_(deadline) {}

  template <typename Buffers>
  size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
    for (auto each = boost::asio::buffer_sequence_begin(buffers);
         each != boost::asio::buffer_sequence_end(buffers); ++each) {
      const boost::asio::mutable_buffer buffer(*each);
      if (buffer.size() > 0) return Read(buffer.data(), buffer.size(), error);
    }
    error = {};
    return 0;
  }

  template <typename Buffers>
  size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
    Parts parts{};
    size_t count = 0;
    for (auto each = boost::asio::buffer_sequence_begin(buffers);
         each != boost::asio::buffer_sequence_end(buffers) && count < parts.size(); ++each) {
      const boost::asio::const_buffer buffer(*each);
      if (buffer.size() == 0) continue;
      parts[count++] = {.iov_base = const_cast<void*>(buffer.data()), .iov_len = buffer.size()};
    }
    error = {};
    return count > 0 ? Write(std::span(parts).first(count), error) : 0;
  }

  // Demanded by the libraries' concepts, and used by none of ours.
  template <typename Buffers>
  size_t read_some(const Buffers& buffers) {
    boost::system::error_code error;
    const size_t count = read_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return count;
  }
  template <typename Buffers>
  size_t write_some(const Buffers& buffers) {
    boost::system::error_code error;
    const size_t count = write_some(buffers, error);
    if (error) throw boost::system::system_error(error);
    return count;
  }

 private:
  using Parts = std::array<iovec, 32>;  // sent together: a request is one packet and not ten

  size_t Read(void* data, size_t size, boost::system::error_code& error);
  size_t Write(std::span<iovec> parts, boost::system::error_code& error);
  // Until the socket is ready for `events`.
  [[nodiscard]] boost::system::error_code Wait(short events) const;

  Context& context_;
  Socket socket_;
  std::chrono::nanoseconds deadline_;
};

/// What a failed read or write means: kDeadlineExceeded, kCancelled, kWrongAnswer where the other
/// end broke off or broke the protocol, kUnavailable. `what` names the transfer.
[[nodiscard]] Error FromStreamError(const boost::system::error_code& error,
                                    const std::string& what);

}  // namespace hypergauge::probes
