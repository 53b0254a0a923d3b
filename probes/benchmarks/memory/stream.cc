#include "probes/benchmarks/memory/stream.h"

#include <algorithm>
#include <barrier>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20U;
constexpr uint64_t kCacheFactor = 4;
constexpr uint64_t kMostMebibytes = uint64_t{1} << 20U;
constexpr const char* kArrayMib = "array_mib";
constexpr double kEpsilon = 1e-13;       // STREAM's for double precision
constexpr size_t kPerLine = 8;           // elements
constexpr size_t kPart = 1U << 20U;      // elements between looks at the wish to stop
constexpr size_t kProbeDistance = 8191;  // elements between those that are destroyed

// The light suite's figure is that of one thread on every node, whatever its CPUs.
int ThreadsIn(const Context& context) {
  return context.suite == Suite::kLight ? 1 : context.Threads();
}

uint64_t UsableCache(const LastLevelCache& cache, int threads) {
  return threads > 1 ? cache.total : cache.largest;
}

}  // namespace

Result<uint64_t> StreamArrayBytes(uint64_t wanted, const MemoryRoom& room, int arrays) {
  const uint64_t most = std::min(room.total / 4, room.free / 2) / static_cast<uint64_t>(arrays);
  const uint64_t bytes = wanted <= most ? wanted : std::bit_floor(most);
  if (bytes >= kMebibyte) return bytes / kMebibyte * kMebibyte;
  return Fail(ErrorCode::kUnsupported,
              std::to_string(arrays) + " arrays of at least 1 MiB do not fit: " + Describe(room));
}

Result<uint64_t> WantedArrayBytes(const LastLevelCache& cache, int threads,
                                  const std::string& array_mib) {
  if (array_mib.empty()) {
    return std::max(kMebibyte, kCacheFactor * UsableCache(cache, threads));
  }
  uint64_t mebibytes = 0;
  const char* end = array_mib.data() + array_mib.size();
  const auto parsed = std::from_chars(array_mib.data(), end, mebibytes);
  if (parsed.ec == std::errc() && parsed.ptr == end && mebibytes > 0 &&
      mebibytes <= kMostMebibytes) {
    return mebibytes * kMebibyte;
  }
  return Fail(
      ErrorCode::kInvalidArgument,
      "option array_mib takes 1 to " + std::to_string(kMostMebibytes) + ", not " + array_mib);
}

Result<void> CheckStream(double error_sum, size_t count, double expected) {
  const double error = error_sum / static_cast<double>(count) / std::abs(expected);
  if (error <= kEpsilon) return {};  // false for NaN
  return Fail(ErrorCode::kWrongAnswer, "the result's mean relative error is " +
                                           std::to_string(error) + ", each element should be " +
                                           std::to_string(expected));
}

// One sample: the threads run Work together, and the first of them holds the clock.
class StreamBenchmark::Pass {
 public:
  Pass(const StreamBenchmark& benchmark, const Context& context)
      : spec_(benchmark.spec_),
        context_(context),
        threads_(benchmark.threads_),
        count_(benchmark.count_),
        first_(reinterpret_cast<double*>(benchmark.memory_.data())),
        second_(spec_.arrays == 3 ? first_ + count_ : first_),
        out_(first_ + static_cast<size_t>(spec_.arrays - 1) * count_),
        barrier_(threads_),
        errors_(static_cast<size_t>(threads_)) {}

  void Work(int worker) {
    const size_t begin = ShareBegin(worker);
    const size_t end = ShareBegin(worker + 1);
    Set(out_, begin, end, 0.0);
    barrier_.arrive_and_wait();  // or the others' zeros would cover what BeginRepetition leaves
    do {
      if (worker == 0) BeginRepetition();
      barrier_.arrive_and_wait();
      spec_.kernel(first_ + begin, second_ + begin, out_ + begin, end - begin);
      barrier_.arrive_and_wait();
      if (worker == 0) EndRepetition();
      barrier_.arrive_and_wait();
    } while (more_);
    errors_[static_cast<size_t>(worker)] = ErrorSum(begin, end);
  }

  // Writes the arrays for the first time, each part by a thread as in Work.
  void Fill(int worker) const {
    const size_t begin = ShareBegin(worker);
    const size_t end = ShareBegin(worker + 1);
    Set(first_, begin, end, kStreamFirst);
    if (spec_.arrays == 3) Set(second_, begin, end, kStreamSecond);
    Set(out_, begin, end, 0.0);
  }

  [[nodiscard]] Result<double> BestSeconds() const {
    if (context_.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
    if (!right_) {
      return Fail(ErrorCode::kWrongAnswer,
                  "repetition " + std::to_string(seconds_.size()) + " did not write its result");
    }
    double error = 0;
    for (const double each : errors_) error += each;
    if (auto right = CheckStream(error, count_, spec_.expected); !right) {
      return tl::unexpected(right.error());
    }
    return *std::min_element(seconds_.begin() + 1, seconds_.end());
  }

  [[nodiscard]] size_t repetitions() const { return seconds_.size(); }

 private:
  [[nodiscard]] size_t ShareBegin(int worker) const {
    const size_t lines = count_ / kPerLine;
    return lines * static_cast<size_t>(worker) / static_cast<size_t>(threads_) * kPerLine;
  }

  // Both leave the rest undone when the context is stopped.
  void Set(double* array, size_t begin, size_t end, double value) const {
    for (size_t at = begin; at < end && !context_.Stopped(); at += kPart) {
      std::fill_n(array + at, std::min(kPart, end - at), value);
    }
  }

  [[nodiscard]] double ErrorSum(size_t begin, size_t end) const {
    double error = 0;
    for (size_t at = begin; at < end && !context_.Stopped(); at += kPart) {
      for (size_t i = at; i < std::min(at + kPart, end); ++i) {
        error += std::abs(out_[i] - spec_.expected);
      }
    }
    return error;
  }

  void BeginRepetition() {
    for (size_t i = 0; i < count_; i += kProbeDistance) {
      out_[i] = std::numeric_limits<double>::quiet_NaN();
    }
    start_ = context_.clock->MonotonicRaw();
  }

  void EndRepetition() {
    const auto elapsed = context_.clock->MonotonicRaw() - start_;
    seconds_.push_back(ToSeconds(elapsed));
    total_ += elapsed;
    for (size_t i = 0; i < count_; i += kProbeDistance) {
      right_ = right_ && out_[i] == spec_.expected;
    }
    more_ = right_ && !context_.Stopped() &&
            (repetitions() < static_cast<size_t>(context_.size) || total_ < context_.sample_time);
  }

  const StreamSpec& spec_;
  const Context& context_;
  int threads_;
  size_t count_;
  double* first_;
  double* second_;
  double* out_;
  std::barrier<> barrier_;
  std::vector<double> errors_;   // a sum a thread
  std::vector<double> seconds_;  // a repetition each
  std::chrono::nanoseconds start_{};
  std::chrono::nanoseconds total_{};
  bool right_ = true;
  bool more_ = false;  // written by the first thread between two barriers
};

Result<uint64_t> StreamBenchmark::ArrayBytes(const Context& context) const {
  const auto wanted =
      WantedArrayBytes(ReadLastLevelCache(), ThreadsIn(context), context.Option(kArrayMib));
  if (!wanted) return tl::unexpected(wanted.error());
  return StreamArrayBytes(*wanted, ReadMemoryRoom(), spec_.arrays);
}

Result<void> StreamBenchmark::Available(const Context& context) const {
  const auto bytes = ArrayBytes(context);
  if (!bytes) return tl::unexpected(bytes.error());
  return {};
}

Result<void> StreamBenchmark::Prepare(Context& context) {
  if (context.size < 2) {
    return Fail(ErrorCode::kInvalidArgument,
                "STREAM takes at least 2 repetitions, since the first is dropped");
  }
  threads_ = ThreadsIn(context);
  const auto array_bytes = ArrayBytes(context);
  if (!array_bytes) return tl::unexpected(array_bytes.error());
  const uint64_t bytes = *array_bytes * static_cast<uint64_t>(spec_.arrays);
  auto memory = Mapping::Make(bytes, Pages::kDefault);
  if (!memory) return tl::unexpected(memory.error());
  memory_ = std::move(*memory);
  count_ = *array_bytes / sizeof(double);
  context.report.threads = threads_;
  context.report.cached = bytes < kCacheFactor * UsableCache(ReadLastLevelCache(), threads_);
  Pass pass(*this, context);
  return RunWorkers(context, threads_, [&](int worker) { pass.Fill(worker); });
}

Result<std::vector<double>> StreamBenchmark::Sample(Context& context) {
  Pass pass(*this, context);
  auto ran = RunWorkers(context, threads_, [&](int worker) { pass.Work(worker); });
  if (!ran) return tl::unexpected(ran.error());
  const auto seconds = pass.BestSeconds();
  if (!seconds) return tl::unexpected(seconds.error());
  const uint64_t array_bytes = count_ * sizeof(double);
  context.report.answer = "every element of " + InMebibytes(array_bytes) + " is " +
                          std::to_string(spec_.expected) + " after " +
                          std::to_string(pass.repetitions()) + " repetitions";
  const auto moved = static_cast<double>(array_bytes) * spec_.arrays;
  return std::vector<double>{moved / *seconds};
}

Descriptor DescribeStream(const std::string& name, const std::string& formula) {
  return Descriptor{
      .name = name,
      .version = 1,
      .category = "memory",
      .help = "STREAM's " + formula + " over arrays four times as large as the last-level cache",
      .quantities = {{.family = name + "_bytes_per_second",
                      .unit = "bytes_per_second",
                      .direction = Direction::kHigherIsBetter,
                      .help = "Bytes a second read and written by STREAM's " + formula +
                              ", the best of the repetitions but the first"}},
      .work = {{Suite::kLight, {.size = 5, .work_unit = "5 repetitions on one thread"}},
               {Suite::kStandard, {.size = 10, .work_unit = "10 repetitions on all CPUs"}}},
      .resources = {"cpu"},
      .options = {{kArrayMib, "MiB of each array, instead of four times the last-level cache"}},
  };
}

}  // namespace hypergauge::probes
