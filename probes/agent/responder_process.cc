#include "probes/agent/responder_process.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::seconds kStartLimit{30};
constexpr std::chrono::milliseconds kExitGrace{500};

// {"responder":{"port":10912}}
int PortOf(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return 0;
  const auto responder = json.find("responder");
  if (responder == json.end() || !responder->is_object()) return 0;
  const auto port = responder->find("port");
  return port != responder->end() && port->is_number_integer() ? port->get<int>() : 0;
}

}  // namespace

Result<ResponderProcess> ResponderProcess::Start(const std::filesystem::path& bench,
                                                 const std::string& listen_address) {
  const auto address = ParseHostPort(listen_address);
  if (!address) return Annotate(address.error(), "--network.listen-address");
  auto process = ChildProcess::Start({bench.string(), "--parent", std::to_string(getpid()), "serve",
                                      "--listen-address", listen_address});
  if (!process) return tl::unexpected(process.error());
  const auto line = process->NextLine(std::chrono::steady_clock::now() + kStartLimit, {});
  const int port = line && *line ? PortOf(**line) : 0;
  if (port == 0) {
    const auto status = process->Finish(kExitGrace);
    return Fail(ErrorCode::kUnavailable, "--network.listen-address " + listen_address +
                                             ": the responder " + Describe(status) + ": " +
                                             Printable(process->error_tail(), 500));
  }
  return ResponderProcess(std::move(*process), address->host, port);
}

std::string ResponderProcess::AnnouncedAs(const std::string& host) const {
  const bool is_any = host_.empty() || host_ == "0.0.0.0" || host_ == "::";
  const std::string& name = is_any ? host : host_;
  const bool is_ipv6 = name.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + name + "]" : name) + ":" + std::to_string(port_);
}

}  // namespace hypergauge::probes
