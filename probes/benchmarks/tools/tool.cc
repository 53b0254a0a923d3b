#include "probes/benchmarks/tools/tool.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace hypergauge::probes {
namespace {

constexpr std::chrono::seconds kVersionLimit(10);
constexpr size_t kLongestWords = 300;

bool IsDigit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::string_view LastLine(std::string_view text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const auto newline = text.find_last_of("\r\n");
  return newline == std::string_view::npos ? text : text.substr(newline + 1);
}

}  // namespace

std::string VersionIn(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (!IsDigit(text[at])) continue;
    size_t end = at;
    const auto belongs = [](char letter) {
      return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
             std::strchr(".-+~", letter) != nullptr;
    };
    while (end < text.size() && text[end] != '\0' && belongs(text[end])) ++end;
    const auto word = text.substr(at, end - at);
    const auto dot = word.find('.');
    if (dot != std::string_view::npos && dot + 1 < word.size() && IsDigit(word[dot + 1])) {
      return std::string(word.substr(0, word.find_last_not_of(".-+~") + 1));
    }
    at = end;
  }
  return {};
}

std::string LastWords(const ProcessOutput& output) {
  auto line = LastLine(output.err);
  if (line.empty()) line = LastLine(output.out);
  std::string words(line.substr(0, kLongestWords));
  std::replace_if(
      words.begin(), words.end(),
      [](char letter) { return std::iscntrl(static_cast<unsigned char>(letter)) != 0; }, ' ');
  return words;
}

Result<void> CheckExit(const std::string& name, const ProcessOutput& output) {
  if (output.exit_code == 0 && output.signal == 0) return {};
  const auto how = output.signal != 0 ? " was killed by signal " + std::to_string(output.signal)
                                      : " ended with exit code " + std::to_string(output.exit_code);
  const auto words = LastWords(output);
  return Fail(ErrorCode::kInternal, name + how + (words.empty() ? "" : ": " + words));
}

tl::unexpected<Error> FailOutput(const std::string& what, const ProcessOutput& output) {
  const auto words = LastWords(output);
  return Fail(ErrorCode::kWrongAnswer,
              what + (words.empty() ? "; it said nothing" : "; it said last: " + words));
}

Result<Tool> Tool::Open(Context& context, const std::string& name,
                        const std::string& version_flag) {
  auto path = FindProgram(name);
  if (!path) return tl::unexpected(path.error());
  auto folder = ScratchFolder::Make(context.work_dir);
  if (!folder) return tl::unexpected(folder.error());
  Tool tool;
  tool.name_ = name;
  tool.path_ = std::move(*path);
  tool.folder_ = std::move(*folder);
  auto output = tool.Run(context, {.arguments = {version_flag}, .limit = kVersionLimit});
  if (!output) return tl::unexpected(output.error());
  if (auto ended = CheckExit(name, *output); !ended) return tl::unexpected(ended.error());
  tool.version_ = VersionIn(output->out.empty() ? output->err : output->out);
  if (tool.version_.empty()) {
    return FailOutput(name + " " + version_flag + " tells no version", *output);
  }
  context.report.labels["tool_version"] = tool.version_;
  context.report.labels["tool_path"] = tool.path_.string();
  return tool;
}

Result<ProcessOutput> Tool::Run(const Context& context, const ToolCommand& command) const {
  ProcessPlan plan{.argv = {path_.string()},
                   .environment = SmallEnvironment(folder()),
                   .folder = folder(),
                   .input = command.input,
                   .limit = command.limit,
                   .clock = context.clock,
                   .stopped = [&context] { return context.Stopped(); }};
  plan.argv.insert(plan.argv.end(), command.arguments.begin(), command.arguments.end());
  plan.environment.insert(plan.environment.end(), command.environment.begin(),
                          command.environment.end());
  return RunToEnd(plan);
}

}  // namespace hypergauge::probes
