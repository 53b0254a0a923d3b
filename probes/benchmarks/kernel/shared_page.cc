#include "probes/benchmarks/kernel/shared_page.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace hypergauge::probes {

SharedPage::SharedPage(Protect protect)
    : protect_(protect), bytes_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
  void* page = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    error_ = FromErrno(errno, "mmap of a page");
    return;
  }
  page_ = static_cast<char*>(page);
  zeros_ = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  if (zeros_ < 0) error_ = FromErrno(errno, "/dev/zero");
}

SharedPage::~SharedPage() {
  if (page_ != nullptr) munmap(page_, bytes_);
  if (zeros_ >= 0) close(zeros_);
}

Result<void> SharedPage::Ready() const {
  if (error_.message.empty()) return {};
  return tl::unexpected(error_);
}

Result<void> SharedPage::SetProtection(int protection) {
  if (protect_(page_, bytes_, protection) == 0) return {};
  return tl::unexpected(FromErrno(errno, "mprotect"));
}

Result<void> SharedPage::TakeAndGive() {
  // A page that was not written since need not be forgotten by anyone.
  std::atomic_ref<char>(*page_).store(1, std::memory_order_relaxed);
  if (auto taken = SetProtection(PROT_READ); !taken) return taken;
  return SetProtection(PROT_READ | PROT_WRITE);
}

Result<SharedPage::Answer> SharedPage::AskToWrite(const std::function<bool()>& stopped) {
  answer_ = kNone;
  request_ = kTryToWrite;
  while (answer_ == kNone) {
    if (stopped()) return Fail(ErrorCode::kCancelled, "stopped before the other CPU answered");
    sched_yield();
  }
  return answer_.load();
}

Result<void> SharedPage::Verify(const std::function<bool()>& stopped) {
  for (const bool writable : {false, true}) {
    if (auto set = SetProtection(writable ? PROT_READ | PROT_WRITE : PROT_READ); !set) return set;
    const auto answer = AskToWrite(stopped);
    if (!answer) return tl::unexpected(answer.error());
    if ((*answer == kWritten) == writable) continue;
    return Fail(ErrorCode::kWrongAnswer,
                writable ? "another CPU could not write a page that was writable again"
                         : "another CPU wrote a page that had been protected");
  }
  return {};
}

void SharedPage::Use() {
  std::atomic_ref<char> first(*page_);
  for (Request request = request_; request != kEnd; request = request_) {
    if (request == kUse) {
      (void)first.load(std::memory_order_relaxed);
      uses_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    Request asked = kTryToWrite;
    if (!request_.compare_exchange_strong(asked, kUse)) continue;
    // The kernel writes here on this CPU, by what this CPU knows of the page, and tells of a
    // protected one without a signal.
    answer_ = read(zeros_, page_, 1) == 1 ? kWritten : kRefused;
  }
}

}  // namespace hypergauge::probes
