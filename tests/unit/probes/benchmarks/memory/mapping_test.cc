#include "probes/benchmarks/memory/mapping.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hypergauge::probes {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

TEST(Mapping, IsZeroedAndAligned) {
  const auto memory = Mapping::Make(kHugePage, Pages::kDefault);
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory->data()) % kHugePage, 0U);
  EXPECT_EQ(memory->data()[0], std::byte{0});
  memory->data()[kHugePage - 1] = std::byte{1};
}

TEST(Mapping, OfSmallPagesHasNoHugeOnes) {
  const auto memory = Mapping::Make(4 * kHugePage, Pages::kSmall);
  ASSERT_TRUE(memory) << memory.error().message;
  for (size_t i = 0; i < memory->size(); i += 4096) memory->data()[i] = std::byte{1};
  EXPECT_EQ(memory->HugeBytes(), 0U);
}

TEST(Mapping, OfMoreThanThereIsIsUnsupported) {
  const auto memory = Mapping::Make(size_t{1} << 60, Pages::kDefault);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(memory.error().message.find("mmap of 1099511627778 MiB"), std::string::npos)
      << memory.error().message;
}

TEST(Mapping, FindsItsHugePagesInTheKernelsText) {
  constexpr std::string_view kSmaps =
      "7f0000000000-7f0000400000 rw-p 00000000 00:00 0\n"
      "Size:               4096 kB\n"
      "AnonHugePages:      2048 kB\n"
      "7f0000400000-7f0000800000 rw-p 00000000 00:00 0 [heap]\n"
      "AnonHugePages:      4096 kB\n";
  EXPECT_EQ(HugeBytesAt(kSmaps, 0x7f0000000000), 2048U << 10U);
  EXPECT_EQ(HugeBytesAt(kSmaps, 0x7f0000400000), 4096U << 10U);
  EXPECT_EQ(HugeBytesAt(kSmaps, 0x7f0000800000), 0U);
}

}  // namespace
}  // namespace hypergauge::probes
