#include "probes/benchmarks/tools/iperf3.h"

#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

namespace hypergauge::probes {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kOverhead(10);
constexpr milliseconds kConnectTimeout(2000);
constexpr milliseconds kPauseBetweenTries(50);
constexpr std::chrono::seconds kPatience(2);  // with a server that is busy or between two tests

Result<json> ParseResult(const std::string& text) {
  const auto brace = text.find('{');
  auto parsed =
      brace == std::string::npos ? json() : json::parse(text.substr(brace), nullptr, false);
  if (!parsed.is_object()) {
    return Fail(ErrorCode::kWrongAnswer, "iperf3 printed no result in JSON");
  }
  if (parsed.contains("error")) {
    const auto& error = parsed["error"];
    return Fail(ErrorCode::kUnavailable,
                "iperf3: " + (error.is_string() ? error.get<std::string>() : error.dump()));
  }
  return parsed;
}

// A member that is a number of at least zero, or else nothing.
std::optional<double> Number(const json& root, const char* pointer) {
  const json::json_pointer where(pointer);
  if (!root.contains(where) || !root[where].is_number()) return std::nullopt;
  const auto value = root[where].get<double>();
  return std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::vector<std::string> Arguments(const Iperf3Plan& plan) {
  std::vector<std::string> result{"--client",
                                  plan.server.host,
                                  "--port",
                                  std::to_string(plan.server.port),
                                  "--json",
                                  "--connect-timeout",
                                  std::to_string(kConnectTimeout.count())};
  if (plan.flow == Flow::kDown) result.emplace_back("--reverse");
  if (plan.bytes > 0) {
    result.insert(result.end(), {"--bytes", std::to_string(plan.bytes)});
  } else {
    result.insert(result.end(), {"--time", std::to_string(plan.seconds)});
  }
  if (plan.omit_seconds > 0) {
    result.insert(result.end(), {"--omit", std::to_string(plan.omit_seconds)});
  }
  return result;
}

// Runs a client until it has a result that `parse` accepts.
template <typename Figures>
Result<Figures> RunClient(const Context& context, const Tool& iperf3, const Iperf3Plan& plan,
                          const std::vector<std::string>& further,
                          Result<Figures> (*parse)(const std::string&)) {
  ToolCommand command{.arguments = Arguments(plan)};
  command.arguments.insert(command.arguments.end(), further.begin(), further.end());
  command.limit = std::chrono::seconds(2 * (plan.seconds + plan.omit_seconds)) + kOverhead;
  const auto start = context.clock->MonotonicRaw();
  for (;;) {
    const auto output = iperf3.Run(context, command);
    if (!output) return tl::unexpected(output.error());
    auto figures = parse(output->out);
    if (figures) return figures;
    if (figures.error().code != ErrorCode::kUnavailable) {
      if (auto ended = CheckExit("iperf3", *output); !ended) return tl::unexpected(ended.error());
      return FailOutput(figures.error().message, *output);
    }
    if (context.clock->MonotonicRaw() - start >= kPatience) {
      return Annotate(figures.error(), "iperf3 server " + ToString(plan.server));
    }
    std::this_thread::sleep_for(kPauseBetweenTries);
  }
}

}  // namespace

Result<Iperf3Tcp> ParseIperf3Tcp(const std::string& text) {
  const auto parsed = ParseResult(text);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto rate = Number(*parsed, "/end/sum_received/bits_per_second");
  const auto received = Number(*parsed, "/end/sum_received/bytes");
  const auto sent = Number(*parsed, "/end/sum_sent/bytes");
  if (!rate || !received || !sent || *rate <= 0 || *received <= 0) {
    return Fail(ErrorCode::kWrongAnswer, "iperf3's result has no figures of the receiver");
  }
  Iperf3Tcp figures{.bytes_per_second = *rate / 8,
                    .bytes_sent = static_cast<uint64_t>(*sent),
                    .bytes_received = static_cast<uint64_t>(*received)};
  const auto retransmits = Number(*parsed, "/end/sum_sent/retransmits");
  if (retransmits) figures.retransmits = static_cast<uint64_t>(*retransmits);
  return figures;
}

Result<Iperf3Udp> ParseIperf3Udp(const std::string& text) {
  const auto parsed = ParseResult(text);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto lost = Number(*parsed, "/end/sum/lost_percent");
  const auto jitter = Number(*parsed, "/end/sum/jitter_ms");
  const auto packets = Number(*parsed, "/end/sum/packets");
  if (!lost || !jitter || !packets || *lost > 100 || *packets < 1) {
    return Fail(ErrorCode::kWrongAnswer, "iperf3's result has no loss, jitter and packets");
  }
  return Iperf3Udp{.loss_ratio = *lost / 100,
                   .jitter_seconds = *jitter / 1000,
                   .packets = static_cast<uint64_t>(*packets)};
}

Result<Iperf3Tcp> RunIperf3Tcp(const Context& context, const Tool& iperf3, const Iperf3Plan& plan) {
  return RunClient<Iperf3Tcp>(context, iperf3, plan, {}, &ParseIperf3Tcp);
}

Result<Iperf3Udp> RunIperf3Udp(const Context& context, const Tool& iperf3, const Iperf3Plan& plan,
                               int packets_per_second, int length) {
  return RunClient<Iperf3Udp>(context, iperf3, plan,
                              {"--udp", "--length", std::to_string(length), "--bitrate",
                               std::to_string(int64_t{8} * length * packets_per_second)},
                              &ParseIperf3Udp);
}

Result<Iperf3Server> Iperf3Server::Start(const Tool& iperf3) {
  constexpr const char* kLoopback = "127.0.0.1";
  Iperf3Server server;
  auto reserved = BindTo({.host = kLoopback, .port = 0});
  if (!reserved) return tl::unexpected(reserved.error());
  const auto port = LocalPort(*reserved);
  if (!port) return tl::unexpected(port.error());
  server.reserved_ = std::move(*reserved);
  server.endpoint_ = {.host = kLoopback, .port = *port};
  const auto path = iperf3.path().string();
  const auto port_text = std::to_string(*port);
  auto process = ForkedProcess::Start([&] {
    execl(path.c_str(), path.c_str(), "--server", "--bind", kLoopback, "--port", port_text.c_str(),
          nullptr);
  });
  if (!process) return tl::unexpected(process.error());
  server.process_ = std::move(*process);
  return server;
}

}  // namespace hypergauge::probes
