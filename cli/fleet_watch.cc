#include "cli/fleet_watch.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hypergauge::cli {

Result<std::unique_ptr<FleetWatch>> FleetWatch::Start(const std::string& server,
                                                      std::chrono::nanoseconds interval) {
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) return tl::unexpected(FromErrno(errno, "eventfd"));
  return std::unique_ptr<FleetWatch>(new FleetWatch(server, interval, wake_fd));
}

FleetWatch::FleetWatch(std::string server, std::chrono::nanoseconds interval, int wake_fd)
    : interval_(interval), wake_fd_(wake_fd) {
  state_.server = std::move(server);
  thread_ = std::thread([this] { Run(); });
}

FleetWatch::~FleetWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
  close(wake_fd_);
}

TopState FleetWatch::State() {
  uint64_t ignored = 0;
  static_cast<void>(read(wake_fd_, &ignored, sizeof(ignored)));
  const std::lock_guard lock(mutex_);
  return state_;
}

bool FleetWatch::IsIdle() {
  const std::lock_guard lock(mutex_);
  return !asking_;
}

void FleetWatch::Take(Result<FleetSnapshot> answer) {
  if (!answer) {
    state_.error = answer.error().message;
    return;
  }
  state_.error.clear();
  const auto started = [](const std::optional<FleetSnapshot>& fleet) -> int64_t {
    return fleet && fleet->status ? fleet->status->started_unix_nanos() : 0;
  };
  const int64_t before = started(state_.fleet);
  state_.fleet = std::move(*answer);
  const int64_t now = started(state_.fleet);
  if (before != 0 && now != before) state_.restarted_unix_nanos = now;
}

void FleetWatch::Run() {
  Client client(state_.server);
  AnalysisClient analysis(state_.server);
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto before = state_.fleet;
    asking_ = true;
    lock.unlock();
    auto answer = AskFleet(client, analysis, before ? &*before : nullptr);
    lock.lock();
    asking_ = false;
    Take(std::move(answer));
    const uint64_t one = 1;
    static_cast<void>(write(wake_fd_, &one, sizeof(one)));
    stopped_.wait_for(lock, interval_, [this] { return stop_; });
  }
}

}  // namespace hypergauge::cli
