#include "exporter/listen_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::exporter {
namespace {

TEST(ListenAddress, ResolvesTheHost) {
  EXPECT_EQ(ResolveListenAddress("127.0.0.1:10910"), "127.0.0.1:10910");
  EXPECT_EQ(ResolveListenAddress("localhost:0"), "127.0.0.1:0");
  EXPECT_EQ(ResolveListenAddress(":65535"), "0.0.0.0:65535");
}

TEST(ListenAddress, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> table[] = {
      {"", "HOST:PORT or :PORT is needed"},
      {"10910", "HOST:PORT or :PORT is needed"},
      {"127.0.0.1:", "port"},
      {"127.0.0.1:65536", "port"},
      {"127.0.0.1:-1", "port"},
      {"127.0.0.1:80s", "port"},
      {"127.0.0.1:80,127.0.0.1:81", "IPv6"},
      {"[::1]:80", "IPv6"},
      {"::1:80", "IPv6"},
      {"127.0.0.256.invalid:80", "no IPv4 address"},
  };
  for (const auto& [address, why] : table) {
    const auto resolved = ResolveListenAddress(address);
    ASSERT_FALSE(resolved.has_value()) << address;
    EXPECT_EQ(resolved.error().code, ErrorCode::kInvalidArgument) << address;
    EXPECT_THAT(resolved.error().message, ::testing::HasSubstr(why));
    EXPECT_THAT(resolved.error().message, ::testing::HasSubstr("\"" + std::string(address) + "\""));
  }
}

}  // namespace
}  // namespace hypergauge::exporter
