#include "probes/benchmarks/network/iperf.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

// iperf_api.h needs <cstdint>'s names.
#include <iperf_api.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <type_traits>

#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kConnectTimeout(2000);
constexpr milliseconds kFirstPause(50);
constexpr milliseconds kLongestPause(400);  // a request to stop waits for its end
constexpr milliseconds kStopInterval(100);  // how soon a request to stop is seen

using Iperf = std::unique_ptr<iperf_test, decltype(&iperf_free_test)>;

Iperf MakeIperf(char role, const Endpoint& endpoint) {
  Iperf test(iperf_new_test(), &iperf_free_test);
  if (test == nullptr || iperf_defaults(test.get()) != 0) return {nullptr, &iperf_free_test};
  iperf_set_test_role(test.get(), role);
  iperf_set_test_server_port(test.get(), endpoint.port);
  return test;
}

std::string ErrorJson(const char* message) {
  return Json{{"error", message}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool SetDatagrams(iperf_test* test, const Datagrams& datagrams) {
  if (set_protocol(test, Pudp) != 0) return false;
  iperf_set_test_blksize(test, datagrams.size);
  iperf_set_test_rate(test, uint64_t{8} * datagrams.size * datagrams.per_second);
  iperf_set_test_blocks(test, datagrams.count);
  return true;
}

// In the child: iperf3's JSON of a test, or just its member "error".
std::string RunClient(const IperfTest& wanted) {
  const auto test = MakeIperf('c', wanted.server);
  if (test == nullptr) return ErrorJson("out of memory");
  iperf_set_test_server_hostname(test.get(), wanted.server.host.c_str());
  iperf_set_test_connect_timeout(test.get(), static_cast<int>(kConnectTimeout.count()));
  iperf_set_test_reverse(test.get(), wanted.flow == Flow::kDown ? 1 : 0);
  iperf_set_test_json_output(test.get(), 1);
  iperf_set_test_omit(test.get(), wanted.omit_seconds);
  iperf_set_test_duration(test.get(), wanted.seconds);
  if (wanted.bytes > 0) iperf_set_test_bytes(test.get(), wanted.bytes);
  if (wanted.datagrams && !SetDatagrams(test.get(), *wanted.datagrams)) {
    return ErrorJson(iperf_strerror(i_errno));
  }
  if (iperf_run_client(test.get()) < 0) return ErrorJson(iperf_strerror(i_errno));
  const char* json = iperf_get_test_json_output_string(test.get());
  return json != nullptr ? json : ErrorJson("no result");
}

void WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(descriptor, text.data(), text.size());
    if (put <= 0) return;
    text.remove_prefix(static_cast<size_t>(put));
  }
}

// Everything up to the end of the pipe.
Result<std::string> ReadAll(int descriptor, const IperfTest& test) {
  const auto deadline = test.clock->MonotonicRaw() + test.limit;
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    if (test.stopped()) return Fail(ErrorCode::kCancelled, "stopped while transferring");
    const auto left = deadline - test.clock->MonotonicRaw();
    if (left <= nanoseconds::zero()) {
      return Fail(ErrorCode::kDeadlineExceeded, "the iperf3 server " + ToString(test.server) +
                                                    " did not finish a test in " +
                                                    std::to_string(test.limit.count()) + " ms");
    }
    const auto wait = std::min<nanoseconds>(left, kStopInterval);
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int milliseconds_left = static_cast<int>(wait / milliseconds(1)) + 1;
    if (poll(&waiting, 1, milliseconds_left) <= 0) continue;
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(got));
  }
}

template <typename Figures>
Result<Figures> TryOnce(const IperfTest& test, Result<Figures> (*parse)(const std::string&)) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe"));
  const Socket reading(ends[0]);
  Socket writing(ends[1]);
  const auto child = ForkedProcess::Start([&] { WriteAll(writing.descriptor(), RunClient(test)); });
  if (!child) return tl::unexpected(child.error());
  writing = Socket();
  const auto text = ReadAll(reading.descriptor(), test);
  if (!text) return tl::unexpected(text.error());
  auto figures = parse(*text);
  if (!figures) return Annotate(figures.error(), "iperf3 server " + ToString(test.server));
  return figures;
}

template <typename Figures>
Result<Figures> TryPatiently(const IperfTest& test, Result<Figures> (*parse)(const std::string&)) {
  const auto end = test.clock->MonotonicRaw() + test.patience;
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    auto figures = TryOnce(test, parse);
    if (figures || figures.error().code != ErrorCode::kUnavailable) return figures;
    if (test.clock->MonotonicRaw() + pause >= end) return figures;
    std::this_thread::sleep_for(pause);
  }
}

// The test's JSON, or the error that it tells.
Result<Json> ParseTest(const std::string& text) {
  auto parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_object()) return Fail(ErrorCode::kWrongAnswer, "the result is not JSON");
  if (parsed.contains("error") && parsed["error"].is_string()) {
    return Fail(ErrorCode::kUnavailable, parsed["error"].get<std::string>());
  }
  return parsed;
}

template <typename Number>
std::optional<Number> NumberAt(const Json& json, const char* path) {
  const Json::json_pointer pointer(path);
  if (!json.contains(pointer)) return std::nullopt;
  const Json& value = json[pointer];
  const bool fits = std::is_integral_v<Number> ? value.is_number_unsigned() : value.is_number();
  return fits ? std::optional(value.get<Number>()) : std::nullopt;
}

}  // namespace

Result<IperfFigures> RunIperfTest(const IperfTest& test) {
  return TryPatiently(test, &ParseIperfResult);
}

Result<IperfUdpFigures> RunIperfUdpTest(const IperfTest& test) {
  return TryPatiently(test, &ParseIperfUdpResult);
}

Result<IperfFigures> ParseIperfResult(const std::string& json) {
  const auto parsed = ParseTest(json);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto bytes = NumberAt<uint64_t>(*parsed, "/end/sum_received/bytes");
  const auto seconds = NumberAt<double>(*parsed, "/end/sum_received/seconds");
  if (!bytes || !seconds) {
    return Fail(ErrorCode::kWrongAnswer, "the result has no figures of the receiver");
  }
  return IperfFigures{.bytes = *bytes,
                      .seconds = *seconds,
                      .retransmits = NumberAt<uint64_t>(*parsed, "/end/sum_sent/retransmits")};
}

Result<IperfUdpFigures> ParseIperfUdpResult(const std::string& json) {
  const auto parsed = ParseTest(json);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto sent = NumberAt<uint64_t>(*parsed, "/end/sum_sent/packets");
  const auto seen = NumberAt<uint64_t>(*parsed, "/end/sum_received/packets");
  const auto lost = NumberAt<uint64_t>(*parsed, "/end/sum_received/lost_packets");
  const auto jitter = NumberAt<double>(*parsed, "/end/sum_received/jitter_ms");
  if (!sent || !seen || !lost || !jitter || *lost > *seen || *seen > *sent) {
    return Fail(ErrorCode::kWrongAnswer, "the result has no figures of the datagrams' receiver");
  }
  return IperfUdpFigures{
      .sent = *sent, .seen = *seen, .lost = *lost, .jitter_seconds = *jitter / 1e3};
}

void ServeIperf(const Endpoint& endpoint) {
  const auto test = MakeIperf('s', endpoint);
  if (test == nullptr) return;
  iperf_set_test_bind_address(test.get(), endpoint.host.c_str());
  while (iperf_run_server(test.get()) >= 0 || i_errno != IELISTEN) iperf_reset_test(test.get());
}

std::string IperfVersion() {
  return iperf_get_iperf_version();
}

}  // namespace hypergauge::probes
