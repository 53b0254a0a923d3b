// What one load takes that has to wait for the one before it: a walk through 64 MiB in random
// order, on pages of 4 KiB, where the walk through the page tables comes on top, and on huge ones.
// In a guest with nested paging that walk is much longer.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/memory/cache_size.h"
#include "probes/benchmarks/memory/memory_room.h"
#include "probes/benchmarks/memory/pointer_ring.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kBytes = int64_t{64} << 20;
constexpr int64_t kLeastBytes = int64_t{1} << 20;
constexpr int64_t kMostBytes = int64_t{256} << 30;  // the order is kept in 32 bits

std::string HugePages(const Mapping& memory) {
  const size_t huge = memory.HugeBytes();
  if (huge == 0) return "no";
  return huge >= memory.size() ? "yes" : "partly";
}

class MemoryLatency final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    const int64_t size = context.size > 0 ? context.size : kBytes;
    if (size < kLeastBytes || size > kMostBytes || size % kLeastBytes != 0) {
      return Fail(ErrorCode::kInvalidArgument,
                  "memory_latency takes whole MiB up to 256 GiB, not " + std::to_string(size));
    }
    const auto room = ReadMemoryRoom();
    const uint64_t needed = 2 * static_cast<uint64_t>(size);
    if (needed <= std::min(room.total, room.free) / 2) return {};
    return Fail(ErrorCode::kUnsupported,
                "twice " + InMebibytes(static_cast<uint64_t>(size)) +
                    " would be more than half of the memory: " + Describe(room));
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    const auto bytes = static_cast<size_t>(context.size);
    for (const auto& [ring, pages] :
         {std::pair{&small_, Pages::kSmall}, std::pair{&huge_, Pages::kHuge}}) {
      auto made = PointerRing::Make(bytes, pages, context.seed, [&] { return context.Stopped(); });
      if (!made) return tl::unexpected(made.error());
      *ring = std::move(*made);
    }
    context.report.threads = 1;
    context.report.labels["huge_pages"] = HugePages(huge_.memory());
    context.report.cached = ReadLastLevelCache().largest >= bytes;
    context.report.answer = "both rings of " + std::to_string(small_.nodes()) +
                            " cache lines closed; huge pages: " + HugePages(huge_.memory());
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::vector<double> figures;
    for (const PointerRing* ring : {&small_, &huge_}) {
      auto seconds = SecondsPerWalk(context, *ring);
      if (!seconds) return tl::unexpected(seconds.error());
      figures.push_back(*seconds / static_cast<double>(ring->nodes()));
    }
    return figures;
  }

 private:
  // The sample's time is shared by the two walks.
  static Result<double> SecondsPerWalk(const Context& context, const PointerRing& ring) {
    Context half = context;
    half.sample_time /= 2;
    return SecondsPerBatch(half, [&] { return ring.Walk([&] { return context.Stopped(); }); });
  }

  PointerRing small_;
  PointerRing huge_;
};

Quantity Latency(const std::string& page_size) {
  return {.family = "memory_latency_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help = "Time of one load that depends on the one before it, in random order",
          .labels = {{"page_size", page_size}}};
}

const Work kWork{.size = kBytes, .work_unit = "64 MiB in random order, twice"};

const Registrar kRegistrar(
    Descriptor{
        .name = "memory_latency",
        .version = 1,
        .category = "memory",
        .help = "Dependent loads in random order, on pages of 4 KiB and on huge ones",
        .quantities = {Latency("4k"), Latency("huge")},
        .work = {{Suite::kLight, kWork}, {Suite::kStandard, kWork}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<MemoryLatency>(); });

}  // namespace
}  // namespace hypergauge::probes
