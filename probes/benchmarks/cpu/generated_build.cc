#include <cstdint>
#include <fstream>
#include <system_error>
#include <vector>

#include "probes/benchmarks/cpu/build.h"
#include "probes/benchmarks/cpu/c_program.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

// More than a unit's source and object, and than a dynamic program, have here: what the first
// build may write before it is known.
constexpr uint64_t kUnitBytes = 16 << 10;
constexpr uint64_t kProgramBytes = 64 << 10;

constexpr const char* kProgram = "program";

// Errors: kInternal unless it ended with 0.
Result<void> RunCompiler(const Context& context, const fs::path& folder,
                         std::vector<std::string> argv) {
  auto done = RunInBuild(context, folder, std::move(argv));
  return done ? CheckEnded("cc", *done) : tl::unexpected(done.error());
}

uint64_t SizeOf(const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  return missing ? 0 : size;
}

std::string Source(uint32_t unit) {
  return "unit" + std::to_string(unit) + ".c";
}
std::string Object(uint32_t unit) {
  return "unit" + std::to_string(unit) + ".o";
}

class GeneratedBuild final : public Build {
 public:
  GeneratedBuild(uint32_t units, fs::path folder)
      : units_(units),
        folder_(std::move(folder)),
        expected_(ExpectedOutput(units)),
        bytes_(units_ * kUnitBytes + kProgramBytes) {}

  // Whether cc compiles, links and makes programs that run here at all.
  Result<void> TryCompiler(Context& context) {
    if (context.WriteLeft() < bytes_) return NoRoom();
    if (auto written = Write("try.c", MainText(0)); !written) return written;
    auto compiled = RunCompiler(context, folder_, {"cc", "-pipe", "try.c", "-o", "try"});
    context.report.bytes_written += SizeOf(folder_ / "try");
    if (compiled) {
      auto ran = RunInBuild(context, folder_, {"./try"});
      compiled = ran ? CheckEnded("its program", *ran) : tl::unexpected(ran.error());
    }
    if (compiled || compiled.error().code == ErrorCode::kCancelled) return compiled;
    return Fail(ErrorCode::kUnsupported, "cc does not work: " + compiled.error().message);
  }

  Result<void> WriteSources(Context& context) {
    for (uint32_t i = 0; i < units_; ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while writing sources");
      const auto text = UnitText(i);
      if (auto written = Write(Source(i), text); !written) return written;
      context.report.bytes_written += text.size();
    }
    return Write("main.c", MainText(units_));
  }

  Result<BuildDone> Run(Context& context) override {
    if (context.WriteLeft() < bytes_) return tl::unexpected(NoRoom().error());
    RemoveProducts();  // what an earlier build left must not pass for this one's
    const auto start = context.clock->MonotonicRaw();
    auto built = CompileAndLink(context);
    BuildDone done;
    done.elapsed = context.clock->MonotonicRaw() - start;
    bytes_ = ProductBytes();
    context.report.bytes_written += bytes_;
    if (!built) return tl::unexpected(built.error());
    auto ran = RunInBuild(context, folder_, {std::string("./") + kProgram});
    if (!ran) return tl::unexpected(ran.error());
    if (auto right = Check(*ran); !right) return tl::unexpected(right.error());
    done.answer = "the program of " + std::to_string(units_) + " units printed " +
                  expected_.substr(0, expected_.size() - 1);
    return done;
  }

 private:
  static Result<void> NoRoom() {
    return Fail(ErrorCode::kCeilingReached, "no room to write another build");
  }

  [[nodiscard]] Result<void> Write(const std::string& name, const std::string& text) const {
    std::ofstream file(folder_ / name);
    file << text;
    file.close();
    if (file) return {};
    return tl::unexpected(FromErrno(errno, "cannot write " + (folder_ / name).string()));
  }

  Result<void> CompileAndLink(const Context& context) {
    std::vector<std::string> link{"cc", "-pipe", "main.c", "-o", kProgram};
    for (uint32_t i = 0; i < units_; ++i) {
      auto compiled =
          RunCompiler(context, folder_, {"cc", "-O2", "-pipe", "-c", Source(i), "-o", Object(i)});
      if (!compiled) return compiled;
      link.push_back(Object(i));
    }
    return RunCompiler(context, folder_, std::move(link));
  }

  void RemoveProducts() const {
    std::error_code ignored;
    for (uint32_t i = 0; i < units_; ++i) fs::remove(folder_ / Object(i), ignored);
    fs::remove(folder_ / kProgram, ignored);
  }

  [[nodiscard]] uint64_t ProductBytes() const {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < units_; ++i) bytes += SizeOf(folder_ / Object(i));
    bytes += SizeOf(folder_ / kProgram);
    return bytes;
  }

  [[nodiscard]] Result<void> Check(const ProcessOutput& ran) const {
    auto ended = CheckEnded("cc ended with 0 and yet: the compiled program", ran);
    if (!ended) return Fail(ErrorCode::kWrongAnswer, ended.error().message);
    if (ran.out == expected_) return {};
    return Fail(ErrorCode::kWrongAnswer, "the compiled program printed \"" + ran.out.substr(0, 40) +
                                             "\" instead of \"" + expected_ + "\"");
  }

  uint32_t units_;
  fs::path folder_;
  std::string expected_;
  uint64_t bytes_;  ///< that the next build may write
};

}  // namespace

Result<std::unique_ptr<Build>> PrepareGeneratedBuild(Context& context, uint32_t units,
                                                     const fs::path& folder) {
  auto build = std::make_unique<GeneratedBuild>(units, folder);
  if (auto works = build->TryCompiler(context); !works) return tl::unexpected(works.error());
  if (auto written = build->WriteSources(context); !written) {
    return tl::unexpected(written.error());
  }
  return build;
}

}  // namespace hypergauge::probes
