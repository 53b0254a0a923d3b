#include <libaio.h>

#include <cerrno>
#include <span>

#include "probes/benchmarks/disk/async_io.h"

namespace hypergauge::probes {
namespace {

class AioQueue final : public IoQueue {
 public:
  static Result<std::unique_ptr<AioQueue>> Make(int entries) {
    auto queue = std::make_unique<AioQueue>(static_cast<size_t>(entries));
    const int error = io_setup(entries, &queue->context_);
    if (error < 0) return Fail(ErrorCode::kUnsupported, FromErrno(-error, "io_setup").message);
    return queue;
  }

  explicit AioQueue(size_t entries) : blocks_(entries), events_(entries) {}
  AioQueue(const AioQueue&) = delete;
  AioQueue& operator=(const AioQueue&) = delete;
  ~AioQueue() override {
    if (context_ != nullptr) io_destroy(context_);
  }

  Result<void> Begin(const IoJob& job, IoSlot& slot) override {
    iocb* block = &blocks_[slot.index];
    const auto offset = static_cast<int64_t>(slot.current.offset);
    const auto prepare = job.writes() ? io_prep_pwrite : io_prep_pread;
    prepare(block, job.descriptor, slot.current.buffer.bytes().data(), kBlockBytes, offset);
    block->data = &slot;
    for (;;) {
      const int count = io_submit(context_, 1, &block);
      if (count == 1) return {};
      if (count < 0 && count != -EINTR && count != -EAGAIN) {
        return tl::unexpected(FromErrno(-count, "io_submit"));
      }
    }
  }

  Result<void> Wait(const Done& done) override {
    const int count =
        io_getevents(context_, 1, static_cast<int64_t>(events_.size()), events_.data(), nullptr);
    if (count == -EINTR) return {};
    if (count < 0) return tl::unexpected(FromErrno(-count, "io_getevents"));
    for (const auto& event : std::span(events_).first(static_cast<size_t>(count))) {
      // The kernel's number is signed, the library's is not.
      done(*static_cast<IoSlot*>(event.data), static_cast<int64_t>(event.res));
    }
    return {};
  }

 private:
  io_context_t context_ = nullptr;
  std::vector<iocb> blocks_;
  std::vector<io_event> events_;
};

class LibaioIo final : public RandomIo {
 public:
  [[nodiscard]] std::string name() const override { return "libaio"; }

  Result<IoFigures> Run(Context& context, const IoJob& job) override {
    auto queue = AioQueue::Make(job.queue_depth);
    if (!queue) return tl::unexpected(queue.error());
    return RunAsync(context, job, std::move(*queue));
  }
};

}  // namespace

Result<std::unique_ptr<RandomIo>> MakeLibaioIo() {
  if (auto queue = AioQueue::Make(1); !queue) return tl::unexpected(queue.error());
  return std::make_unique<LibaioIo>();
}

}  // namespace hypergauge::probes
