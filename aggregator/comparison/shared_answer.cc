#include "aggregator/comparison/shared_answer.h"

#include <utility>

namespace hypergauge::aggregator {
namespace {

class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count), before_(count_.fetch_add(1)) {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }
  [[nodiscard]] int before() const { return before_; }

 private:
  std::atomic<int>& count_;
  const int before_;
};

}  // namespace

Result<SharedAnswer::Made> SharedAnswer::Get(const std::string& question, const Make& make) {
  const Counted asking(asking_);
  if (asking.before() >= kMostAsking) {
    return Fail(ErrorCode::kDeadlineExceeded,
                std::to_string(kMostAsking) +
                    " comparisons are under way or wait already, and they are made one after the "
                    "other; ask again later");
  }
  const std::lock_guard lock(mutex_);
  if (last_ && question_ == question && clock_.MonotonicRaw() - made_ < kShared) return last_;
  auto made = make();
  if (!made) return tl::unexpected(made.error());
  last_ = std::make_shared<const LiveComparison>(std::move(*made));
  question_ = question;
  made_ = clock_.MonotonicRaw();  // once it is ready, so that whoever waited shares it
  return last_;
}

}  // namespace hypergauge::aggregator
