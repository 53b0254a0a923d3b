#include "tests/unit/exporter/gunzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

namespace hypergauge::exporter::testing {

std::string Gunzip(const std::string& gzipped) {
  z_stream stream{};
  std::string input = gzipped;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  inflateInit2(&stream, MAX_WBITS + 16);
  std::string out;
  std::array<char, 4096> chunk{};
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  inflateEnd(&stream);
  return status == Z_STREAM_END ? out : "";
}

}  // namespace hypergauge::exporter::testing
