#pragma once

#include <functional>
#include <string>

#include "cli/settings.h"

/// What `hypergauge` can do, a command a function: each adds its subcommand and flags to `app`, and
/// puts what is to be done into `chosen` when it is the one that was asked for.
namespace hypergauge::cli {

/// Does the work and returns the exit code.
using Command = std::function<int()>;

/// hypergauge results [--wait]
void AddResultsCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge nodes [list], hypergauge nodes remove NODE
void AddNodesCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge events [--node N]... [--kind K]... [--since WHEN] [--limit N]
void AddEventsCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge history NODE [BENCHMARK]... [--since W] [--until W] [--with-host]
void AddHistoryCommand(CLI::App& app, const Settings& settings, Command& chosen);

/// hypergauge regressions [list] [--node N]... [--state S]..., and show, ack, accept, mute ID
void AddRegressionsCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge compare [--dataset D] [--scale ratio|pilot] [--storage PATH]
void AddCompareCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge import FILE [--name N] [--replace] [--storage PATH]
void AddImportCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge export [--node N]... [--benchmark B]... [--as csv|jsonl|openmetrics|dataset]
void AddExportCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge report [--dataset D] [--format F] [--output FILE] [--storage PATH]
void AddReportCommand(CLI::App& app, const Settings& settings, Command& chosen);

/// hypergauge schedule [--host H]... [--since WHEN] [--watch]
void AddScheduleCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge run-now NODE [--suite S] [--benchmark B]... [--wait]; also called run
void AddRunNowCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge pause [HOST] [--for D] [--reason TEXT]
void AddPauseCommand(CLI::App& app, const Settings& settings, Command& chosen);
/// hypergauge resume [HOST]
void AddResumeCommand(CLI::App& app, const Settings& settings, Command& chosen);

/// hypergauge top [--once] [--interval D]
void AddTopCommand(CLI::App& app, const Settings& settings, Command& chosen);

/// hypergauge completion bash|zsh|fish
void AddCompletionCommand(CLI::App& app, Command& chosen);

/// hypergauge changepoints [--format F] [--min-effect R] [--direction D] FILE...
void AddChangePointsCommand(CLI::App& app, Command& chosen);

}  // namespace hypergauge::cli
