// MD5 of blocks of 64 KiB: integer arithmetic on one thread.
#include "probes/benchmarks/cpu/digest.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeDigest("cpu_md5", "MD5"), [] {
  return std::make_unique<DigestBenchmark>(DigestSpec{
      .algorithm = "MD5",
      .source = "RFC 1321",
      .vectors = {{"", "d41d8cd98f00b204e9800998ecf8427e"},
                  {"abc", "900150983cd24fb0d6963f7d28e17f72"},
                  {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
                  {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"}},
      .block_digest = "302bb2ec025f45f766c11670b38badf4",
      .has_instructions = false,
  });
});

}  // namespace
}  // namespace hypergauge::probes
