// Random writes of 4 KiB past the page cache, one and 32 at a time, some of them read back. They go
// to the file that disk_rand_read has, which holds valid blocks before and after.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/random_figures.h"
#include "probes/benchmarks/disk/random_io.h"
#include "probes/benchmarks/disk/rewritten_blocks.h"
#include "probes/benchmarks/disk/write_budget.h"

namespace hypergauge::probes {
namespace {

constexpr int kCheckedBlocks = 32;
constexpr uint64_t kLightBytes = uint64_t{2} << 20;  // at each depth
constexpr uint64_t kBytes = uint64_t{8} << 20;

uint64_t BytesOfOneDepth(Suite suite) {
  return suite == Suite::kLight ? kLightBytes : kBytes;
}

// Besides the samples, the first block before and after them.
constexpr uint64_t BytesOfARun(uint64_t of_one_depth) {
  return kLeastSamples * std::size(kQueueDepths) * of_one_depth + 2 * kBlockBytes;
}

class DiskRandWrite final : public Benchmark {
 public:
  DiskRandWrite() = default;
  DiskRandWrite(const DiskRandWrite&) = delete;
  DiskRandWrite& operator=(const DiskRandWrite&) = delete;

  ~DiskRandWrite() override {
    // A file that cannot be finished is written anew by the next run.
    if (changing_ && !damaged_) (void)file_.EndChanges();
  }

  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckTestFile(context, (kDeepestQueue + 1) * kBlockBytes);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    const uint64_t of_a_sample = std::size(kQueueDepths) * BytesOfOneDepth(context.suite);
    if (auto room = CheckCeiling(context, of_a_sample); !room) return room;
    auto engine = MakeRandomIo(context);
    if (!engine) return tl::unexpected(engine.error());
    engine_ = std::move(*engine);
    auto file = OpenTestFile(context, of_a_sample + 2 * kBlockBytes);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    const auto now = static_cast<uint64_t>(context.clock->Realtime().count());
    blocks_.emplace(file_.id, now);
    witness_ = DeviceWitness::Of(context.work_dir);
    order_.seed(context.seed);
    // The first block, now and at the end.
    if (auto counted = CountWrite(context, 2 * kBlockBytes); !counted) return counted;
    changing_ = true;
    return file_.BeginChanges();
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    RandomFigures figures;
    const uint64_t before = blocks_->filled();
    witness_.Begin();
    for (const int depth : kQueueDepths) {
      auto written = Write(context, depth);
      if (!written) return Annotate(written.error(), file_.file.name());
      figures.Add(*written);
    }
    const uint64_t bytes = (blocks_->filled() - before) * kBlockBytes;
    const auto seen = witness_.Judge(context, 0, bytes);
    if (auto checked = blocks_->Check(file_, kCheckedBlocks, order_); !checked) {
      damaged_ = true;
      return Annotate(checked.error(), file_.file.name());
    }
    blocks_checked_ += kCheckedBlocks;
    context.report.answer = std::to_string(blocks_checked_) + " of " +
                            std::to_string(blocks_->filled()) + " blocks read back, " + seen;
    return figures.InOrder();
  }

 private:
  Result<IoFigures> Write(Context& context, int depth) {
    const uint64_t ceiling = BytesOfOneDepth(context.suite);
    if (auto room = CountWrite(context, ceiling); !room) return tl::unexpected(room.error());
    const uint64_t before = blocks_->filled();
    auto figures = engine_->Run(context, MakeJob(context, depth, ceiling / kBlockBytes));
    context.report.bytes_written -= ceiling - (blocks_->filled() - before) * kBlockBytes;
    damaged_ = !figures && figures.error().code != ErrorCode::kCancelled;
    return figures;
  }

  [[nodiscard]] IoJob MakeJob(const Context& context, int depth, uint64_t operations) {
    return {.descriptor = file_.file.descriptor(),
            .first_block = 1,  // the first says whether the file is finished
            .blocks = file_.id.size / kBlockBytes - 1,
            .queue_depth = depth,
            .duration = DurationOfOneDepth(context),
            .max_operations = operations,
            .seed = order_(),
            .fill = [this](auto block, uint64_t offset) { blocks_->Fill(block, offset); }};
  }

  TestFile file_;
  std::optional<RewrittenBlocks> blocks_;
  DeviceWitness witness_;
  std::unique_ptr<RandomIo> engine_;
  std::mt19937_64 order_;
  SampleCount samples_;
  bool changing_ = false;
  bool damaged_ = false;
  uint64_t blocks_checked_ = 0;
};

const Work kLight{.size = kTestFileBytes,
                  .work_unit = "512 4 KiB writes at each depth to a 512 MiB file",
                  .bytes_written = BytesOfARun(kLightBytes)};
const Work kWork{.size = kTestFileBytes,
                 .work_unit = "2048 4 KiB writes at each depth to a 512 MiB file",
                 .bytes_written = BytesOfARun(kBytes)};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_rand_write",
        .version = 1,
        .category = "disk",
        .help = "Random writes of 4 KiB past the page cache, one and 32 at a time",
        .quantities = RandomQuantities("disk_rand_write", "write"),
        .work = {{Suite::kLight, kLight}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"disk"},
        .options = {{kEngineOption, kEngineHelp}},
    },
    [] { return std::make_unique<DiskRandWrite>(); });

}  // namespace
}  // namespace hypergauge::probes
