#include <unistd.h>

#include <cerrno>
#include <random>
#include <thread>

#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/random_reader.h"

namespace hypergauge::probes {
namespace {

// What one thread did.
struct Share {
  std::vector<double> latencies;
  Result<void> status;
};

Result<void> ReadOne(const ReadJob& job, uint64_t offset, std::span<std::byte> block,
                     std::vector<double>& latencies) {
  const auto start = job.clock->MonotonicRaw();
  const ssize_t got = pread(job.descriptor, block.data(), block.size(), static_cast<off_t>(offset));
  const auto end = job.clock->MonotonicRaw();
  if (got < 0 && errno == EINTR) return {};
  if (got < 0) {
    return tl::unexpected(FromErrno(errno, "cannot read at " + std::to_string(offset)));
  }
  if (static_cast<size_t>(got) != block.size()) {
    return Fail(ErrorCode::kCorrupt, "the file ends at " + std::to_string(offset));
  }
  latencies.push_back(ToSeconds(end - start));
  return job.check(block, offset);
}

void ReadShare(const ReadJob& job, uint64_t seed, Share& share) {
  std::mt19937_64 order(seed);
  AlignedBuffer buffer(kBlockBytes);
  const auto end = job.clock->MonotonicRaw() + job.duration;
  do {
    if (job.stopped()) share.status = Fail(ErrorCode::kCancelled, "stopped while reading");
    if (!share.status) return;
    const uint64_t offset = order() % job.blocks * kBlockBytes;
    share.status = ReadOne(job, offset, buffer.bytes(), share.latencies);
  } while (job.clock->MonotonicRaw() < end);
}

class PsyncReader final : public RandomReader {
 public:
  [[nodiscard]] std::string name() const override { return "psync"; }

  Result<ReadFigures> Run(const ReadJob& job) override {
    std::vector<Share> shares(static_cast<size_t>(job.queue_depth));
    const auto start = job.clock->MonotonicRaw();
    {
      std::vector<std::jthread> others;
      for (size_t i = 1; i < shares.size(); ++i) {
        others.emplace_back([&, i] { ReadShare(job, job.seed + i, shares[i]); });
      }
      ReadShare(job, job.seed, shares.front());
    }
    const auto seconds = ToSeconds(job.clock->MonotonicRaw() - start);
    ReadFigures figures;
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

std::unique_ptr<RandomReader> MakePsyncReader() {
  return std::make_unique<PsyncReader>();
}

}  // namespace hypergauge::probes
