#include "probes/interference.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hypergauge::probes {
namespace {

// The kernel counts ticks of 10 ms: a shorter look says nothing.
constexpr std::chrono::milliseconds kShortestLook{500};

std::string Format(const char* format, double first, double second) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, first, second);
  return text.data();
}

}  // namespace

Result<InterferenceMeter::Reading> InterferenceMeter::Read() const {
  auto cpu = ReadCpuTimes(proc_root_);
  if (!cpu) return tl::unexpected(cpu.error());
  return Reading{clock_->MonotonicRaw(), *cpu};
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
    load_before_ = std::max(
        0.0, ToSeconds(reading->cpu.busy - end_->cpu.busy) / ToSeconds(reading->at - end_->at));
  }
  return {};
}

Result<int> InterferenceMeter::End(v1::Run& run) {
  end_.reset();
  auto reading = Read();
  if (!reading) return tl::unexpected(reading.error());
  end_ = *reading;
  if (!begin_) return Fail(ErrorCode::kUnavailable, "there was no reading before the run");
  const double wall = std::max(1e-9, ToSeconds(end_->at - begin_->at));
  const double busy = std::max(0.0, ToSeconds(end_->cpu.busy - begin_->cpu.busy));
  const double steal = std::max(0.0, ToSeconds(end_->cpu.steal - begin_->cpu.steal));
  auto& interference = *run.mutable_interference();
  interference.set_others_cpus(std::max(0.0, busy - interference.own_cpu_seconds()) / wall);
  // Of the time that somebody wanted to use; at least that of the CPUs which the benchmark holds,
  // or a single tick would condemn a benchmark that mostly waits for a disk.
  const double wanted = std::max(busy + steal, wall * std::max(1U, run.threads()));
  interference.set_steal_ratio(steal / wanted);
  // A hypervisor that reports steal has reported some since boot.
  interference.set_steal_reported(end_->cpu.steal.count() > 0);
  interference.set_load_before(load_before_);
  return end_->cpu.cpus;
}

Judgement Judge(const v1::Interference& interference, int threads, int cpus,
                const VerdictLimits& limits) {
  if (interference.steal_ratio() > limits.steal_ratio) {
    return {v1::VERDICT_STEAL, Format("the hypervisor took %.1f %% of the CPU time (limit %.1f %%)",
                                      100 * interference.steal_ratio(), 100 * limits.steal_ratio)};
  }
  if (interference.run_queue_wait_ratio() > limits.run_queue_wait_ratio) {
    return {v1::VERDICT_BUSY,
            Format("the benchmark waited %.1f %% of its time for a CPU (limit %.1f %%)",
                   100 * interference.run_queue_wait_ratio(), 100 * limits.run_queue_wait_ratio)};
  }
  const double free_cpus = std::max(0, cpus - threads);
  if (interference.others_cpus() > free_cpus + limits.spare_cpus) {
    return {v1::VERDICT_BUSY, Format("others used %.2f CPUs, the benchmark leaves %.0f",
                                     interference.others_cpus(), free_cpus)};
  }
  return {};
}

}  // namespace hypergauge::probes
