// make and cc on a small program in C: processes, files and a compiler at work.
#include "probes/benchmark.h"
#include "probes/benchmarks/tools/source_tree.h"
#include "probes/benchmarks/tools/tool.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMostUnits = 1000;
constexpr std::chrono::seconds kVersionLimit(10);
constexpr std::chrono::seconds kMakeLimit(300);

// Of all files: what make wrote, and the sources, which are few.
uint64_t BytesOf(const std::filesystem::path& folder) {
  uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    bytes += file.file_size(ignored);
  }
  return bytes;
}

class ToolMake final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    for (const char* name : {"make", "cc"}) {
      if (const auto path = FindProgram(name); !path) return tl::unexpected(path.error());
    }
    return {};
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (context.size > kMostUnits) {
      return Fail(ErrorCode::kInvalidArgument,
                  "tool_make takes sizes up to 1000, not " + std::to_string(context.size));
    }
    auto cc = Tool::Open(context, "cc", "-dumpfullversion");
    if (!cc) return tl::unexpected(cc.error());
    context.report.libraries["cc"] = cc->version();
    context.report.labels["compiler_version"] = cc->version();
    auto make = Tool::Open(context, "make");
    if (!make) return tl::unexpected(make.error());
    make_ = std::move(*make);
    context.report.threads = context.Threads();
    return WriteSourceTree(make_.folder(), static_cast<int>(context.size));
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::error_code ignored;
    std::filesystem::remove(Program(), ignored);
    const auto output = make_.Run(
        context,
        {.arguments = {"-s", "-B", "-j" + std::to_string(context.Threads())}, .limit = kMakeLimit});
    if (!output) return tl::unexpected(output.error());
    if (auto ended = CheckExit("make", *output); !ended) return tl::unexpected(ended.error());
    if (auto checked = CheckProgram(context, *output); !checked) {
      return tl::unexpected(checked.error());
    }
    context.report.bytes_written += BytesOf(make_.folder());
    return std::vector<double>{output->seconds};
  }

 private:
  [[nodiscard]] std::filesystem::path Program() const { return make_.folder() / "program"; }

  Result<void> CheckProgram(Context& context, const ProcessOutput& made) const {
    if (!std::filesystem::exists(Program())) return FailOutput("make made no program", made);
    const ProcessPlan plan{.argv = {Program().string()},
                           .environment = {"LC_ALL=C"},
                           .folder = make_.folder(),
                           .input = {},
                           .limit = kVersionLimit,
                           .clock = context.clock,
                           .stopped = [&context] { return context.Stopped(); }};
    const auto output = RunToEnd(plan);
    if (!output) return tl::unexpected(output.error());
    const auto answer = SourceTreeAnswer(static_cast<int>(context.size));
    if (output->out != answer + "\n") {
      return FailOutput("the program that make made does not print " + answer, *output);
    }
    context.report.answer =
        "the program of " + std::to_string(context.size) + " C files printed " + answer;
    return {};
  }

  Tool make_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_make",
        .version = 1,
        .category = "tools",
        .help = "make and cc on generated C files, as many at once as CPUs may be used",
        .quantities = {{.family = "tool_make_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one make of all generated files and the program"}},
        .resources = {"cpu", "disk"},
        .default_work = {.size = 16,
                         .work_unit = "16 C files and a program",
                         .bytes_written = 1 << 20},
    },
    [] { return std::make_unique<ToolMake>(); });

}  // namespace
}  // namespace hypergauge::probes
