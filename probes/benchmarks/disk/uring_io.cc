#include <liburing.h>

#include <cerrno>

#include "probes/benchmarks/disk/async_io.h"

namespace hypergauge::probes {
namespace {

class Ring final : public IoQueue {
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
  ~Ring() override {
    if (open_) io_uring_queue_exit(&ring_);
  }

  Result<void> Begin(const IoJob& job, IoSlot& slot) override {
    io_uring_sqe* entry = io_uring_get_sqe(&ring_);  // as many as slots: never null
    slot.vector = {.iov_base = slot.current.buffer.bytes().data(), .iov_len = kBlockBytes};
    if (job.writes()) {
      io_uring_prep_writev(entry, job.descriptor, &slot.vector, 1, slot.current.offset);
    } else {
      io_uring_prep_readv(entry, job.descriptor, &slot.vector, 1, slot.current.offset);
    }
    io_uring_sqe_set_data(entry, &slot);
    int submitted = 0;
    do {  // what is not submitted now would never be: waiting does not do it
      submitted = io_uring_submit(&ring_);
    } while (submitted == -EINTR || submitted == -EAGAIN);
    return CheckEntered(submitted);
  }

  Result<void> Wait(const Done& done) override {
    io_uring_cqe* completion = nullptr;
    if (auto waited = CheckEntered(io_uring_wait_cqe(&ring_, &completion)); !waited) return waited;
    // Only those of now: `done` begins others, which a fast device completes meanwhile, and a slot
    // must be looked at before it comes again.
    for (unsigned ready = io_uring_cq_ready(&ring_); ready > 0; --ready) {
      if (io_uring_peek_cqe(&ring_, &completion) != 0) break;
      auto& slot = *static_cast<IoSlot*>(io_uring_cqe_get_data(completion));
      const int result = completion->res;
      io_uring_cqe_seen(&ring_, completion);
      done(slot, result);
    }
    return {};
  }

 private:
  static Result<void> CheckEntered(int result) {
    if (result >= 0 || result == -EINTR || result == -EAGAIN) return {};
    return tl::unexpected(FromErrno(-result, "io_uring_enter"));
  }

  io_uring ring_{};
  bool open_ = false;
};

class UringIo final : public RandomIo {
 public:
  [[nodiscard]] std::string name() const override { return "io_uring"; }

  Result<IoFigures> Run(Context& context, const IoJob& job) override {
    auto ring = Ring::Make(job.queue_depth);
    if (!ring) return tl::unexpected(ring.error());
    return RunAsync(context, job, std::move(*ring));
  }
};

}  // namespace

Result<std::unique_ptr<RandomIo>> MakeUringIo() {
  if (auto ring = Ring::Make(1); !ring) return tl::unexpected(ring.error());
  return std::make_unique<UringIo>();
}

}  // namespace hypergauge::probes
