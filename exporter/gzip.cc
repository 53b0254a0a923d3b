#include "exporter/gzip.h"

#define ZLIB_CONST  // input through a pointer to const
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace hypergauge::exporter {
namespace {

constexpr int kGzipWindowBits = MAX_WBITS + 16;  // zlib.h: 16 asks for gzip's header and trailer
constexpr int kMemLevel = 8;                     // zlib's default
constexpr size_t kChunk = size_t{256} * 1024;

}  // namespace

Result<std::string> Gzip(std::string_view text, GzipLevel level) {
  z_stream stream{};
  if (deflateInit2(&stream, level == GzipLevel::kFastest ? Z_BEST_SPEED : Z_BEST_COMPRESSION,
                   Z_DEFLATED, kGzipWindowBits, kMemLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Fail(ErrorCode::kInternal, "zlib cannot start compressing");
  }
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> owner(&stream, deflateEnd);
  std::string out;
  std::vector<Bytef> chunk(std::min<size_t>(kChunk, deflateBound(&stream, text.size())));
  int status = Z_OK;
  while (status == Z_OK) {
    // avail_in is 32 bits wide, a scrape of a large fleet may be more.
    if (stream.avail_in == 0) {
      const auto size = std::min<size_t>(text.size(), std::numeric_limits<uInt>::max());
      stream.next_in = reinterpret_cast<const Bytef*>(text.data());
      stream.avail_in = static_cast<uInt>(size);
      text.remove_prefix(size);
    }
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
    out.append(reinterpret_cast<const char*>(chunk.data()), chunk.size() - stream.avail_out);
  }
  if (status != Z_STREAM_END) return Fail(ErrorCode::kInternal, "zlib cannot compress the answer");
  return out;
}

}  // namespace hypergauge::exporter
