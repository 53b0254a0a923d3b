#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;
using testing::TempDir;

// PATH, as long as the object lives.
class Path {
 public:
  explicit Path(const std::string& value) : old_(getenv("PATH")) {
    setenv("PATH", value.c_str(), 1);
  }
  ~Path() { setenv("PATH", old_.c_str(), 1); }
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

  [[nodiscard]] const std::string& old() const { return old_; }

 private:
  std::string old_;
};

// A `cc` that is a shell script.
void WriteCompiler(const TempDir& folder, const std::string& script) {
  const auto file = folder.Write("cc", "#!/bin/sh\n" + script);
  fs::permissions(file, fs::perms::owner_all);
}

Error ErrorWithCompiler(const std::string& script) {
  const DiskFolder work;
  const TempDir folder;
  WriteCompiler(folder, script);
  const Path path(folder.path().string() + ":" + getenv("PATH"));
  auto context = QuickContext(2, work.path());
  const auto outcome = RunQuickly("compile", context);
  EXPECT_TRUE(work.IsEmpty());
  return outcome.status ? Error{ErrorCode::kInternal, "no error"} : outcome.status.error();
}

TEST(Compile, BuildsAndRunsTheProgramAndLeavesNothing) {
  const DiskFolder folder;
  auto context = QuickContext(2, folder.path());
  const auto outcome = RunQuickly("compile", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_TRUE(context.report.answer.starts_with("the program of 2 units printed "));
  EXPECT_EQ(context.report.labels["compiler"], "gcc");
  EXPECT_NE(context.report.labels["compiler_version"], "unknown");
  EXPECT_EQ(context.report.labels["source"], "generated");
  EXPECT_GT(context.report.bytes_written, 10'000U);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(Compile, FailsWhenTheProgramPrintsAnythingElse) {
  const auto error = ErrorWithCompiler(
      "while [ $# -gt 1 ]; do [ \"$1\" = -o ] && printf '#!/bin/sh\\necho 00000000\\n' > \"$2\" "
      "&& chmod +x \"$2\"; shift; done\n");
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_NE(error.message.find("printed \"00000000\n\" instead of"), std::string::npos)
      << error.message;
}

TEST(Compile, FailsWithACompilerThatSkipsTheUnits) {
  // It works at first, then says that all is well and does nothing: yesterday's program is no
  // answer.
  const auto error = ErrorWithCompiler("case \"$*\" in *try*) exec /usr/bin/cc \"$@\";; esac\n");
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_NE(error.message.find("cannot start ./program"), std::string::npos) << error.message;
}

TEST(Compile, TellsWhatTheCompilerSaid) {
  const auto error = ErrorWithCompiler(
      "case \"$*\" in *unit1.c*) echo ok; echo 'unit1.c:1: error: no luck' >&2; exit 3;; esac\n"
      "exec /usr/bin/cc \"$@\"\n");
  EXPECT_EQ(error.code, ErrorCode::kInternal);
  EXPECT_EQ(error.message, "cc ended with 3: unit1.c:1: error: no luck");
}

TEST(Compile, IsUnsupportedWithoutACompilerThatWorks) {
  const auto error = ErrorWithCompiler("echo 'fatal error: stdio.h: No such file' >&2; exit 1\n");
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_EQ(error.message, "cc does not work: cc ended with 1: fatal error: stdio.h: No such file");
}

TEST(Compile, IsUnsupportedWithoutACompiler) {
  const TempDir empty;
  const DiskFolder work;
  const Path path(empty.path().string());
  auto context = QuickContext(2, work.path());
  const auto outcome = RunQuickly("compile", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(outcome.status.error().message, "there is no C compiler: PATH leads to no cc");
}

TEST(Compile, StopsInsideABuildAndLeavesNothing) {
  const DiskFolder folder;
  const std::atomic<bool> stop = true;
  auto context = QuickContext(2, folder.path());
  context.stop = &stop;
  const auto sampled = SampleOnce("compile", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(Compile, WritesNothingOverItsCeiling) {
  const DiskFolder folder;
  auto context = QuickContext(2, folder.path());
  context.max_bytes_written = 50'000;
  const auto outcome = RunQuickly("compile", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kCeilingReached);
  EXPECT_EQ(context.report.bytes_written, 0U);
  EXPECT_TRUE(folder.IsEmpty());
}

class CompileTree : public ::testing::Test {
 protected:
  CompileTree() {
    tree_.Write("src/one.c", "int main(void) { return 0; }\n");
    tree_.Write("Makefile", "all:\n\tcc -c src/one.c -o src/one.o\n\tcc src/one.o -o one\n");
  }

  Outcome Run() {
    context_.options["tree"] = tree_.path();
    return RunQuickly("compile", context_);
  }

  TempDir tree_;
  DiskFolder work_;
  Context context_ = QuickContext(1, work_.path());
};

TEST_F(CompileTree, IsMadeInACopy) {
  const auto outcome = Run();
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context_.report.answer, "make ended with 0 and made 2 files");
  EXPECT_EQ(context_.report.labels["source"], tree_.path().filename());
  EXPECT_FALSE(fs::exists(tree_.path() / "one"));
  EXPECT_TRUE(work_.IsEmpty());
}

TEST_F(CompileTree, ThatIsBuiltAlreadyIsNoBenchmark) {
  tree_.Write("Makefile", "all:\n\ttrue\n");
  const auto outcome = Run();
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(outcome.status.error().message.find("give it a tree that is not built yet"),
            std::string::npos);
}

TEST_F(CompileTree, ThatDoesNotCompileTellsWhy) {
  tree_.Write("src/one.c", "int main(void) { return x; }\n");
  const auto outcome = Run();
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInternal);
  EXPECT_NE(outcome.status.error().message.find(" ended with 2: src/one.c:1:"), std::string::npos)
      << outcome.status.error().message;
  EXPECT_TRUE(work_.IsEmpty());
}

TEST_F(CompileTree, ThatIsMissingIsNamed) {
  context_.options["tree"] = "/no/such/tree";
  const auto outcome = RunQuickly("compile", context_);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(outcome.status.error().message, "option tree: /no/such/tree is no folder");
}

}  // namespace
}  // namespace hypergauge::probes
