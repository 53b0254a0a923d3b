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
  const auto root = RootFolder(flags.root);
  if (!root) return Complain(root.error(), kExitUsage);
  const auto platform = DetectPlatform(*root);
  auto environment = ReadEnvironment(*root, flags.work_dir, platform);
  // Files alone may tell another platform than CPUID would, and it is part of the digest.
  if (*root == "/") environment.set_digest(EnvironmentDigest(environment, platform));
  if (flags.format != "json") return PrintAnswer(EnvironmentTable(environment));
  const auto json = EnvironmentJson(environment);
  return PrintAnswer(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                     "\n");
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
