#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace hypergauge::aggregator {

/// The questions to one stream whether its probe is still there. Each answer is called once, on the
/// thread that brings it. Threads: any.
class PresenceQuestions {
 public:
  using Answer = std::function<void(bool there)>;

  /// Returns the cookie to send. After End the answer is no, at once.
  uint64_t Ask(Answer answer) {
    {
      const std::lock_guard lock(mutex_);
      if (!ended_) {
        waiting_.emplace(++last_, std::move(answer));
        return last_;
      }
    }
    answer(false);
    return 0;
  }

  /// The probe sent this cookie back; one that nobody sent is ignored.
  void Answered(uint64_t cookie) {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      const auto found = waiting_.find(cookie);
      if (found == waiting_.end()) return;
      answer = std::move(found->second);
      waiting_.erase(found);
    }
    answer(true);
  }

  /// The stream is gone.
  void End() {
    std::map<uint64_t, Answer> waiting;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      waiting.swap(waiting_);
    }
    for (const auto& [cookie, answer] : waiting) answer(false);
  }

 private:
  std::mutex mutex_;                    // guards all below; never held while an answer is called
  std::map<uint64_t, Answer> waiting_;  // by cookie
  uint64_t last_ = 0;
  bool ended_ = false;
};

}  // namespace hypergauge::aggregator
