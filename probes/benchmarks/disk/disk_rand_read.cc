// Random reads of 4 KiB past the page cache, one and 32 at a time, every block checked.
#include <algorithm>

#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/random_figures.h"
#include "probes/benchmarks/disk/random_io.h"
#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {
namespace {

class DiskRandRead final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckTestFile(context, kDeepestQueue * kBlockBytes);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    auto engine = MakeRandomIo(context);
    if (!engine) return tl::unexpected(engine.error());
    engine_ = std::move(*engine);
    auto file = OpenTestFile(context);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    witness_ = DeviceWitness::Of(context.work_dir);
    seed_ = context.seed;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    RandomFigures figures;
    uint64_t blocks = 0;
    witness_.Begin();
    for (const int depth : kQueueDepths) {
      auto read = engine_->Run(context, MakeJob(context, depth));
      if (!read) return Annotate(read.error(), file_.file.name());
      blocks += read->latencies.size();
      figures.Add(*read);
    }
    blocks_read_ += blocks;
    context.report.answer = "header and CRC-32C of " + std::to_string(blocks_read_) + " blocks, " +
                            witness_.Judge(context, blocks * kBlockBytes, 0);
    return figures.InOrder();
  }

 private:
  [[nodiscard]] IoJob MakeJob(const Context& context, int depth) {
    return {.descriptor = file_.file.descriptor(),
            .blocks = file_.id.size / kBlockBytes,
            .queue_depth = depth,
            .duration = DurationOfOneDepth(context),
            .seed = seed_++,
            .check = [id = file_.id](auto block, uint64_t offset) {
              return CheckBlock(block, offset, id);
            }};
  }

  TestFile file_;
  DeviceWitness witness_;
  std::unique_ptr<RandomIo> engine_;
  uint64_t seed_ = 1;
  uint64_t blocks_read_ = 0;
};

const Work kWork{.size = kTestFileBytes, .work_unit = "4 KiB reads of a 512 MiB file"};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_rand_read",
        .version = 2,
        .category = "disk",
        .help = "Random reads of 4 KiB past the page cache, one and 32 at a time",
        .quantities = RandomQuantities("disk_rand_read", "read"),
        .work = {{Suite::kLight, kWork}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"disk"},
        .core = true,
        .options = {{kEngineOption, kEngineHelp}},
    },
    [] { return std::make_unique<DiskRandRead>(); });

}  // namespace
}  // namespace hypergauge::probes
