// Creates, looks up, renames and removes empty files, and makes each step durable.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/count_names.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/write_budget.h"
#include "probes/benchmarks/scratch_folder.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kFiles = 1000;
constexpr int64_t kLightFiles = 100;
constexpr int kSteps = 4;                    // create, stat, rename, unlink
constexpr int kDurable = 3;                  // of them change the folder, and end with its fsync
constexpr int kOperations[] = {1, 0, 1, 1};  // that a step has besides one a file: the fsync

tl::unexpected<Error> FailErrno(const std::string& what, const std::string& path) {
  return tl::unexpected(FromErrno(errno, "cannot " + what + " " + path));
}

Result<void> Create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return FailErrno("create", path);
  close(descriptor);
  return {};
}

Result<void> LookUp(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return FailErrno("stat", path);
  if (S_ISREG(facts.st_mode) && facts.st_size == 0) return {};
  return Fail(ErrorCode::kWrongAnswer, path + " is no empty file");
}

Result<void> Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return FailErrno("rename", from);
  return {};
}

Result<void> Remove(const std::string& path) {
  if (unlink(path.c_str()) != 0) return FailErrno("unlink", path);
  return {};
}

// Every file that is created, renamed or removed touches a block or less of the journal.
uint64_t BytesOfABatch(int64_t files) {
  return static_cast<uint64_t>(files) * kDurable * kBlockBytes;
}

int64_t Files(const Context& context) {
  return context.size > 0 ? context.size : kFiles;
}

class DiskMetadata final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckFolder(context.work_dir, BytesOfABatch(Files(context)));
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto room = CheckCeiling(context, BytesOfABatch(Files(context))); !room) return room;
    auto folder = ScratchFolder::Make(context.work_dir);
    if (!folder) return tl::unexpected(folder.error());
    folder_ = std::move(*folder);
    for (int64_t i = 0; i < Files(context); ++i) {
      created_.push_back(folder_.path() / ("created-" + std::to_string(i)));
      renamed_.push_back(folder_.path() / ("renamed-" + std::to_string(i)));
    }
    witness_ = DeviceWitness::Of(context.work_dir);
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    busy_ = {};
    const uint64_t before = batches_;
    const auto end = context.clock->MonotonicRaw() + context.sample_time;
    witness_.Begin();
    do {
      if (auto done = RunBatch(context); !done) return tl::unexpected(done.error());
    } while (context.suite != Suite::kLight && context.clock->MonotonicRaw() < end);
    // Each flush of the folder writes something, if it is durable.
    const auto batches = batches_ - before;
    const auto seen = witness_.Judge(context, 0, batches * kDurable * kBlockBytes);
    context.report.answer = std::to_string(created_.size()) + " names counted after each step of " +
                            std::to_string(batches_) + " rounds, " + seen;
    return Figures(batches);
  }

 private:
  using Step = std::function<Result<void>(size_t file)>;

  Result<void> RunBatch(Context& context) {
    if (auto counted = CountWrite(context, BytesOfABatch(Files(context))); !counted) return counted;
    const Step steps[kSteps] = {
        [this](size_t i) { return Create(created_[i]); },
        [this](size_t i) { return LookUp(created_[i]); },
        [this](size_t i) { return Rename(created_[i], renamed_[i]); },
        [this](size_t i) { return Remove(renamed_[i]); },
    };
    const size_t names[kSteps][2] = {
        {created_.size(), 0}, {created_.size(), 0}, {0, created_.size()}, {0, 0}};
    for (int step = 0; step < kSteps; ++step) {
      if (auto done = RunStep(context, steps[step], step); !done) return done;
      auto counted =
          CheckNames(folder_.path(), {{"created-", names[step][0]}, {"renamed-", names[step][1]}});
      if (!counted) return counted;
    }
    ++batches_;
    return {};
  }

  Result<void> RunStep(const Context& context, const Step& step, int number) {
    const auto start = context.clock->MonotonicRaw();
    for (size_t i = 0; i < created_.size(); ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      if (auto done = step(i); !done) return done;
    }
    if (kOperations[number] != 0) {
      if (auto flushed = folder_.Flush(); !flushed) return flushed;
    }
    busy_[static_cast<size_t>(number)] += context.clock->MonotonicRaw() - start;
    return {};
  }

  [[nodiscard]] std::vector<double> Figures(uint64_t batches) const {
    std::vector<double> figures(1);
    double operations = 0;
    double seconds = 0;
    for (size_t step = 0; step < kSteps; ++step) {
      const auto count = static_cast<double>(batches * (created_.size() + kOperations[step]));
      operations += count;
      seconds += ToSeconds(busy_[step]);
      figures.push_back(count / ToSeconds(busy_[step]));
    }
    figures.front() = operations / seconds;
    return figures;
  }

  ScratchFolder folder_;
  std::vector<std::string> created_;
  std::vector<std::string> renamed_;
  std::array<std::chrono::nanoseconds, kSteps> busy_{};
  DeviceWitness witness_;
  SampleCount samples_;
  uint64_t batches_ = 0;
};

std::vector<Quantity> Quantities() {
  std::vector<Quantity> quantities;
  for (const char* operation : {"all", "create", "stat", "rename", "unlink"}) {
    quantities.push_back({.family = "disk_metadata_operations_per_second",
                          .unit = "operations_per_second",
                          .direction = Direction::kHigherIsBetter,
                          .help = "Operations on empty files of one folder, made durable by its "
                                  "fsync after all creates, renames and unlinks",
                          .labels = {{"operation", operation}}});
  }
  return quantities;
}

Work MakeWork(int64_t files) {
  return {.size = files,
          .work_unit = std::to_string(files) +
                       " files created, looked up, renamed, removed, with fsync of the folder",
          .bytes_written = kLeastSamples * BytesOfABatch(files)};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_metadata",
        .version = 1,
        .category = "disk",
        .help = "Files created, looked up, renamed and removed, and the folder flushed",
        .quantities = Quantities(),
        .work = {{Suite::kLight, MakeWork(kLightFiles)},
                 {Suite::kStandard, MakeWork(kFiles)},
                 {Suite::kPilot, MakeWork(kFiles)}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskMetadata>(); });

}  // namespace
}  // namespace hypergauge::probes
