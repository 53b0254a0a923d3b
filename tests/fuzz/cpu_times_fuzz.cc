// /proc/stat, which a container's runtime may have replaced.
#include "probes/platform/proc_stat.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto times =
      hypergauge::probes::ParseCpuTimes(hypergauge::fuzz::Text(data, size), "/proc/stat");
  if (times) hypergauge::fuzz::Expect(times->busy.count() >= 0 && times->steal.count() >= 0);
  return 0;
}
