#include "probes/benchmarks/memory/stream.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;
const MemoryRoom kPlenty{};

MemoryRoom Room(uint64_t total, uint64_t free) {
  return {total, free, "RAM"};
}

Result<std::vector<double>> SampleOf(StreamKernel kernel, int threads) {
  StreamBenchmark benchmark({.kernel = kernel, .expected = kStreamFirst, .arrays = 2});
  auto context = QuickContext(3);
  context.suite = Suite::kStandard;
  context.threads = threads;
  context.options["array_mib"] = "2";
  if (auto prepared = benchmark.Prepare(context); !prepared) {
    return tl::unexpected(prepared.error());
  }
  return benchmark.Sample(context);
}

void Elided(const double* /*first*/, const double* /*second*/, double* /*out*/, size_t /*count*/) {}

void HalfOfIt(const double* first, const double* second, double* out, size_t count) {
  StreamCopy(first, second, out, count / 16 * 8);
}

void OneElementWrong(const double* first, const double* second, double* out, size_t count) {
  StreamCopy(first, second, out, count);
  out[count / 2 + 1] += 1e-3;
}

TEST(Stream, WantsFourTimesTheCacheThatItsThreadsCanUseUnlessTold) {
  const LastLevelCache cache{.largest = 32 * kMebibyte, .total = 64 * kMebibyte};
  EXPECT_EQ(WantedArrayBytes(cache, 1, "").value(), 128 * kMebibyte);
  EXPECT_EQ(WantedArrayBytes(cache, 2, "").value(), 256 * kMebibyte);
  EXPECT_EQ(WantedArrayBytes(cache, 2, "7").value(), 7 * kMebibyte);
  for (const char* wrong : {"0", "-1", "7x", "many", "9999999999"}) {
    const auto wanted = WantedArrayBytes(cache, 1, wrong);
    ASSERT_FALSE(wanted) << wrong;
    EXPECT_EQ(wanted.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(wanted.error().message.find(wrong), std::string::npos);
  }
}

TEST(Stream, TakesNoMoreThanAQuarterOfAllAndHalfOfTheFreeMemory) {
  constexpr uint64_t kWanted = 128 * kMebibyte;
  EXPECT_EQ(StreamArrayBytes(kWanted, kPlenty, 3).value(), kWanted);
  EXPECT_EQ(StreamArrayBytes(kWanted, Room(1024 * kMebibyte, 1000 * kMebibyte), 3).value(),
            64 * kMebibyte);
  EXPECT_EQ(StreamArrayBytes(kWanted, Room(1024 * kMebibyte, 100 * kMebibyte), 3).value(),
            16 * kMebibyte);
  EXPECT_EQ(StreamArrayBytes(kWanted, Room(64 * kMebibyte, 60 * kMebibyte), 2).value(),
            8 * kMebibyte);
}

TEST(Stream, IsUnsupportedWithoutMemory) {
  const auto bytes = StreamArrayBytes(128 * kMebibyte, Room(8 * kMebibyte, 8 * kMebibyte), 3);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(bytes.error().message,
            "3 arrays of at least 1 MiB do not fit: RAM is 8 MiB, of which 8 MiB are free");
}

TEST(Stream, MarksArraysThatACacheHoldsAsCached) {
  auto context = QuickContext(2);
  context.options["array_mib"] = "1";
  ASSERT_TRUE(RunQuickly("memory_copy", context).status);
  EXPECT_EQ(context.report.cached, ReadLastLevelCache().largest * 4 > 2 * kMebibyte);
}

TEST(Stream, ComputesTheFourKernels) {
  alignas(64) const std::array<double, 16> first{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  alignas(64) const std::array<double, 16> second{5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6};
  alignas(64) std::array<double, 16> out{};
  StreamCopy(first.data(), second.data(), out.data(), out.size());
  EXPECT_EQ(out, first);
  StreamScale(first.data(), second.data(), out.data(), out.size());
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], 3 * first[i]);
  StreamAdd(first.data(), second.data(), out.data(), out.size());
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], first[i] + second[i]);
  StreamTriad(first.data(), second.data(), out.data(), out.size());
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], first[i] + 3 * second[i]);
}

TEST(Stream, FailsWithAKernelThatDoesNothingOrHalf) {
  for (const int threads : {1, 3}) {
    EXPECT_TRUE(SampleOf(StreamCopy, threads));
    for (const auto kernel : {Elided, HalfOfIt}) {
      const auto sampled = SampleOf(kernel, threads);
      ASSERT_FALSE(sampled) << threads;
      EXPECT_EQ(sampled.error().code, ErrorCode::kWrongAnswer);
      EXPECT_EQ(sampled.error().message, "repetition 1 did not write its result");
    }
  }
}

TEST(Stream, FailsWithOneWrongElement) {
  const auto sampled = SampleOf(OneElementWrong, 1);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(sampled.error().message.find("mean relative error"), std::string::npos);
}

TEST(Stream, FailsOnlyAboveStreamsOwnEpsilon) {
  EXPECT_TRUE(CheckStream(0, 10, 3));
  EXPECT_TRUE(CheckStream(2.9e-12, 10, 3));
  EXPECT_FALSE(CheckStream(3.1e-12, 10, 3));
  EXPECT_FALSE(CheckStream(std::numeric_limits<double>::quiet_NaN(), 10, 3));
}

TEST(Stream, NeedsASecondRepetition) {
  auto context = QuickContext(1);
  const auto outcome = RunQuickly("memory_copy", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace hypergauge::probes
