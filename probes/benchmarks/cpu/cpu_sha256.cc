// SHA-256 of blocks of 64 KiB: integer arithmetic on one thread.
#include "probes/benchmarks/cpu/digest.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeDigest("cpu_sha256", "SHA-256"), [] {
  return std::make_unique<DigestBenchmark>(DigestSpec{
      .algorithm = "SHA256",
      .source = "FIPS 180-4",
      .vectors = {{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                  {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}},
      .block_digest = "a6a98d7f309f68d83fe9b3107daca4afa067687e1dfdcf00e131fefe020e5659",
      .has_instructions = true,
  });
});

}  // namespace
}  // namespace hypergauge::probes
