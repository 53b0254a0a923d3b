#include "probes/agent/agent.h"
#include "probes/bench_process.h"
#include "probes/commands.h"
#include "program/flags.h"
#include "program/logging.h"

namespace hypergauge::probes {
namespace {

struct AgentFlags {
  AgentOptions options;
  std::string role;
  ConfigFlags config;
  LogFlags log;
};

// Unspecified is left to what is detected.
Result<v1::Role> RoleOf(const AgentFlags& flags) {
  if (flags.role == "guest") return v1::ROLE_GUEST;
  if (flags.role == "container") return v1::ROLE_CONTAINER;
  if (flags.role == "host") {
    if (flags.options.node_host.empty()) return v1::ROLE_HOST;
    return Fail(ErrorCode::kInvalidArgument, "--node.role host and --node.host " +
                                                 flags.options.node_host +
                                                 ": a host runs on no other node");
  }
  return v1::ROLE_UNSPECIFIED;
}

Result<void> CheckAddresses(const AgentOptions& options) {
  const auto aggregator = ParseHostPort(options.aggregator_address);
  if (!aggregator) return Annotate(aggregator.error(), "--aggregator.address");
  if (aggregator->host.empty() || aggregator->port == 0) {
    return Fail(
        ErrorCode::kInvalidArgument,
        "--aggregator.address \"" + options.aggregator_address + "\" must name a host and a port");
  }
  if (!options.peer.empty()) {
    const auto peer = ParseHostPort(options.peer);
    if (!peer) return Annotate(peer.error(), "--network.peer");
  }
  if (!options.listen_address.empty()) {
    const auto listen = ParseHostPort(options.listen_address);
    if (!listen) return Annotate(listen.error(), "--network.listen-address");
  }
  return {};
}

int Agent(AgentFlags& flags) {
  if (auto set = SetUpLogging(flags.log.level, flags.log.format); !set) {
    return Complain(set.error(), kExitUsage);
  }
  if (auto checked = CheckAddresses(flags.options); !checked) {
    return Complain(checked.error(), kExitUsage);
  }
  const auto role = RoleOf(flags);
  if (!role) return Complain(role.error(), kExitUsage);
  flags.options.role = *role;
  auto config = LoadConfig(flags.config);
  if (!config) return Complain(config.error(), kExitUsage);
  flags.options.config = std::move(*config);
  const auto ran = RunAgent(flags.options, StopOnSignals());
  return ran ? kExitOk : Complain(ran.error(), kExitFailure);
}

}  // namespace

void AddAgentCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<AgentFlags>();
  auto& options = flags->options;
  options.bench = BesideThisProgram("hypergauge-bench");
  auto* command = app.add_subcommand("agent", "Measure whenever the aggregator grants a lease");
  command->add_option("--aggregator.address", options.aggregator_address, "HOST:PORT")
      ->capture_default_str();
  command->add_option("--storage.path", options.storage, "Folder for identity and spool")
      ->capture_default_str();
  command->add_option("--node.name", options.node_name, "Default: the host name")
      ->check(CLI::Validator(
          [](const std::string& name) {
            return name.empty() || name.size() > 253 ? "must have 1 to 253 bytes" : "";
          },
          "NAME"));
  command
      ->add_option("--node.role", flags->role,
                   "Default: container in one, else host, or guest with --node.host")
      ->check(CLI::IsMember({"host", "guest", "container"}));
  command->add_option("--node.host", options.node_host, "Name of the host node that runs this one");
  command->add_option("--node.platform", options.platform,
                      "What runs this node; default: detected");
  command->add_option("--network.peer", options.peer,
                      "HOST:PORT of the other end of network benchmarks; default: this machine");
  command->add_option("--network.listen-address", options.listen_address,
                      "Answer the network benchmarks of other nodes here");
  command->add_option("--bench.path", options.bench, "The hypergauge-bench executable");
  AddConfigFlags(*command, flags->config);
  AddLogFlags(*command, flags->log);
  command->callback([flags, &chosen] { chosen = [flags] { return Agent(*flags); }; });
}

}  // namespace hypergauge::probes
