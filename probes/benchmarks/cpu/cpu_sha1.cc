// SHA-1 of blocks of 64 KiB: integer arithmetic on one thread.
#include "probes/benchmarks/cpu/digest.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeDigest("cpu_sha1", "SHA-1"), [] {
  return std::make_unique<DigestBenchmark>(DigestSpec{
      .algorithm = "SHA1",
      .source = "FIPS 180-4",
      .vectors = {{"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
                  {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                   "84983e441c3bd26ebaae4aa1f95129e5e54670f1"}},
      .block_digest = "52760979e29e322d36e4eb78bb9723f534492119",
      .has_instructions = true,
  });
});

}  // namespace
}  // namespace hypergauge::probes
