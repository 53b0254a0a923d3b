#include <chrono>
#include <iostream>
#include <memory>
#include <vector>

#include "base/duration.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/schedule_text.h"
#include "cli/terminal_text.h"
#include "cli/wait.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

struct RunFlags {
  std::string node;
  std::string suite = "light";
  std::vector<std::string> benchmarks;
  bool wait = false;
  std::string timeout = "10m";
};

struct PauseFlags {
  std::string host;
  std::string duration;
  std::string reason;
};

// A duration that a flag says; 0 is none.
Result<std::chrono::nanoseconds> Positive(const char* flag, const std::string& text) {
  const auto duration = ParseDuration(text);
  if (!duration) return Annotate(duration.error(), flag);
  if (duration->count() > 0) return *duration;
  return Fail(ErrorCode::kInvalidArgument, std::string(flag) + ": must be more than 0");
}

// "$HOST" that was never set must not stand for all hosts.
std::string CheckNotEmpty(const std::string& text) {
  return text.empty() ? "is empty" : "";
}

std::string TurnsText(uint32_t turns) {
  if (turns == 0) return "";
  return ", after " + std::to_string(turns) + (turns == 1 ? " turn" : " turns") + " before it";
}

int Wait(Client& client, const RunFlags& flags, const std::string& lease_id,
         std::chrono::nanoseconds timeout) {
  const auto lease = WaitForLease(client, flags.node, lease_id, timeout);
  if (!lease) return ExitWith(lease.error());
  const std::string outcome =
      TerminalText(lease_id) + " on " + TerminalText(flags.node) + ": " + OutcomeText(*lease);
  if (lease->outcome() != v1::LeaseRecord::OUTCOME_COMPLETED) {
    return ExitWith({ErrorCode::kUnavailable, outcome});
  }
  std::cout << outcome << "\n";
  return kExitOk;
}

int Run(const std::string& address, const RunFlags& flags) {
  const auto timeout = Positive("--timeout", flags.timeout);
  if (!timeout) return ExitWith(timeout.error());
  v1::RunNowRequest request;
  request.set_node(flags.node);
  request.set_suite(flags.suite);
  *request.mutable_benchmarks() = {flags.benchmarks.begin(), flags.benchmarks.end()};
  Client client(address);
  const auto answer = client.RunNow(request);
  if (!answer) return ExitWith(answer.error());
  if (flags.wait) return Wait(client, flags, answer->lease_id(), *timeout);
  std::cout << TerminalText(answer->lease_id()) << ": " << flags.node
            << " measures as soon as its host is free" << TurnsText(answer->waiting()) << "\n";
  return kExitOk;
}

std::string HostsText(const std::string& host) {
  return host.empty() ? "all hosts" : host;
}

int Pause(const std::string& address, const PauseFlags& flags) {
  v1::PauseRequest request;
  request.set_host(flags.host);
  request.set_reason(flags.reason);
  if (!flags.duration.empty()) {
    const auto duration = Positive("--for", flags.duration);
    if (!duration) return ExitWith(duration.error());
    request.set_duration_nanos(duration->count());
  }
  const auto answer = Client(address).Pause(request);
  if (!answer) return ExitWith(answer.error());
  std::cout << "paused " << HostsText(flags.host)
            << (flags.duration.empty() ? " until `hypergauge resume`" : " for " + flags.duration)
            << "; leases taken back: " << answer->revoked() << "\n";
  return kExitOk;
}

int Resume(const std::string& address, const std::string& host) {
  v1::ResumeRequest request;
  request.set_host(host);
  const auto answer = Client(address).Resume(request);
  if (!answer) return ExitWith(answer.error());
  if (answer->lifted() == 0) {
    std::cout << (host.empty() ? "nothing was paused" : host + " was not paused by name") << "\n";
  } else {
    std::cout << "resumed " << HostsText(host) << "\n";
  }
  return kExitOk;
}

}  // namespace

void AddRunNowCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<RunFlags>();
  auto* run = app.add_subcommand(
      "run-now",
      "Have a node measure as soon as its host is free, before all that is planned there");
  run->alias("run");
  run->fallthrough();
  run->add_option("NODE", flags->node, "As `nodes list` names it; it must be connected")
      ->required();
  run->add_option("--suite", flags->suite, "light, standard or pilot")
      ->check(CLI::IsMember({"light", "standard", "pilot"}))
      ->capture_default_str();
  run->add_option("--benchmark", flags->benchmarks,
                  "Only this one, not the whole suite; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run->add_flag("--wait", flags->wait,
                "Show progress until it is over; exit 0 if it was completed, 1 if not");
  run->add_option("--timeout", flags->timeout, "How long --wait waits at most: 30s, 10m, 2h ...")
      ->capture_default_str();
  run->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Run(settings.server, *flags); };
  });
}

void AddPauseCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<PauseFlags>();
  auto* pause = app.add_subcommand(
      "pause", "Stop all measuring within a second, on one host or on all; kept over restarts");
  pause->fallthrough();
  pause->add_option("HOST", flags->host, "As `schedule` names it; all without it")
      ->check(CheckNotEmpty);
  pause->add_option("--for", flags->duration,
                    "How long: 30m, 2h ...; without it until `hypergauge resume`");
  pause->add_option("--reason", flags->reason, "Shown to whoever asks why nothing is measured");
  pause->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Pause(settings.server, *flags); };
  });
}

void AddResumeCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto host = std::make_shared<std::string>();
  auto* resume = app.add_subcommand("resume", "Lift the pause of a host, or of all");
  resume->fallthrough();
  resume->add_option("HOST", *host, "Lifts this host's own pause; without it, every pause")
      ->check(CheckNotEmpty);
  resume->callback([&settings, &chosen, host] {
    chosen = [&settings, host] { return Resume(settings.server, *host); };
  });
}

}  // namespace hypergauge::cli
