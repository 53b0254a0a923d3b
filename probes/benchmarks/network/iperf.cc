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

#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kConnectTimeout(2000);
constexpr milliseconds kPauseBetweenTries(50);
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
  return nlohmann::json{{"error", message}}.dump(-1, ' ', false,
                                                 nlohmann::json::error_handler_t::replace);
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

Result<IperfFigures> TryOnce(const IperfTest& test) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe"));
  const Socket reading(ends[0]);
  Socket writing(ends[1]);
  const auto child = ForkedProcess::Start([&] { WriteAll(writing.descriptor(), RunClient(test)); });
  if (!child) return tl::unexpected(child.error());
  writing = Socket();
  const auto text = ReadAll(reading.descriptor(), test);
  if (!text) return tl::unexpected(text.error());
  auto figures = ParseIperfResult(*text);
  if (!figures) return Annotate(figures.error(), "iperf3 server " + ToString(test.server));
  return figures;
}

}  // namespace

Result<IperfFigures> RunIperfTest(const IperfTest& test) {
  const auto start = test.clock->MonotonicRaw();
  for (;;) {
    auto figures = TryOnce(test);
    if (figures || figures.error().code != ErrorCode::kUnavailable) return figures;
    if (test.clock->MonotonicRaw() - start >= kIperfPatience) return figures;
    std::this_thread::sleep_for(kPauseBetweenTries);
  }
}

Result<IperfFigures> ParseIperfResult(const std::string& json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_string()) {
    return Fail(ErrorCode::kUnavailable, parsed["error"].get<std::string>());
  }
  const nlohmann::json::json_pointer bytes("/end/sum_received/bytes");
  const nlohmann::json::json_pointer seconds("/end/sum_received/seconds");
  if (!parsed.is_object() || !parsed.contains(bytes) || !parsed[bytes].is_number_unsigned() ||
      !parsed.contains(seconds) || !parsed[seconds].is_number()) {
    return Fail(ErrorCode::kWrongAnswer, "the result has no figures of the receiver");
  }
  return IperfFigures{.bytes = parsed[bytes].get<uint64_t>(),
                      .seconds = parsed[seconds].get<double>()};
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
