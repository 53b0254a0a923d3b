#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/schedule_text.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr std::chrono::seconds kDrawEvery{1};

struct Flags {
  std::vector<std::string> hosts;
  std::string since = "1h";
  std::string format;
  bool watch = false;
};

Result<v1::GetScheduleRequest> RequestOf(const Flags& flags) {
  v1::GetScheduleRequest request;
  *request.mutable_hosts() = {flags.hosts.begin(), flags.hosts.end()};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto since = ParseSince(flags.since, std::chrono::nanoseconds(now).count());
  if (!since) return Annotate(since.error(), "--since");
  // 0 would ask for the last hour.
  request.set_since_unix_nanos(std::max<int64_t>(*since, 1));
  return request;
}

// As many lines as a screen holds: a terminal that scrolls cannot be drawn over.
std::string FirstLines(const std::string& text, int lines) {
  size_t end = 0;
  for (int line = 0; line < lines; ++line) {
    const size_t newline = text.find('\n', end);
    if (newline == std::string::npos) return text;
    end = newline + 1;
  }
  return end == text.size() ? text : text.substr(0, end) + "...";
}

void Draw(const std::string& text, const Terminal& terminal) {
  if (terminal.is_terminal) {
    std::cout << "\x1b[H\x1b[2J" << FirstLines(text, terminal.height - 1) << std::flush;
  } else {
    std::cout << text << std::endl;
  }
}

// Until somebody ends the program; each time the terminal may have another size.
int Watch(Client& client, const Settings& settings, const Flags& flags) {
  while (true) {
    const auto request = RequestOf(flags);
    if (!request) return ExitWith(request.error());
    const auto answer = client.GetSchedule(*request);
    if (!answer) return ExitWith(answer.error());
    const auto terminal = OutputTerminal(settings);
    Draw(ScheduleText(*answer, request->since_unix_nanos(), terminal), terminal);
    if (!std::cout) return kExitFailure;
    std::this_thread::sleep_for(kDrawEvery);
  }
}

int Schedule(const Settings& settings, const Flags& flags) {
  if (flags.watch && (flags.format == kFormatJson || flags.format == kFormatCsv)) {
    return ExitWith({ErrorCode::kInvalidArgument, "--watch shows text, not " + flags.format});
  }
  Client client(settings.server);
  if (flags.watch) return Watch(client, settings, flags);
  const auto request = RequestOf(flags);
  if (!request) return ExitWith(request.error());
  const auto answer = client.GetSchedule(*request);
  if (!answer) return ExitWith(answer.error());
  const auto text = [&] {
    return ScheduleText(*answer, request->since_unix_nanos(), OutputTerminal(settings));
  };
  return Print(
      FormatOf(settings, flags.format),
      {text, [&] { return Json(*answer); }, [&] { return ScheduleListing(*answer).CsvText(); }});
}

}  // namespace

void AddScheduleCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* schedule = app.add_subcommand(
      "schedule", "Draw who measured, measures and will measure on each host, and why not");
  schedule->fallthrough();
  schedule->add_option("--host", flags->hosts, "Only this host; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  schedule
      ->add_option("--since", flags->since,
                   "Where the timeline begins: 15m, 2d ... ago, or a day or moment in UTC: "
                   "2026-11-23, 2026-11-23T20:30:12Z")
      ->capture_default_str();
  AddFormat(*schedule, flags->format);
  schedule->add_flag("--watch", flags->watch, "Draw it anew every second until Ctrl-C");
  schedule->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Schedule(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
