// zlib at its default level: 64 KiB of compressible text there and back, on one thread.
#include <zlib.h>

#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/zlib_text.h"

namespace hypergauge::probes {
namespace {

Result<void> CheckStatus(const char* call, int status) {
  if (status == Z_OK) return {};
  const auto code = status == Z_MEM_ERROR ? ErrorCode::kResourceExhausted : ErrorCode::kWrongAnswer;
  return Fail(code, std::string("zlib's ") + call + " gave " + zError(status));
}

class CpuZlib final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    text_ = CompressibleText();
    packed_.resize(compressBound(static_cast<uLong>(text_.size())));
    restored_.resize(text_.size());
    context.report.threads = 1;
    context.report.libraries["zlib"] = zlibVersion();
    return CheckRestored(text_, text_);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
      for (int64_t i = 0; i < context.size; ++i) {
        if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
        if (auto done = RoundTrip(); !done) return done;
      }
      return {};
    });
    if (!seconds) return tl::unexpected(seconds.error());
    context.report.answer = "64 KiB came back from " + std::to_string(packed_bytes_) +
                            " bytes with the right CRC-32, every time";
    const auto bytes = static_cast<double>(context.size) * static_cast<double>(text_.size());
    return std::vector<double>{bytes / *seconds};
  }

 private:
  Result<void> RoundTrip() {
    // What an earlier round left must not pass for this one's answer.
    std::fill(packed_.begin(), packed_.end(), '\0');
    std::fill(restored_.begin(), restored_.end(), '\0');
    auto packed_bytes = static_cast<uLongf>(packed_.size());
    const int packed =
        compress(reinterpret_cast<Bytef*>(packed_.data()), &packed_bytes,
                 reinterpret_cast<const Bytef*>(text_.data()), static_cast<uLong>(text_.size()));
    if (auto good = CheckStatus("compress", packed); !good) return good;
    auto restored_bytes = static_cast<uLongf>(restored_.size());
    const int restored = uncompress(reinterpret_cast<Bytef*>(restored_.data()), &restored_bytes,
                                    reinterpret_cast<const Bytef*>(packed_.data()), packed_bytes);
    if (auto good = CheckStatus("uncompress", restored); !good) return good;
    packed_bytes_ = packed_bytes;
    return CheckRestored(text_, std::string_view(restored_).substr(0, restored_bytes));
  }

  std::string text_;
  std::string packed_;
  std::string restored_;
  size_t packed_bytes_ = 0;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_zlib",
        .version = 1,
        .category = "cpu",
        .help = "zlib's compress and uncompress of 64 KiB of compressible text, on one thread",
        .quantities = {{.family = "cpu_zlib_bytes_per_second",
                        .unit = "bytes_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help = "Bytes of text a second that zlib compresses and restores"}},
        .work = {{Suite::kLight, {.size = 500, .work_unit = "500 x 64 KiB there and back"}},
                 {Suite::kStandard, {.size = 1'000, .work_unit = "1,000 x 64 KiB there and back"}}},
        .resources = {"cpu"},
        .core = true,
    },
    [] { return std::make_unique<CpuZlib>(); });

}  // namespace
}  // namespace hypergauge::probes
