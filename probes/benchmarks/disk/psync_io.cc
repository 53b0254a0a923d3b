#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <random>

#include "probes/benchmarks/disk/async_io.h"
#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

// What one thread did.
struct Share {
  std::vector<double> latencies;
  nanoseconds last{};  // moment of its last completion
  Result<void> status;
};

// What the threads have in common.
struct Session {
  const Context& context;
  const IoJob& job;
  std::once_flag begin{};  // by whichever thread is at work first: starting them takes its time
  nanoseconds start{};
  nanoseconds end{};
  std::atomic<uint64_t> begun = 0;

  [[nodiscard]] nanoseconds Now() const { return context.clock->MonotonicRaw(); }
};

Result<void> MoveOne(const Session& session, uint64_t offset, std::span<std::byte> block,
                     Share& share) {
  const auto& job = session.job;
  if (job.writes()) job.fill(block, offset);
  const auto start = session.Now();
  const auto place = static_cast<off_t>(offset);
  ssize_t moved = 0;
  do {
    moved = job.writes() ? pwrite(job.descriptor, block.data(), block.size(), place)
                         : pread(job.descriptor, block.data(), block.size(), place);
  } while (moved < 0 && errno == EINTR);
  share.last = session.Now();
  if (auto whole = CheckMoved(job, offset, moved < 0 ? -errno : moved); !whole) return whole;
  share.latencies.push_back(ToSeconds(share.last - start));
  return job.check ? job.check(block, offset) : Result<void>();
}

// The `index`-th thread keeps to its own blocks, so that no two are ever at the same one.
void MoveShare(Session& session, uint64_t index, Share& share) {
  const auto& job = session.job;
  const auto depth = static_cast<uint64_t>(job.queue_depth);
  std::mt19937_64 order(job.seed + index);
  AlignedBuffer buffer(kBlockBytes);
  std::call_once(session.begin, [&] {
    session.start = session.Now();
    session.end = session.start + job.duration;
  });
  do {
    if (session.context.Stopped()) {
      share.status = Fail(ErrorCode::kCancelled, "stopped inside a sample");
    }
    if (!share.status || session.begun++ >= job.max_operations) return;
    const uint64_t block = job.first_block + order() % (job.blocks / depth) * depth + index;
    share.status = MoveOne(session, block * kBlockBytes, buffer.bytes(), share);
  } while (session.Now() < session.end);
}

class PsyncIo final : public RandomIo {
 public:
  [[nodiscard]] std::string name() const override { return "psync"; }

  Result<IoFigures> Run(Context& context, const IoJob& job) override {
    std::vector<Share> shares(static_cast<size_t>(job.queue_depth));
    Session session{.context = context, .job = job};
    auto ran = RunWorkers(context, job.queue_depth, [&](int index) {
      MoveShare(session, static_cast<uint64_t>(index), shares[static_cast<size_t>(index)]);
    });
    if (!ran) return tl::unexpected(ran.error());
    nanoseconds last{};
    IoFigures figures;
    for (const auto& share : shares) {
      if (!share.status) return tl::unexpected(share.status.error());
      last = std::max(last, share.last);
      figures.latencies.insert(figures.latencies.end(), share.latencies.begin(),
                               share.latencies.end());
    }
    figures.operations_per_second =
        static_cast<double>(figures.latencies.size()) / ToSeconds(last - session.start);
    return figures;
  }
};

}  // namespace

std::unique_ptr<RandomIo> MakePsyncIo() {
  return std::make_unique<PsyncIo>();
}

}  // namespace hypergauge::probes
