#include "probes/benchmarks/disk/async_io.h"

#include <random>
#include <utility>

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

// One Run. Operations under way refer to the slots, so it ends only when none is left.
class Session {
 public:
  Session(const Context& context, const IoJob& job, std::unique_ptr<IoQueue> queue)
      : context_(context),
        job_(job),
        order_(job.seed),
        slots_(static_cast<size_t>(job.queue_depth)),
        queue_(std::move(queue)) {}

  Result<IoFigures> Run() {
    const auto start = Now();
    end_ = start + job_.duration;
    for (size_t i = 0; i < slots_.size() && submitted_ < job_.max_operations; ++i) {
      slots_[i].index = i;
      ChooseNext(slots_[i]);
      Submit(slots_[i]);
    }
    while (under_way_ > 0) {
      LookAtOthers();
      auto waited = queue_->Wait([this](IoSlot& slot, int64_t result) { Complete(slot, result); });
      if (!waited) return tl::unexpected(waited.error());
    }
    LookAtOthers();
    if (!status_) return tl::unexpected(status_.error());
    const auto seconds = ToSeconds(last_ - start);
    figures_.operations_per_second = static_cast<double>(figures_.latencies.size()) / seconds;
    return std::move(figures_);
  }

 private:
  [[nodiscard]] nanoseconds Now() const { return context_.clock->MonotonicRaw(); }

  // The place of the slot's next operation.
  void ChooseNext(IoSlot& slot) {
    const uint64_t places = job_.blocks / slots_.size();
    const uint64_t block = job_.first_block + order_() % places * slots_.size() + slot.index;
    slot.other.offset = block * kBlockBytes;
  }

  // Begins the slot's next operation; what it did before becomes `other`.
  void Submit(IoSlot& slot) {
    std::swap(slot.current, slot.other);
    if (job_.writes()) job_.fill(slot.current.buffer.bytes(), slot.current.offset);
    slot.submitted = Now();
    if (auto begun = queue_->Begin(job_, slot); !begun) {
      status_ = begun;
      return;
    }
    ++under_way_;
    ++submitted_;
    to_look_at_.push_back(&slot);
  }

  // While the device works: judges what was read, and chooses what comes next.
  void LookAtOthers() {
    for (auto* slot : to_look_at_) {
      if (slot->other_is_done) Check(slot->other);
      slot->other_is_done = false;
      ChooseNext(*slot);
    }
    to_look_at_.clear();
  }

  void Check(IoBlock& block) {
    if (status_ && job_.check) status_ = job_.check(block.buffer.bytes(), block.offset);
  }

  void Complete(IoSlot& slot, int64_t result) {
    const auto now = Now();
    --under_way_;
    if (status_) status_ = CheckMoved(job_, slot.current.offset, result);
    if (status_ && context_.Stopped()) {
      status_ = Fail(ErrorCode::kCancelled, "stopped inside a sample");
    }
    if (!status_) return;
    // What is still under way at the end drains at a lower queue depth: it does not count.
    const bool counts = now <= end_ || figures_.latencies.empty();
    if (counts) {
      last_ = now;
      figures_.latencies.push_back(ToSeconds(now - slot.submitted));
    }
    if (counts && now < end_ && submitted_ < job_.max_operations) {
      slot.other_is_done = true;
      Submit(slot);
      return;
    }
    if (counts && now < end_) end_ = now;
    Check(slot.current);
  }

  const Context& context_;
  const IoJob& job_;
  std::mt19937_64 order_;
  std::vector<IoSlot> slots_;
  std::vector<IoSlot*> to_look_at_;
  std::unique_ptr<IoQueue> queue_;  // destroyed before the slots, to which the kernel may write
  int under_way_ = 0;
  uint64_t submitted_ = 0;
  nanoseconds end_{};
  nanoseconds last_{};
  IoFigures figures_;
  Result<void> status_;
};

}  // namespace

Result<IoFigures> RunAsync(const Context& context, const IoJob& job,
                           std::unique_ptr<IoQueue> queue) {
  return Session(context, job, std::move(queue)).Run();
}

Result<void> CheckMoved(const IoJob& job, uint64_t offset, int64_t result) {
  const auto place = " at " + std::to_string(offset);
  if (result < 0) {
    const auto what = (job.writes() ? "cannot write" : "cannot read") + place;
    return tl::unexpected(FromErrno(static_cast<int>(-result), what));
  }
  if (static_cast<size_t>(result) == kBlockBytes) return {};
  if (job.writes()) return Fail(ErrorCode::kResourceExhausted, "half a block was written" + place);
  return Fail(ErrorCode::kCorrupt, "the file ends" + place);
}

}  // namespace hypergauge::probes
