#include "probes/platform/placement/kvp_pool.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

std::string Record(std::string key, std::string value) {
  key.resize(512, '\0');
  value.resize(2048, '\0');
  return key + value;
}

TEST(KvpPoolTest, TheNameOfThePhysicalHost) {
  const auto pool = Record("HostName", "hv01.example.com") + Record("PhysicalHostName", "HV01") +
                    Record("PhysicalHostNameFullyQualified", "hv01.example.com");
  EXPECT_EQ(KvpValue(pool, "PhysicalHostName"), "HV01");
  EXPECT_EQ(KvpValue(pool, "VirtualMachineName"), "");
}

TEST(KvpPoolTest, TheLastRecordOfAKeyCountsAndACutOneDoesNot) {
  const auto pool = Record("PhysicalHostName", "OLD") + Record("PhysicalHostName", "NEW") +
                    Record("PhysicalHostName", "CUT").substr(0, 2559);
  EXPECT_EQ(KvpValue(pool, "PhysicalHostName"), "NEW");
}

TEST(KvpPoolTest, FieldsWithoutAnEndAndBinaryValuesAreBounded) {
  EXPECT_EQ(KvpValue(Record(std::string(512, 'k'), std::string(2048, 'v')), "PhysicalHostName"),
            "");
  EXPECT_EQ(KvpValue(Record("PhysicalHostName", std::string(2048, 'v')), "PhysicalHostName"),
            std::string(253, 'v'));
  EXPECT_EQ(KvpValue(Record("PhysicalHostName",
                            "a\xff\x01"
                            "b"),
                     "PhysicalHostName"),
            "a? b");
  EXPECT_EQ(KvpValue("", "PhysicalHostName"), "");
}

}  // namespace
}  // namespace hypergauge::probes
