#include "probes/benchmarks/network/http_client.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>

#include "probes/benchmarks/network/patient_stream.h"

namespace hypergauge::probes {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using Parser = http::response_parser<http::buffer_body>;

constexpr std::chrono::milliseconds kConnectTimeout(3000);
constexpr size_t kBufferBytes = size_t{256} << 10;

error_code SendRequest(PatientStream& stream, const Url& url) {
  http::request<http::empty_body> request{http::verb::get, url.path, 11};
  request.set(http::field::host, ToString(url.endpoint));
  request.set(http::field::user_agent, "hypergauge");
  request.set(http::field::accept_encoding, "identity");
  request.set(http::field::connection, "close");
  error_code error;
  http::write(stream, request, error);
  return error;
}

error_code ReadBody(PatientStream& stream, boost::beast::flat_buffer& buffer, Parser& parser,
                    ContentSink& sink) {
  while (!parser.is_done()) {
    const auto room = sink.Room();
    auto& body = parser.get().body();
    body.data = room.data();
    body.size = room.size();
    error_code error;
    http::read(stream, buffer, parser, error);
    if (error == http::error::need_buffer) error = {};
    sink.Commit(room.size() - body.size);
    if (error) return error;
  }
  return {};
}

}  // namespace

Result<void> FetchHttp(Context& context, const Url& url, std::chrono::nanoseconds deadline,
                       ContentSink& sink) {
  auto socket = ConnectTo(url.endpoint, kConnectTimeout);
  if (!socket) return tl::unexpected(socket.error());
  PatientStream stream(context, std::move(*socket), deadline);
  const auto name = ToString(url);
  if (const auto error = SendRequest(stream, url); error) {
    return tl::unexpected(FromStreamError(error, name));
  }
  boost::beast::flat_buffer buffer(kBufferBytes);
  buffer.reserve(kBufferBytes);
  Parser parser;
  // Not boost::none, which Boost 1.74 takes for less than any length.
  parser.body_limit(std::numeric_limits<uint64_t>::max());
  error_code error;
  http::read_header(stream, buffer, parser, error);
  if (error) return tl::unexpected(FromStreamError(error, name));
  if (parser.get().result() != http::status::ok) {
    return Fail(ErrorCode::kNotFound, name + ": the server answers " +
                                          std::to_string(parser.get().result_int()) + " " +
                                          std::string(parser.get().reason()));
  }
  if (error = ReadBody(stream, buffer, parser, sink); error) {
    return tl::unexpected(FromStreamError(
        error, name + " after " + std::to_string(sink.size()) + " bytes of its content"));
  }
  return {};
}

}  // namespace hypergauge::probes
