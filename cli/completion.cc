#include "cli/completion.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace hypergauge::cli {
namespace {

// Of a type's text such as "TEXT:{table,json,csv}", as CLI11's validators describe themselves.
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto begin = type.find('{');
  const auto end = type.find('}', begin);
  std::vector<std::string> choices;
  if (begin == std::string::npos || end == std::string::npos) return choices;
  for (size_t at = begin + 1; at < end;) {
    const size_t next = std::min(type.find(',', at), end);
    choices.push_back(type.substr(at, next - at));
    at = next + 1;
  }
  return choices;
}

std::string Joined(const std::vector<std::string>& words, const char* between = " ") {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

bool TakesValue(const CLI::Option& option) {
  return option.get_items_expected_max() != 0;  // a flag's type has a size, too
}

std::vector<const CLI::Option*> OptionsOf(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return !option->get_lnames().empty(); });
}

// A command's names: "run-now", "run".
std::vector<std::string> NamesOf(const CLI::App& command) {
  std::vector<std::string> names = {command.get_name()};
  for (const auto& alias : command.get_aliases()) names.push_back(alias);
  return names;
}

// Calls `each` for the program and every command below it, with its words: "hypergauge nodes list".
using Visitor = std::function<void(const CLI::App& command, const std::string& path)>;
void Visit(const CLI::App& app, const std::string& path, const Visitor& each) {
  each(app, path);
  for (const auto* command : app.get_subcommands({})) {
    for (const auto& name : NamesOf(*command)) Visit(*command, path + " " + name, each);
  }
}

// Everywhere, for commands fall through to the program.
std::vector<std::string> WordsOf(const CLI::App& command, const CLI::App& program) {
  std::vector<std::string> words;
  for (const auto* below : command.get_subcommands({})) words.push_back(below->get_name());
  for (const auto* option : OptionsOf(command)) words.push_back("--" + option->get_lnames()[0]);
  if (&command == &program) return words;
  for (const auto* option : OptionsOf(program)) {
    const auto& name = option->get_lnames()[0];
    if (name != "help" && name != "version") words.push_back("--" + name);
  }
  return words;
}

std::string BashValues(const CLI::App& command, const std::string& path) {
  std::string text;
  for (const auto* option : OptionsOf(command)) {
    if (!TakesValue(*option)) continue;
    const auto choices = ChoicesOf(*option);
    text += "    \"" + path + " --" + option->get_lnames()[0] + "\") ";
    text += choices.empty() ? "return ;;\n" : "words=\"" + Joined(choices) + "\" ;;\n";
  }
  return text;
}

// Choices of an argument that is no flag, such as completion's SHELL.
std::vector<std::string> ArgumentChoices(const CLI::App& command) {
  std::vector<std::string> all;
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) continue;
    for (auto& choice : ChoicesOf(*option)) all.push_back(std::move(choice));
  }
  return all;
}

std::string FishQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string FishOption(const std::string& program, const std::string& condition,
                       const CLI::Option& option) {
  std::string text = "complete -c " + program + condition + " -l " + option.get_lnames()[0];
  const auto choices = ChoicesOf(option);
  if (TakesValue(option)) text += choices.empty() ? " -r" : " -x -a " + FishQuoted(Joined(choices));
  return text + " -d " + FishQuoted(option.get_description()) + "\n";
}

}  // namespace

std::string BashCompletion(const CLI::App& app, const std::string& program) {
  std::vector<std::string> paths;
  std::string values;
  std::string words;
  Visit(app, program, [&](const CLI::App& command, const std::string& path) {
    if (&command != &app) paths.push_back("\"" + path + "\"");
    if (&command != &app) values += BashValues(command, path);
    auto all = ArgumentChoices(command);
    for (auto& word : WordsOf(command, app)) all.push_back(std::move(word));
    words += "    \"" + path + "\") words=\"" + Joined(all) + "\" ;;\n";
  });
  values += BashValues(app, "\"*\"");  // the program's own flags may stand anywhere
  const std::string function = "_" + program;
  return "# bash completion of " + program + "; made by `" + program + " completion bash`\n" +
         function + "() {\n" +
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local path=" +
         program +
         " word words=\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$path $word\" in\n"
         "      " +
         Joined(paths, "|") +
         ") path=\"$path $word\" ;;\n"
         "    esac\n"
         "  done\n"
         "  COMPREPLY=()\n"
         "  case \"$path $prev\" in\n" +
         values +
         "  esac\n"
         "  [[ -n $words ]] || case \"$path\" in\n" +
         words +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "}\n"
         "complete -o default -F " +
         function + " " + program + "\n";
}

std::string ZshCompletion(const CLI::App& app, const std::string& program) {
  return "#compdef " + program + "\nautoload -U +X bashcompinit && bashcompinit\n" +
         BashCompletion(app, program);
}

std::string FishCompletion(const CLI::App& app, const std::string& program) {
  std::string text =
      "# fish completion of " + program + "; made by `" + program + " completion fish`\n";
  for (const auto* option : OptionsOf(app)) text += FishOption(program, "", *option);
  for (const auto* command : app.get_subcommands({})) {
    text += "complete -c " + program + " -f -n __fish_use_subcommand -a " + command->get_name() +
            " -d " + FishQuoted(command->get_description()) + "\n";
    const std::string condition =
        " -n " + FishQuoted("__fish_seen_subcommand_from " + Joined(NamesOf(*command)));
    for (const auto* option : OptionsOf(*command)) text += FishOption(program, condition, *option);
    for (const auto* below : command->get_subcommands({})) {
      text += "complete -c " + program + " -f" + condition + " -a " + below->get_name() + " -d " +
              FishQuoted(below->get_description()) + "\n";
    }
    const auto choices = ArgumentChoices(*command);
    if (!choices.empty()) {
      text += "complete -c " + program + " -f" + condition + " -a " + FishQuoted(Joined(choices)) +
              "\n";
    }
  }
  return text;
}

}  // namespace hypergauge::cli
