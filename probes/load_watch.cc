#include "probes/load_watch.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace hypergauge::probes {
namespace {

constexpr int kLooksToBeSure = 2;

}  // namespace

std::optional<std::string> WhyBusy(const CpuTimes& before, const CpuTimes& after,
                                   std::chrono::nanoseconds wall, const WatchLimits& limits) {
  if (!limits.enabled || wall <= std::chrono::nanoseconds::zero()) return std::nullopt;
  const double others = ToSeconds(after.busy - before.busy) / ToSeconds(wall);
  if (others <= std::max(0, after.cpus - 1) + limits.others_cpus) return std::nullopt;
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "others use %.2f of %d CPUs (limit %.2f)", others,
                after.cpus, std::max(0, after.cpus - 1) + limits.others_cpus);
  return text.data();
}

std::optional<std::string> WhyBusyNow(const std::filesystem::path& proc_root,
                                      const WatchLimits& limits, const std::stop_token& stop,
                                      const Clock& clock) {
  if (!limits.enabled) return std::nullopt;
  const auto begin = clock.MonotonicRaw();
  const auto before = ReadCpuTimes(proc_root);
  {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, LoadWatch::kInterval, [&] { return stop.stop_requested(); });
  }
  const auto after = ReadCpuTimes(proc_root);
  if (!before || !after || stop.stop_requested()) return std::nullopt;
  return WhyBusy(*before, *after, clock.MonotonicRaw() - begin, limits);
}

LoadWatch::LoadWatch(std::filesystem::path proc_root, WatchLimits limits, const Clock& clock)
    : proc_root_(std::move(proc_root)), limits_(limits), clock_(clock) {}

std::optional<std::string> LoadWatch::Look(pid_t benchmark) {
  const auto machine = ReadCpuTimes(proc_root_);
  if (!machine) return std::nullopt;
  const Reading now{clock_.MonotonicRaw(), *machine, ReadTreeTimes(proc_root_, benchmark)};
  const auto before = std::exchange(last_, now);
  if (!before || now.at <= before->at) return std::nullopt;
  const double wall = ToSeconds(now.at - before->at);
  // A child that ended takes what its threads waited along: never less than nothing.
  const double own = std::max(0.0, ToSeconds(now.benchmark.cpu - before->benchmark.cpu));
  const auto waiting =
      std::max(now.benchmark.waiting - before->benchmark.waiting, std::chrono::nanoseconds::zero());
  waited_ += waiting;
  const double waited = ToSeconds(waiting) / wall;
  const double others =
      std::max(0.0, ToSeconds(now.machine.busy - before->machine.busy) - own) / wall;
  peak_ = std::max(peak_, others);
  const bool crowded = waited > limits_.wait_ratio && others > limits_.others_cpus;
  crowded_ = crowded ? crowded_ + 1 : 0;
  quiet_ = crowded ? 0 : quiet_ + 1;
  was_quiet_ = was_quiet_ || quiet_ >= kLooksToBeSure;
  if (!limits_.enabled || (limits_.arrivals_only && !was_quiet_)) return std::nullopt;
  if (crowded_ < kLooksToBeSure) return std::nullopt;
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(),
                "broken off: others use %.2f CPUs, the benchmark waits %.0f %% of its time", others,
                100 * waited);
  return text.data();
}

}  // namespace hypergauge::probes
