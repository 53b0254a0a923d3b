// hardinfo's Blowfish, the figure that the pilot of 2011 compared hypervisors by. It depends on how
// the distribution compiled hardinfo: comparable only between machines of the same tool_version.
#include <cstdio>
#include <sstream>

#include "probes/benchmark.h"
#include "probes/benchmarks/tools/hardinfo.h"
#include "probes/benchmarks/tools/tool.h"

namespace hypergauge::probes {

Result<HardinfoFigures> ParseHardinfo(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::istringstream values(line.substr(equals + 1));
    HardinfoFigures figures;
    double elapsed = 0;
    char first = 0;
    char second = 0;
    char last = 0;
    values >> figures.seconds >> first >> elapsed >> second >> figures.threads >> last;
    if (!values || first != ';' || second != ';' || last != '|') continue;
    if (figures.seconds > 0 && elapsed > 0 && figures.threads > 0) return figures;
    return Fail(ErrorCode::kWrongAnswer, "hardinfo claims a result of " +
                                             std::to_string(figures.seconds) + " s on " +
                                             std::to_string(figures.threads) + " threads");
  }
  return Fail(ErrorCode::kWrongAnswer, "hardinfo printed no result");
}

namespace {

class ToolHardinfo final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    const auto path = FindProgram("hardinfo");
    return path ? Result<void>() : tl::unexpected(path.error());
  }

  Result<void> Prepare(Context& context) override {
    auto tool = Tool::Open(context, "hardinfo");
    if (!tool) return tl::unexpected(tool.error());
    hardinfo_ = std::move(*tool);
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    // The benchmark reads CPUs and machine by the other two modules.
    const auto output =
        hardinfo_.Run(context, {.arguments = {"-r", "-m", "benchmark.so", "-m", "devices.so", "-m",
                                              "computer.so", "-b", "CPU Blowfish", "-g", "conf"},
                                .limit = std::chrono::seconds(120)});
    if (!output) return tl::unexpected(output.error());
    if (auto ended = CheckExit("hardinfo", *output); !ended) return tl::unexpected(ended.error());
    const auto figures = ParseHardinfo(output->out);
    if (!figures) return FailOutput(figures.error().message, *output);
    context.report.threads = figures->threads;
    context.report.answer = "hardinfo's own; it checks none";
    return std::vector<double>{figures->seconds};
  }

 private:
  Tool hardinfo_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_hardinfo",
        .version = 1,
        .category = "tools",
        .help = "hardinfo's CPU Blowfish on all CPUs",
        .quantities = {{.family = "tool_hardinfo_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "hardinfo's own figure of its CPU Blowfish"}},
        .resources = {"cpu"},
        .default_work = {.size = 1, .work_unit = "hardinfo CPU Blowfish"},
    },
    [] { return std::make_unique<ToolHardinfo>(); });

}  // namespace
}  // namespace hypergauge::probes
