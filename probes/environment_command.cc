#include <iostream>
#include <nlohmann/json.hpp>

#include "probes/commands.h"
#include "probes/environment_digest.h"
#include "probes/environment_output.h"
#include "probes/platform/environment.h"
#include "probes/platform/hypervisor.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kExplanation =
    "What is not known is left out. Nothing here names the machine: no serials, UUIDs, addresses,\n"
    "or ids of containers. docs/environment.md says what each fact means.";

struct EnvironmentFlags {
  std::string format = "text";
  std::string root = "/";
  std::string work_dir = "/var/tmp";
};

int Print(const EnvironmentFlags& flags) {
  std::error_code error;
  if (!std::filesystem::is_directory(flags.root, error)) {
    return Complain({ErrorCode::kNotFound, "--root " + flags.root + ": is no folder"}, kExitUsage);
  }
  auto environment = ReadEnvironment(flags.root, flags.work_dir);
  // Files alone do not tell the platform, which is part of the digest.
  if (flags.root == "/") {
    environment.set_digest(EnvironmentDigest(environment, DetectPlatform()));
  }
  using Json = nlohmann::ordered_json;
  std::cout
      << (flags.format == "json"
              ? EnvironmentJson(environment).dump(2, ' ', false, Json::error_handler_t::replace) +
                    "\n"
              : EnvironmentTable(environment))
      << std::flush;
  return std::cout
             ? kExitOk
             : Complain({ErrorCode::kInternal, "standard output cannot be written"}, kExitFailure);
}

}  // namespace

void AddEnvironmentCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<EnvironmentFlags>();
  auto* command =
      app.add_subcommand("environment", "Print what predicts this machine's performance");
  command->add_option("--format", flags->format)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      ->add_option("--root", flags->root,
                   "Folder with copies of another machine's /proc, /sys, /etc and /usr")
      ->capture_default_str();
  command->add_option("--work-dir", flags->work_dir, "Folder for the benchmarks' files")
      ->capture_default_str();
  command->footer(kExplanation);
  command->callback([flags, &chosen] { chosen = [flags] { return Print(*flags); }; });
}

}  // namespace hypergauge::probes
