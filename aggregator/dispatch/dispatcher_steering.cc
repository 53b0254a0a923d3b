// What people ask of the dispatcher.
#include <algorithm>
#include <future>
#include <iterator>
#include <memory>
#include <utility>

#include "aggregator/dispatch/dispatcher.h"
#include "aggregator/schedule/report.h"
#include "aggregator/schedule/schedule_samples.h"

namespace hypergauge::aggregator {
namespace {

constexpr Time kShown = std::chrono::hours(1);  // where a report asks for no time

v1::Pause MessageOf(const PauseState& state) {
  v1::Pause pause;
  pause.set_host(state.host);
  pause.set_began_unix_nanos(state.began.count());
  if (state.until != Time::max()) pause.set_until_unix_nanos(state.until.count());
  pause.set_reason(state.reason);
  return pause;
}

}  // namespace

v1::GetScheduleResponse Dispatcher::Report(const std::vector<std::string>& hosts,
                                           int64_t since_unix_nanos) {
  ScheduleSeen seen;
  seen.now = outside_.clock.Realtime();
  const int64_t since = since_unix_nanos != 0 ? since_unix_nanos : (seen.now - kShown).count();
  seen.leases_of = [&](const std::string& host) { return outside_.book.Of(host, since); };
  seen.collisions = outside_.collisions();
  {
    const std::lock_guard lock(mutex_);
    if (hosts.empty()) seen.hosts = schedule_.View({}, seen.now);
    for (const auto& host : hosts) {
      auto views = schedule_.View(host, seen.now);
      std::move(views.begin(), views.end(), std::back_inserter(seen.hosts));
    }
    seen.pauses = schedule_.Pauses();
    seen.counts = schedule_.counts();
  }
  return ReportOf(seen, outside_.label_of);
}

void Dispatcher::CollectInto(exporter::Snapshot& snapshot) const {
  std::vector<HostView> hosts;
  ScheduleCounts counts;
  {
    const std::lock_guard lock(mutex_);
    hosts = schedule_.View({}, outside_.clock.Realtime());
    counts = schedule_.counts();
  }
  for (const auto& family : ScheduleFamilies()) snapshot.families.emplace(family.name, family);
  snapshot.sources.push_back(
      std::make_shared<const exporter::SourceSamples>(ScheduleSamples(hosts, counts)));
}

Result<Schedule::Order> Dispatcher::RunNow(const std::string& node_id, const std::string& suite,
                                           const std::vector<std::string>& benchmarks) {
  Result<Schedule::Order> order;
  {
    const std::lock_guard lock(mutex_);
    order = schedule_.RunNow(node_id, suite, benchmarks, outside_.clock.Realtime());
    changed_ = true;
  }
  wake_.notify_one();
  return order;
}

Result<int> Dispatcher::Pause(const std::string& host, Time duration, const std::string& reason) {
  const Time now = outside_.clock.Realtime();
  PauseState pause{.host = host, .began = now, .until = Time::max(), .reason = reason};
  if (duration > Time::zero() && duration < Time::max() - now) pause.until = now + duration;
  int revoked = 0;
  Result<void> kept;
  {
    std::unique_lock lock(mutex_);
    revoked = schedule_.Pause(std::move(pause), now);
    WithdrawSlots(host);
    changed_ = true;
    wake_.notify_one();
    kept = KeepPauses(lock);
  }
  if (!kept) return tl::unexpected(kept.error());
  v1::Event event;
  event.set_kind(v1::Event::KIND_SCHEDULE_PAUSED);
  event.set_subject(host);
  event.set_new_value(reason);
  outside_.events.Record(std::move(event));
  return revoked;
}

Result<int> Dispatcher::Resume(const std::string& host) {
  const Time now = outside_.clock.Realtime();
  int lifted = 0;
  Result<void> kept;
  {
    std::unique_lock lock(mutex_);
    lifted = schedule_.Resume(host, now);
    for (const auto& node_id : connected_) {
      if (host.empty() || hosts_[node_id] == host) GiveSlot(node_id, now);
    }
    changed_ = true;
    wake_.notify_one();
    kept = KeepPauses(lock);
  }
  if (!kept) return tl::unexpected(kept.error());
  if (lifted == 0) return lifted;
  v1::Event event;
  event.set_kind(v1::Event::KIND_SCHEDULE_RESUMED);
  event.set_subject(host);
  outside_.events.Record(std::move(event));
  return lifted;
}

bool Dispatcher::IsPaused(const std::string& host) const {
  const auto pauses = schedule_.Pauses();
  return std::any_of(pauses.begin(), pauses.end(),
                     [&](const auto& pause) { return pause.host.empty() || pause.host == host; });
}

Result<void> Dispatcher::KeepPauses(std::unique_lock<std::mutex>& lock) {
  std::vector<v1::Pause> pauses;
  for (const auto& pause : schedule_.Pauses()) pauses.push_back(MessageOf(pause));
  std::promise<Result<void>> done;
  // In the order of the calls: the store keeps it.
  outside_.store.PutPauses(std::move(pauses),
                           [&done](const Result<void>& stored) { done.set_value(stored); });
  lock.unlock();
  auto stored = done.get_future().get();
  lock.lock();
  return stored;
}

}  // namespace hypergauge::aggregator
