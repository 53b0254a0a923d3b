#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <vector>

#include "aggregator/analysis/data_set.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/export_writer.h"
#include "cli/history_pages.h"
#include "cli/terminal_text.h"
#include "cli/wait.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::string form = kAsCsv;
  std::vector<std::string> nodes;
  std::vector<std::string> benchmarks;
  std::string since = "30d";
  std::string until;
  std::string suite;
  bool all = false;
  std::string name = "fleet";
  std::string output;
};

Result<v1::GetHistoryRequest> RequestOf(const Flags& flags) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_nanos = std::chrono::nanoseconds(now).count();
  const auto since = ParseSince(flags.since, now_nanos);
  if (!since) return Annotate(since.error(), "--since");
  Result<int64_t> until = now_nanos;
  if (!flags.until.empty()) until = ParseSince(flags.until, now_nanos);
  if (!until) return Annotate(until.error(), "--until");
  if (*until <= *since) {
    return Fail(ErrorCode::kInvalidArgument, "--until: must be after --since");
  }
  if (flags.form == kAsDataset && flags.all) {
    return Fail(ErrorCode::kInvalidArgument,
                "--all: a data set has one quantity a benchmark, the primary one");
  }
  v1::GetHistoryRequest request;
  *request.mutable_benchmarks() = {flags.benchmarks.begin(), flags.benchmarks.end()};
  // Sizes of several suites are not to be mixed.
  const bool needs_suite = flags.form == kAsDataset && flags.suite.empty();
  request.set_suite(needs_suite ? "light" : flags.suite);
  request.set_since_unix_nanos(std::max<int64_t>(*since, 1));
  request.set_until_unix_nanos(*until);
  request.set_all_quantities(flags.all);
  return request;
}

// Those that were named, or all. Errors: kNotFound.
Result<std::vector<v1::Node>> NodesOf(Client& client, const Flags& flags) {
  v1::ListNodesRequest request;
  request.set_brief(true);
  const auto answer = client.ListNodes(request);
  if (!answer) return tl::unexpected(answer.error());
  std::set<std::string> missing(flags.nodes.begin(), flags.nodes.end());
  const bool all = missing.empty();
  std::vector<v1::Node> nodes;
  for (const auto& node : answer->nodes()) {
    if (all || missing.erase(node.label()) > 0) nodes.push_back(node);
  }
  if (missing.empty()) return nodes;
  return Fail(ErrorCode::kNotFound, "there is no node \"" + *missing.begin() + "\"");
}

Result<void> Read(Client& client, v1::GetHistoryRequest request, const std::vector<v1::Node>& nodes,
                  const std::ostream& out, ExportWriter& writer) {
  ProgressDisplay display(ProgressDisplay::kOnTerminalsOnly);
  const int64_t since = request.since_unix_nanos();
  const auto span = static_cast<double>(request.until_unix_nanos() - since);
  const auto ask = [&](const auto& asked) { return client.GetHistory(asked); };
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto& node = nodes[i];
    request.clear_nodes();
    request.add_nodes(node.label());
    const auto take = [&](const v1::GetHistoryResponse& page, int64_t until) -> Result<void> {
      for (const auto& series : page.series()) {
        if (!series.points().empty()) writer.Add(node, series);
      }
      const double done = static_cast<double>(i) + static_cast<double>(until - since) / span;
      display.Show(ShareLine(done / static_cast<double>(nodes.size()),
                             "node " + std::to_string(i + 1) + " of " +
                                 std::to_string(nodes.size()) + "  " + TerminalText(node.label())));
      if (out) return {};
      return Fail(ErrorCode::kInternal, "the output takes no more");
    };
    if (auto read = ReadWholeHistory(request, ask, take); !read) return read;
  }
  return {};
}

Result<void> Write(const Settings& settings, const Flags& flags, std::ostream& out) {
  const auto request = RequestOf(flags);
  if (!request) return tl::unexpected(request.error());
  Client client(settings.server);
  const auto nodes = NodesOf(client, flags);
  if (!nodes) return tl::unexpected(nodes.error());
  const auto writer = MakeExportWriter(flags.form, flags.name, out);
  if (auto read = Read(client, *request, *nodes, out, *writer); !read) return read;
  const auto note = writer->Finish();
  if (!note) return tl::unexpected(note.error());
  if (!note->empty()) std::cerr << "hypergauge: " << *note << "\n";
  out.flush();
  if (out) return {};
  return Fail(ErrorCode::kInternal, "the output takes no more");
}

// Beside its place first: a file that is there stays as it was until the new one is whole. What is
// no file, a pipe or a device, is written itself.
Result<void> WriteFile(const Settings& settings, const Flags& flags) {
  std::error_code ignored;
  const auto status = std::filesystem::status(flags.output, ignored);
  const bool is_special =
      std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  const std::string part = is_special ? flags.output : flags.output + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) return tl::unexpected(FromErrno(errno, part));
  auto written = Write(settings, flags, file);
  file.close();
  if (written && !file) written = Fail(ErrorCode::kInternal, part + ": cannot be written");
  if (is_special) return written;
  if (written && std::rename(part.c_str(), flags.output.c_str()) != 0) {
    written = tl::unexpected(FromErrno(errno, flags.output));
  }
  if (!written) std::remove(part.c_str());
  return written;
}

int Export(const Settings& settings, const Flags& flags) {
  if (const auto named = analysis::CheckDataSetName(flags.name); !named) {
    return ExitWith({named.error().code, "--name: " + named.error().message});
  }
  const auto written =
      flags.output.empty() ? Write(settings, flags, std::cout) : WriteFile(settings, flags);
  return written ? kExitOk : ExitWith(written.error());
}

}  // namespace

void AddExportCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand(
      "export", "Write the figures of all clean runs, for other programs or for import");
  command->fallthrough();
  command
      ->add_option("--as", flags->form,
                   "csv or jsonl: a line a figure; openmetrics: for promtool tsdb "
                   "create-blocks-from openmetrics; dataset: for hypergauge import")
      ->check(CLI::IsMember({kAsCsv, kAsJsonLines, kAsOpenMetrics, kAsDataset}))
      ->capture_default_str();
  command->add_option("--node", flags->nodes, "Only of this node; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      ->add_option("--benchmark", flags->benchmarks,
                   "Only of this benchmark; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--since", flags->since, "90d, 12h ... ago, or a day or moment in UTC")
      ->capture_default_str();
  command->add_option("--until", flags->until, "Likewise; by default now");
  command->add_option("--suite", flags->suite, "Only runs of this suite; of a data set light")
      ->check(CLI::IsMember({"light", "standard", "pilot"}));
  command->add_flag("--all", flags->all, "Every quantity, not only each benchmark's primary one");
  command->add_option("--name", flags->name, "What the data set is called")->capture_default_str();
  command->add_option("--output", flags->output, "File to write, in place of standard output");
  command->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Export(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
