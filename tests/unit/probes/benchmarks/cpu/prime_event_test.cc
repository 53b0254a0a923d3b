#include "probes/benchmarks/cpu/prime_event.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

// By a sieve, which has nothing in common with the benchmark.
uint64_t SievedPrimes(uint64_t limit) {
  std::vector<bool> composite(limit);
  uint64_t primes = 0;
  for (uint64_t i = 2; i < limit; ++i) {
    if (composite[i]) continue;
    if (i > 2) ++primes;
    for (uint64_t j = i * i; j < limit; j += i) composite[j] = true;
  }
  return primes;
}

TEST(PrimeEvent, FindsWhatASieveFinds) {
  for (const uint64_t limit : {3, 4, 9, 10, 25, 26, 121, 1000}) {
    EXPECT_EQ(CountPrimes(limit), SievedPrimes(limit)) << limit;
  }
  EXPECT_EQ(CountPrimes(kPrimeLimit), kPrimesPerEvent);
  EXPECT_EQ(SievedPrimes(kPrimeLimit), kPrimesPerEvent);
}

TEST(PrimeEvent, ThatWasLeftOutFails) {
  EXPECT_TRUE(CheckPrimes({.events = 2, .primes = 2 * kPrimesPerEvent}));
  for (const PrimeEvents& wrong :
       {PrimeEvents{}, PrimeEvents{.events = 2, .primes = kPrimesPerEvent},
        PrimeEvents{.events = 1, .primes = kPrimesPerEvent - 1}}) {
    const auto checked = CheckPrimes(wrong);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(PrimeEvent, IsRunOnceEvenInNoTime) {
  const auto context = QuickContext(1);
  const auto done = RunPrimeEvents(context, {});
  EXPECT_EQ(done.events, 1);
  EXPECT_GT(done.elapsed.count(), 0);
  EXPECT_TRUE(CheckPrimes(done));
}

TEST(PrimeEvent, EndsWithTheContext) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(1);
  context.stop = &stop;
  EXPECT_EQ(RunPrimeEvents(context, std::chrono::hours(1)).events, 1);
}

}  // namespace
}  // namespace hypergauge::probes
