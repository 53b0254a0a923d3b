#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/result.h"

namespace hypergauge::probes {

/// A page whose protection one thread changes while another one uses it on another CPU, which must
/// then forget what it knows of the page. Threads: one owner, and one in Use().
class SharedPage {
 public:
  /// mprotect(2) or what a test puts in its place.
  using Protect = int (*)(void*, size_t, int);

  explicit SharedPage(Protect protect = mprotect);
  ~SharedPage();
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;

  /// Owner: errors of mmap and of opening /dev/zero; to be checked before all else.
  [[nodiscard]] Result<void> Ready() const;

  /// Owner: writes the page, takes the permission to write away and gives it back.
  [[nodiscard]] Result<void> TakeAndGive();

  /// Owner: asks the other thread to try a write while the page is protected, and when it is not.
  /// Errors: kWrongAnswer unless the first was refused and the second was not; kCancelled when
  /// `stopped` said so before the other thread answered.
  [[nodiscard]] Result<void> Verify(const std::function<bool()>& stopped);

  /// Owner: has Use() return.
  void End() { request_ = kEnd; }

  /// Owner: how often the other thread has read the page so far.
  [[nodiscard]] int64_t uses() const { return uses_.load(std::memory_order_relaxed); }

  /// The other thread: reads the page until End().
  void Use();

 private:
  enum Request { kUse, kTryToWrite, kEnd };
  enum Answer { kNone, kWritten, kRefused };

  Result<void> SetProtection(int protection);
  Result<Answer> AskToWrite(const std::function<bool()>& stopped);

  Protect protect_;
  size_t bytes_;
  char* page_ = nullptr;
  int zeros_ = -1;  // /dev/zero
  Error error_{};
  std::atomic<Request> request_ = kUse;
  std::atomic<Answer> answer_ = kNone;
  alignas(64) std::atomic<int64_t> uses_ = 0;  // a cache line of its own: written all the time
};

}  // namespace hypergauge::probes
