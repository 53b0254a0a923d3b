#include "probes/commands.h"
#include "probes/platform/detection_output.h"
#include "probes/platform/machine_reader.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kExplanation =
    "Prints what runs this machine, from the inside out, which signs decided, and what every "
    "signal\n"
    "said. Without root a few signals cannot be read, and are named; serials, UUIDs and ids of\n"
    "containers are never shown. docs/platforms.md lists what is told apart.\n"
    "\n"
    "Exit codes:\n"
    "  0  an answer was printed, be it \"unknown\"\n"
    "  1  the file of --facts cannot be read or is wrong; where one machine of a list is wrong,\n"
    "     the others are answered all the same\n"
    "  2  unknown flag or bad value";

struct DetectFlags {
  std::string format = "text";
  std::string root = "/";
  std::string facts;
};

Result<std::vector<NamedFacts>> MachinesOf(const DetectFlags& flags) {
  if (!flags.facts.empty()) return ReadFactsFile(flags.facts);
  const auto root = RootFolder(flags.root);
  if (!root) return tl::unexpected(root.error());
  // Another machine's files say nothing of this CPU.
  const bool is_here = *root == "/";
  return std::vector<NamedFacts>{
      {is_here ? "this machine" : root->string(),
       ReadMachineFacts(*root, is_here ? ThisMachine() : MachineSource{}),
       {}}};
}

int PrintDetection(const DetectFlags& flags) {
  const auto machines = MachinesOf(flags);
  if (!machines) {
    return Complain(machines.error(), flags.facts.empty() ? kExitUsage : kExitFailure);
  }
  std::string text;
  if (flags.format == "json") {
    text = DetectionsJson(*machines);
  } else {
    for (const auto& each : *machines) text += (text.empty() ? "" : "\n") + DetectionText(each);
  }
  int exit_code = PrintAnswer(text);
  for (const auto& machine : *machines) {
    if (machine.error.empty()) continue;
    exit_code =
        Complain({ErrorCode::kInvalidArgument, flags.facts + ": " + machine.error}, kExitFailure);
  }
  return exit_code;
}

}  // namespace

void AddDetectCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<DetectFlags>();
  auto* command = app.add_subcommand("detect", "Say what runs this machine, and why");
  command->add_option("--format", flags->format)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  auto* root = command->add_option("--root", flags->root,
                                   "Folder that holds the /proc and /sys of another machine");
  root->capture_default_str();
  command
      ->add_option("--facts", flags->facts,
                   "JSON file of the facts of one machine or several, in place of this one")
      ->excludes(root);
  command->footer(kExplanation);
  command->callback([flags, &chosen] { chosen = [flags] { return PrintDetection(*flags); }; });
}

}  // namespace hypergauge::probes
