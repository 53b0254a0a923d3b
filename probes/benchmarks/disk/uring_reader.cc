#include <liburing.h>
#include <sys/uio.h>

#include <cerrno>
#include <random>

#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/random_reader.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

class Ring {
 public:
  static Result<std::unique_ptr<Ring>> Make(int entries) {
    auto ring = std::make_unique<Ring>();
    const int error = io_uring_queue_init(static_cast<unsigned>(entries), &ring->ring_, 0);
    if (error < 0) {
      return Fail(ErrorCode::kUnsupported, FromErrno(-error, "io_uring").message);
    }
    ring->open_ = true;
    return ring;
  }

  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    if (open_) io_uring_queue_exit(&ring_);
  }

  io_uring* get() { return &ring_; }

 private:
  io_uring ring_{};
  bool open_ = false;
};

// One place of the queue.
struct Slot {
  AlignedBuffer buffer{kBlockBytes};
  iovec vector{};
  uint64_t offset = 0;
  nanoseconds submitted{};
};

// One Run. Reads under way refer to the slots, so it ends only when none is left.
class Session {
 public:
  Session(const ReadJob& job, io_uring* ring)
      : job_(job), ring_(ring), order_(job.seed), slots_(static_cast<size_t>(job.queue_depth)) {}

  Result<ReadFigures> Run() {
    const auto start = job_.clock->MonotonicRaw();
    end_ = start + job_.duration;
    for (auto& slot : slots_) Submit(slot);
    while (under_way_ > 0) {
      if (auto waited = Wait(); !waited) return tl::unexpected(waited.error());
    }
    if (!status_) return tl::unexpected(status_.error());
    const auto seconds = ToSeconds(last_ - start);
    figures_.operations_per_second = static_cast<double>(figures_.latencies.size()) / seconds;
    return std::move(figures_);
  }

 private:
  void Submit(Slot& slot) {
    io_uring_sqe* entry = io_uring_get_sqe(ring_);  // as many as slots: never null
    slot.offset = order_() % job_.blocks * kBlockBytes;
    slot.vector = {.iov_base = slot.buffer.bytes().data(), .iov_len = kBlockBytes};
    io_uring_prep_readv(entry, job_.descriptor, &slot.vector, 1, slot.offset);
    io_uring_sqe_set_data(entry, &slot);
    slot.submitted = job_.clock->MonotonicRaw();
    ++under_way_;
  }

  Result<void> Wait() {
    const int error = io_uring_submit_and_wait(ring_, 1);
    if (error < 0 && error != -EINTR && error != -EAGAIN) {
      return tl::unexpected(FromErrno(-error, "io_uring_enter"));
    }
    io_uring_cqe* completion = nullptr;
    while (io_uring_peek_cqe(ring_, &completion) == 0) {
      auto& slot = *static_cast<Slot*>(io_uring_cqe_get_data(completion));
      const int result = completion->res;
      io_uring_cqe_seen(ring_, completion);
      --under_way_;
      Complete(slot, result);
    }
    return {};
  }

  void Complete(Slot& slot, int result) {
    const auto now = job_.clock->MonotonicRaw();
    if (status_) status_ = Check(slot, result);
    if (status_ && job_.stopped()) status_ = Fail(ErrorCode::kCancelled, "stopped while reading");
    if (!status_) return;
    // What is still under way at the end drains at a lower queue depth: it does not count.
    if (now > end_ && !figures_.latencies.empty()) return;
    last_ = now;
    figures_.latencies.push_back(ToSeconds(now - slot.submitted));
    if (now < end_) Submit(slot);
  }

  Result<void> Check(Slot& slot, int result) const {
    if (result < 0) {
      return tl::unexpected(FromErrno(-result, "cannot read at " + std::to_string(slot.offset)));
    }
    if (static_cast<size_t>(result) != kBlockBytes) {
      return Fail(ErrorCode::kCorrupt, "the file ends at " + std::to_string(slot.offset));
    }
    return job_.check(slot.buffer.bytes(), slot.offset);
  }

  const ReadJob& job_;
  io_uring* ring_;
  std::mt19937_64 order_;
  std::vector<Slot> slots_;
  int under_way_ = 0;
  nanoseconds end_{};
  nanoseconds last_{};
  ReadFigures figures_;
  Result<void> status_;
};

class UringReader final : public RandomReader {
 public:
  [[nodiscard]] std::string name() const override { return "io_uring"; }

  Result<ReadFigures> Run(const ReadJob& job) override {
    auto ring = Ring::Make(job.queue_depth);
    if (!ring) return tl::unexpected(ring.error());
    return Session(job, (*ring)->get()).Run();
  }
};

}  // namespace

Result<std::unique_ptr<RandomReader>> MakeUringReader() {
  if (auto ring = Ring::Make(1); !ring) return tl::unexpected(ring.error());
  return std::make_unique<UringReader>();
}

}  // namespace hypergauge::probes
