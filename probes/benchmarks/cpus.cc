#include "probes/benchmarks/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>

namespace hypergauge::probes {
namespace {

constexpr int kMostCpus = 1 << 18;

struct FreeSet {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};

using CpuSet = std::unique_ptr<cpu_set_t, FreeSet>;

}  // namespace

Result<std::vector<int>> AllowedCpus() {
  // The kernel refuses a set smaller than its own, whose size it does not tell.
  for (int size = 1024; size <= kMostCpus; size *= 2) {
    const CpuSet set(CPU_ALLOC(size));
    if (set == nullptr) break;
    const size_t bytes = CPU_ALLOC_SIZE(size);
    if (sched_getaffinity(0, bytes, set.get()) != 0) continue;
    std::vector<int> cpus;
    for (int cpu = 0; cpu < size; ++cpu) {
      if (CPU_ISSET_S(cpu, bytes, set.get())) cpus.push_back(cpu);
    }
    return cpus;
  }
  return tl::unexpected(FromErrno(errno, "sched_getaffinity"));
}

Result<void> RunOn(pid_t thread, const std::vector<int>& cpus) {
  const int highest = cpus.empty() ? 0 : *std::max_element(cpus.begin(), cpus.end());
  const CpuSet set(CPU_ALLOC(highest + 1));
  if (set == nullptr) return Fail(ErrorCode::kResourceExhausted, "no memory for a set of CPUs");
  const size_t bytes = CPU_ALLOC_SIZE(highest + 1);
  CPU_ZERO_S(bytes, set.get());
  for (const int cpu : cpus) CPU_SET_S(cpu, bytes, set.get());
  if (sched_setaffinity(thread, bytes, set.get()) == 0) return {};
  const int error = errno;
  std::string names;
  for (const int cpu : cpus) names += " " + std::to_string(cpu);
  return tl::unexpected(FromErrno(error, "sched_setaffinity to CPU" + names));
}

Result<CpuPair> TwoCpus(std::string_view benchmark) {
  const auto cpus = AllowedCpus();
  if (!cpus) return tl::unexpected(cpus.error());
  if (cpus->size() < 2) {
    return Fail(ErrorCode::kUnsupported,
                std::string(benchmark) + " needs two CPUs and may run on one only");
  }
  const int current = sched_getcpu();
  const auto next =
      std::find_if(cpus->begin(), cpus->end(), [=](int cpu) { return cpu > current; });
  return CpuPair{.first = current, .second = next == cpus->end() ? cpus->front() : *next};
}

Result<ScopedAffinity> ScopedAffinity::To(int cpu) {
  auto before = AllowedCpus();
  if (!before) return tl::unexpected(before.error());
  if (auto pinned = RunOn(0, {cpu}); !pinned) return tl::unexpected(pinned.error());
  return ScopedAffinity(std::move(*before));
}

Result<ScopedAffinity> ScopedAffinity::ToCurrentCpu() {
  const int current = sched_getcpu();
  if (current < 0) return tl::unexpected(FromErrno(errno, "sched_getcpu"));
  return To(current);
}

ScopedAffinity::ScopedAffinity(ScopedAffinity&& other) noexcept
    : before_(std::exchange(other.before_, {})) {}

ScopedAffinity& ScopedAffinity::operator=(ScopedAffinity&& other) noexcept {
  std::swap(before_, other.before_);
  return *this;
}

ScopedAffinity::~ScopedAffinity() {
  if (!before_.empty()) (void)RunOn(0, before_);
}

}  // namespace hypergauge::probes
