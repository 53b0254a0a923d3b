// The system's C compiler at work: generated units, or, as the pilot did with httpd, `make` on a
// tree of sources. Processes, small files and much code that jumps around.
#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/build.h"
#include "probes/benchmarks/cpu/compiler.h"
#include "probes/benchmarks/scratch_folder.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMostUnits = 10'000;
constexpr const char* kTree = "tree";

class Compile final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (!FindProgram("cc")) {
      return Fail(ErrorCode::kUnsupported, "there is no C compiler: PATH leads to no cc");
    }
    if (!context.Option(kTree).empty() && !FindProgram("make")) {
      return Fail(ErrorCode::kUnsupported, "option tree needs make, and PATH leads to none");
    }
    return {};
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (context.size < 1 || context.size > kMostUnits) {
      return Fail(ErrorCode::kInvalidArgument, "compile takes 1 to " + std::to_string(kMostUnits) +
                                                   " units, not " + std::to_string(context.size));
    }
    auto folder = ScratchFolder::Make(context.work_dir);
    if (!folder) return tl::unexpected(folder.error());
    folder_ = std::move(*folder);
    if (auto named = NameCompiler(context); !named) return named;
    const std::string tree = context.Option(kTree);
    auto build = tree.empty() ? PrepareGeneratedBuild(context, static_cast<uint32_t>(context.size),
                                                      folder_.path())
                              : PrepareTreeBuild(tree, folder_.path());
    if (!build) return tl::unexpected(build.error());
    build_ = std::move(*build);
    std::error_code gone;
    context.report.threads = 1;
    context.report.labels["source"] =
        tree.empty() ? "generated" : std::filesystem::canonical(tree, gone).filename().string();
    return {};
  }

  // Not SecondsPerBatch, since copying and checking are not to be timed.
  Result<std::vector<double>> Sample(Context& context) override {
    std::chrono::nanoseconds total{};
    int builds = 0;
    do {
      auto done = build_->Run(context);
      if (!done) return tl::unexpected(done.error());
      context.report.answer = done->answer;
      total += done->elapsed;
      ++builds;
    } while (total < context.sample_time && !context.Stopped());
    return std::vector<double>{ToSeconds(total) / builds};
  }

 private:
  Result<void> NameCompiler(Context& context) const {
    auto said = RunInBuild(context, folder_.path(), {"cc", "--version"});
    if (!said) return tl::unexpected(said.error());
    const auto compiler = ParseCompilerName(said->out);
    context.report.labels["compiler"] = compiler.name;
    context.report.labels["compiler_version"] = compiler.version;
    return {};
  }

  ScratchFolder folder_;
  std::unique_ptr<Build> build_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "compile",
        .version = 1,
        .category = "cpu",
        .help = "The system's C compiler on generated units, or make on a tree of sources",
        .quantities = {{.family = "compile_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one build from nothing, of the suite's size or the tree"}},
        .work = {{Suite::kLight, {.size = 4, .work_unit = "4 C units", .bytes_written = 512 << 10}},
                 {Suite::kStandard,
                  {.size = 20, .work_unit = "20 C units", .bytes_written = 1 << 20}},
                 {Suite::kPilot,
                  {.size = 50,
                   .work_unit = "make on the option tree, else 50 C units",
                   .bytes_written = 2 << 20}}},
        .resources = {"cpu"},
        .options = {{kTree,
                     "Folder of configured C sources on a copy of which make is run, as the pilot "
                     "did with httpd"}},
    },
    [] { return std::make_unique<Compile>(); });

}  // namespace
}  // namespace hypergauge::probes
