#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "probes/benchmark.h"
#include "probes/benchmarks/memory/cache_size.h"
#include "probes/benchmarks/memory/mapping.h"
#include "probes/benchmarks/memory/memory_room.h"

/// John McCalpin's STREAM: one pass over arrays that no cache holds.
/// Source: https://www.cs.virginia.edu/stream/
namespace hypergauge::probes {

// What STREAM's arrays hold, chosen so that every result is exact.
inline constexpr double kStreamFirst = 1.5;
inline constexpr double kStreamSecond = 2.25;
inline constexpr double kStreamScalar = 3.0;

/// out[i] = f(first[i], second[i]) for `count` elements, a multiple of 8, aligned to 64 bytes.
using StreamKernel = void (*)(const double* first, const double* second, double* out, size_t count);

void StreamCopy(const double* first, const double* second, double* out, size_t count);
void StreamScale(const double* first, const double* second, double* out, size_t count);
void StreamAdd(const double* first, const double* second, double* out, size_t count);
void StreamTriad(const double* first, const double* second, double* out, size_t count);

struct StreamSpec {
  StreamKernel kernel = nullptr;
  double expected = 0;  ///< every element of the result
  int arrays = 2;       ///< that are read or written, and counted: 2 or 3
};

/// Bytes of each of `arrays` arrays: those that are wanted, at most what fits into a quarter of the
/// memory and half of what is free, and a power of two then, so that it does not change with every
/// run. Errors: kUnsupported below 1 MiB.
[[nodiscard]] Result<uint64_t> StreamArrayBytes(uint64_t wanted, const MemoryRoom& room,
                                                int arrays);

/// Four times the last-level cache that `threads` threads can use, or the option array_mib.
/// Errors: kInvalidArgument for an option that is no number of MiB.
[[nodiscard]] Result<uint64_t> WantedArrayBytes(const LastLevelCache& cache, int threads,
                                                const std::string& array_mib);

/// STREAM's check: the mean error of all elements of the result.
/// Errors: kWrongAnswer above 1e-13 of what is expected.
[[nodiscard]] Result<void> CheckStream(double error_sum, size_t count, double expected);

/// One kernel, context.size repetitions of which the first is dropped, and more until the sample's
/// time has passed; the figure is the best one's, as STREAM's. One thread in the light suite, else
/// all allowed CPUs. Before every repetition some elements of the result are destroyed and must be
/// right again after it.
class StreamBenchmark final : public Benchmark {
 public:
  explicit StreamBenchmark(const StreamSpec& spec) : spec_(spec) {}

  [[nodiscard]] Result<void> Available(const Context& context) const override;
  [[nodiscard]] Result<void> Prepare(Context& context) override;
  [[nodiscard]] Result<std::vector<double>> Sample(Context& context) override;

 private:
  class Pass;

  [[nodiscard]] Result<uint64_t> ArrayBytes(const Context& context) const;

  StreamSpec spec_;
  int threads_ = 1;
  size_t count_ = 0;  ///< elements of an array
  Mapping memory_;
};

/// The descriptor of such a benchmark: memory_copy has the family memory_copy_bytes_per_second.
[[nodiscard]] Descriptor DescribeStream(const std::string& name, const std::string& formula);

}  // namespace hypergauge::probes
