// The four loops. Written in vectors of 16 bytes, which every 64-bit machine has, and with a
// barrier a cache line: no compiler can make other loads and stores of them, or a call of memcpy.
#include "probes/benchmarks/memory/stream.h"

namespace hypergauge::probes {
namespace {

using Lanes [[gnu::vector_size(16), gnu::may_alias]] = double;

constexpr size_t kPerLine = 64 / sizeof(double);
constexpr size_t kPerLanes = sizeof(Lanes) / sizeof(double);

Lanes Load(const double* from) {
  return *reinterpret_cast<const Lanes*>(from);
}

// `element(i)` makes two elements of the result from position i on.
template <typename Element>
[[gnu::always_inline]] inline void Sweep(double* out, size_t count, const Element& element) {
  for (size_t line = 0; line < count; line += kPerLine) {
    for (size_t i = 0; i < kPerLine; i += kPerLanes) {
      *reinterpret_cast<Lanes*>(out + line + i) = element(line + i);
    }
    asm volatile("" : : : "memory");
  }
}

}  // namespace

[[gnu::noinline]] void StreamCopy(const double* first, const double* /*second*/, double* out,
                                  size_t count) {
  Sweep(out, count, [=](size_t i) { return Load(first + i); });
}

[[gnu::noinline]] void StreamScale(const double* first, const double* /*second*/, double* out,
                                   size_t count) {
  Sweep(out, count, [=](size_t i) { return kStreamScalar * Load(first + i); });
}

[[gnu::noinline]] void StreamAdd(const double* first, const double* second, double* out,
                                 size_t count) {
  Sweep(out, count, [=](size_t i) { return Load(first + i) + Load(second + i); });
}

[[gnu::noinline]] void StreamTriad(const double* first, const double* second, double* out,
                                   size_t count) {
  Sweep(out, count, [=](size_t i) { return Load(first + i) + kStreamScalar * Load(second + i); });
}

}  // namespace hypergauge::probes
