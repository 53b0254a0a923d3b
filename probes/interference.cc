#include "probes/interference.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "probes/platform/cpu_frequency.h"
#include "probes/platform/hypervisor.h"

namespace hypergauge::probes {
namespace {

// The kernel counts ticks of 10 ms: a shorter look says nothing.
constexpr std::chrono::milliseconds kShortestLook{500};

std::string Format(const char* format, double first, double second) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, first, second);
  return text.data();
}

double Share(std::chrono::nanoseconds part, double wall) {
  return std::max(0.0, ToSeconds(part)) / wall;
}

}  // namespace

Result<InterferenceMeter::Reading> InterferenceMeter::Read() const {
  auto cpu = ReadCpuTimes(root_ / "proc");
  if (!cpu) return tl::unexpected(cpu.error());
  return Reading{clock_->MonotonicRaw(), *cpu, ReadCpuQuota(root_), ReadPressure(root_ / "proc"),
                 ReadCpuFrequency(root_ / "sys")};
}

void InterferenceMeter::Look() {
  end_.reset();
  if (auto reading = Read(); reading) end_ = *reading;
}

Result<void> InterferenceMeter::Begin() {
  begin_.reset();
  auto reading = Read();
  if (!reading) return tl::unexpected(reading.error());
  begin_ = *reading;
  // Between the runs of a cycle there is no time to look; the last figure stands until there was.
  if (end_ && reading->at - end_->at >= kShortestLook) {
    load_before_ = Share(reading->cpu.busy - end_->cpu.busy, ToSeconds(reading->at - end_->at));
  }
  return {};
}

Result<int> InterferenceMeter::End(v1::Run& run) {
  end_.reset();
  auto reading = Read();
  if (!reading) return tl::unexpected(reading.error());
  end_ = *reading;
  if (!begin_) return Fail(ErrorCode::kUnavailable, "there was no reading before the run");
  const auto& begin = *begin_;
  const auto& end = *end_;
  const double wall = std::max(1e-9, ToSeconds(end.at - begin.at));
  const double busy = Share(end.cpu.busy - begin.cpu.busy, wall);
  const double steal = Share(end.cpu.steal - begin.cpu.steal, wall);
  auto& interference = *run.mutable_interference();
  interference.set_others_cpus(std::max(0.0, busy - interference.own_cpu_seconds() / wall));
  interference.set_interrupts_cpus(Share(end.cpu.interrupts - begin.cpu.interrupts, wall));
  // Of the time that somebody wanted to use; at least that of the CPUs which the benchmark holds,
  // or a single tick would condemn a benchmark that mostly waits for a disk.
  const double wanted = std::max(busy + steal, static_cast<double>(std::max(1U, run.threads())));
  interference.set_steal_ratio(steal / wanted);
  // A hypervisor that has reported some since boot reports steal, whatever its CPUID says.
  interference.set_steal_reported(end.cpu.steal.count() > 0 || ReportsSteal(MachineCpuid));
  interference.set_load_before(load_before_);
  interference.set_quota_cpus(end.quota.cpus);
  interference.set_throttled_nanos(static_cast<uint64_t>(
      std::max<int64_t>(0, (end.quota.throttled - begin.quota.throttled).count())));
  interference.set_pressure_reported(begin.pressure && end.pressure);
  if (begin.pressure && end.pressure) {
    interference.set_pressure_cpu_ratio(Share(end.pressure->cpu - begin.pressure->cpu, wall));
    interference.set_pressure_memory_ratio(
        Share(end.pressure->memory - begin.pressure->memory, wall));
    interference.set_pressure_io_ratio(Share(end.pressure->io - begin.pressure->io, wall));
  }
  interference.set_frequency_hertz(std::min(begin.frequency, end.frequency));
  return end.cpu.cpus;
}

Judgement Judge(const v1::Run& run, int cpus, const VerdictLimits& limits) {
  const auto& interference = run.interference();
  const auto threads = static_cast<int>(run.threads());
  const double wall = std::max(1e-9, static_cast<double>(run.wall_nanos()) * 1e-9);
  const double throttled = static_cast<double>(interference.throttled_nanos()) * 1e-9 / wall;
  if (throttled > limits.throttled_ratio) {
    return {v1::VERDICT_THROTTLED,
            Format("a CPU quota held it back for %.1f %% of the time (limit %.1f %%)",
                   100 * throttled, 100 * limits.throttled_ratio)};
  }
  if (interference.steal_ratio() > limits.steal_ratio) {
    return {v1::VERDICT_STEAL, Format("the hypervisor took %.1f %% of the CPU time (limit %.1f %%)",
                                      100 * interference.steal_ratio(), 100 * limits.steal_ratio)};
  }
  const double waited = interference.shares_cpus() ? 0
                                                   : std::min(interference.run_queue_wait_ratio(),
                                                              interference.others_cpus());
  if (waited > limits.run_queue_wait_ratio) {
    return {v1::VERDICT_BUSY,
            Format("the benchmark waited %.1f %% of its time for a CPU (limit %.1f %%)",
                   100 * waited, 100 * limits.run_queue_wait_ratio)};
  }
  const double free_cpus = std::max(0, cpus - threads);
  if (interference.others_cpus() > free_cpus + limits.spare_cpus) {
    return {v1::VERDICT_BUSY, Format("others used %.2f CPUs, the benchmark leaves %.0f",
                                     interference.others_cpus(), free_cpus)};
  }
  return {};
}

}  // namespace hypergauge::probes
