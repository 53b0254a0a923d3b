#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <random>

#include "probes/benchmarks/disk/async_io.h"
#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

// What one thread did.
struct Share {
  std::vector<double> latencies;
  Result<void> status;
};

// What the threads have in common.
struct Session {
  const Context& context;
  const IoJob& job;
  nanoseconds end{};
  std::atomic<uint64_t> begun = 0;

  [[nodiscard]] nanoseconds Now() const { return context.clock->MonotonicRaw(); }
};

Result<void> MoveOne(const Session& session, uint64_t offset, std::span<std::byte> block,
                     std::vector<double>& latencies) {
  const auto& job = session.job;
  if (job.writes()) job.fill(block, offset);
  const auto start = session.Now();
  const auto place = static_cast<off_t>(offset);
  ssize_t moved = 0;
  do {
    moved = job.writes() ? pwrite(job.descriptor, block.data(), block.size(), place)
                         : pread(job.descriptor, block.data(), block.size(), place);
  } while (moved < 0 && errno == EINTR);
  const auto end = session.Now();
  if (auto whole = CheckMoved(job, offset, moved < 0 ? -errno : moved); !whole) return whole;
  latencies.push_back(ToSeconds(end - start));
  return job.check ? job.check(block, offset) : Result<void>();
}

// The `index`-th thread keeps to its own blocks, so that no two are ever at the same one.
void MoveShare(Session& session, uint64_t index, Share& share) {
  const auto& job = session.job;
  const auto depth = static_cast<uint64_t>(job.queue_depth);
  std::mt19937_64 order(job.seed + index);
  AlignedBuffer buffer(kBlockBytes);
  do {
    if (session.context.Stopped()) {
      share.status = Fail(ErrorCode::kCancelled, "stopped inside a sample");
    }
    if (!share.status || session.begun++ >= job.max_operations) return;
    const uint64_t block = job.first_block + order() % (job.blocks / depth) * depth + index;
    share.status = MoveOne(session, block * kBlockBytes, buffer.bytes(), share.latencies);
  } while (session.Now() < session.end);
}

class PsyncIo final : public RandomIo {
 public:
  [[nodiscard]] std::string name() const override { return "psync"; }

  Result<IoFigures> Run(Context& context, const IoJob& job) override {
    std::vector<Share> shares(static_cast<size_t>(job.queue_depth));
    Session session{.context = context, .job = job};
    const auto start = session.Now();
    session.end = start + job.duration;
    auto ran = RunWorkers(context, job.queue_depth, [&](int index) {
      MoveShare(session, static_cast<uint64_t>(index), shares[static_cast<size_t>(index)]);
    });
    if (!ran) return tl::unexpected(ran.error());
    const auto seconds = ToSeconds(session.Now() - start);
    IoFigures figures;
    for (const auto& share : shares) {
      if (!share.status) return tl::unexpected(share.status.error());
      figures.latencies.insert(figures.latencies.end(), share.latencies.begin(),
                               share.latencies.end());
    }
    figures.operations_per_second = static_cast<double>(figures.latencies.size()) / seconds;
    return figures;
  }
};

}  // namespace

std::unique_ptr<RandomIo> MakePsyncIo() {
  return std::make_unique<PsyncIo>();
}

}  // namespace hypergauge::probes
