#include <cerrno>
#include <system_error>

#include "probes/benchmarks/cpu/build.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

struct Contents {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

Error FromCode(const std::error_code& code, const fs::path& path) {
  return FromErrno(code.value(), path.string());
}

Result<Contents> Measure(const Context& context, const fs::path& folder) {
  Contents contents;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while reading a tree");
    if (!at->is_regular_file() || at->is_symlink()) continue;
    ++contents.files;
    contents.bytes += at->file_size();
  }
  if (error) return tl::unexpected(FromCode(error, folder));
  return contents;
}

// With the times of the files, by which make decides what is to be done.
Result<void> Copy(const Context& context, const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  for (fs::recursive_directory_iterator at(from, error), end; !error && at != end;
       at.increment(error)) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while copying a tree");
    const fs::path target = to / at->path().lexically_relative(from);
    if (at->is_symlink()) {
      fs::copy_symlink(at->path(), target, error);
    } else if (at->is_directory()) {
      fs::create_directory(target, at->path(), error);
    } else if (at->is_regular_file()) {
      fs::copy_file(at->path(), target, error);
      if (!error) fs::last_write_time(target, at->last_write_time(), error);
    }
    if (error) return tl::unexpected(FromCode(error, target));
  }
  if (error) return tl::unexpected(FromCode(error, from));
  return {};
}

class TreeBuild final : public Build {
 public:
  TreeBuild(fs::path tree, const fs::path& folder)
      : tree_(std::move(tree)), copy_(folder / "tree") {}

  Result<BuildDone> Run(Context& context) override {
    const auto before = Measure(context, tree_);
    if (!before) return tl::unexpected(before.error());
    // The first build may make as much again as there are sources.
    const uint64_t expected = before->bytes + (made_bytes_ > 0 ? made_bytes_ : before->bytes);
    if (context.WriteLeft() < expected) {
      return Fail(ErrorCode::kCeilingReached, "no room to write another build");
    }
    if (auto removed = RemoveCopy(); !removed) return tl::unexpected(removed.error());
    auto copied = Copy(context, tree_, copy_);
    context.report.bytes_written += before->bytes;
    if (!copied) return tl::unexpected(copied.error());
    auto elapsed = Make(context);
    const auto after = Measure(context, copy_);
    if (after && after->bytes > before->bytes) {
      made_bytes_ = after->bytes - before->bytes;
      context.report.bytes_written += made_bytes_;
    }
    if (!elapsed) return tl::unexpected(elapsed.error());
    if (!after) return tl::unexpected(after.error());
    if (after->files <= before->files) {
      return Fail(ErrorCode::kWrongAnswer, "make made no new file in a copy of " + tree_.string() +
                                               ": give it a tree that is not built yet");
    }
    return BuildDone{.elapsed = *elapsed,
                     .answer = "make ended with 0 and made " +
                               std::to_string(after->files - before->files) + " files"};
  }

 private:
  [[nodiscard]] Result<std::chrono::nanoseconds> Make(const Context& context) const {
    const auto start = context.clock->MonotonicRaw();
    auto done = RunInBuild(context, copy_, {"make"});
    const auto elapsed = context.clock->MonotonicRaw() - start;
    if (!done) return tl::unexpected(done.error());
    auto ended = CheckEnded("make in a copy of " + tree_.string(), *done);
    return ended ? Result<std::chrono::nanoseconds>(elapsed) : tl::unexpected(ended.error());
  }

  [[nodiscard]] Result<void> RemoveCopy() const {
    std::error_code error;
    fs::remove_all(copy_, error);
    if (error) return tl::unexpected(FromCode(error, copy_));
    return {};
  }

  fs::path tree_;
  fs::path copy_;
  uint64_t made_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Build>> PrepareTreeBuild(const fs::path& tree, const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(tree, error)) {
    return Fail(ErrorCode::kNotFound, "option tree: " + tree.string() + " is no folder");
  }
  return std::make_unique<TreeBuild>(tree, folder);
}

}  // namespace hypergauge::probes
