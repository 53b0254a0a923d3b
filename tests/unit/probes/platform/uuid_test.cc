#include "probes/platform/uuid.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";

TEST(NormalUuid, IsTheSameHoweverItIsWritten) {
  for (const std::string text :
       {kUuid, "4C4C4544-0042-3510-8052-C3C04F4D3732\n", "{4c4c4544-0042-3510-8052-c3c04f4d3732}",
        "4c4c4544004235108052c3c04f4d3732", " \t4c4c4544-0042-3510-8052-c3c04f4d3732 \r\n"}) {
    EXPECT_EQ(NormalUuid(text), kUuid) << text;
  }
  EXPECT_EQ(NormalUuid(std::string(kUuid) + '\0'), kUuid);  // of a device tree
}

TEST(NormalUuid, IsNothingOfOtherText) {
  for (const char* text :
       {"", "-", "{", "{}", "Not Settable", "4c4c4544-0042-3510-8052-c3c04f4d373",
        "4c4c4544-0042-3510-8052-c3c04f4d37322", "4c4c4544-0042-3510-8052-c3c04f4d373g",
        "{4c4c4544-0042-3510-8052-c3c04f4d3732", "4c4c4544 0042 3510 8052 c3c04f4d3732"}) {
    EXPECT_FALSE(NormalUuid(text).has_value()) << text;
  }
  EXPECT_FALSE(NormalUuid(std::string(100'000, 'a')).has_value());
  EXPECT_FALSE(NormalUuid(std::string("\xff\xfe\x00\x01", 4)).has_value());
}

TEST(NormalUuid, IsNothingOfWhatManyMachinesShare) {
  for (const char* text :
       {"00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
        "12345678-1234-1234-1234-123456789abc", "12345678-1234-5678-90AB-123456789ABC",
        "12345678-1234-5678-9012-345678901234", "78563412-3412-7856-9012-345678901234",
        "01234567-89ab-cdef-0123-456789abcdef"}) {
    EXPECT_FALSE(NormalUuid(text).has_value()) << text;
  }
}

TEST(SwappedUuid, TurnsTheFirstThreeFieldsAround) {
  EXPECT_EQ(SwappedUuid("00112233-4455-6677-8899-aabbccddeeff"),
            "33221100-5544-7766-8899-aabbccddeeff");
  EXPECT_EQ(SwappedUuid(SwappedUuid(kUuid)), kUuid);
}

}  // namespace
}  // namespace hypergauge::probes
