#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/exit.h"

namespace hypergauge::cli {

void AddCompletionCommand(CLI::App& app, Command& chosen) {
  constexpr const char* kProgram = "hypergauge";
  const auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand(
      "completion", "Print a script for a shell: source <(hypergauge completion bash)");
  command->fallthrough();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  command->callback([&app, &chosen, shell] {
    chosen = [&app, shell] {
      if (*shell == "zsh") return PrintText(ZshCompletion(app, kProgram));
      if (*shell == "fish") return PrintText(FishCompletion(app, kProgram));
      return PrintText(BashCompletion(app, kProgram));
    };
  });
}

}  // namespace hypergauge::cli
