#include "probes/platform/placement/domain_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kDomain = R"(<domain type='kvm'>
  <name>web</name>
  <uuid>4c4c4544-0042-3510-8052-c3c04f4d3732</uuid>
  <sysinfo type='smbios'><system>
    <entry name='serial'>11111111-2222-3333-4444-555555555555</entry>
    <entry name='uuid'>4C4C4544-0042-3510-8052-C3C04F4D3732</entry>
  </system></sysinfo>
  <devices>
    <interface type='bridge'><mac address='52:54:00:ab:cd:ef'/><source bridge='br0'/></interface>
    <interface type='network'><mac address="52:54:00:AB:CD:00"/></interface>
    <disk><mac address='52:54:00:00:00:99'/></disk>
  </devices>
  <mac address='52:54:00:00:00:98'/>
</domain>)";

TEST(DomainXmlTest, ADefinition) {
  const auto domain = ParseDomainXml(kDomain);
  ASSERT_TRUE(domain.has_value()) << domain.error().message;
  EXPECT_EQ(domain->name, "web");
  EXPECT_THAT(domain->guest.uuids, ElementsAre("4c4c4544-0042-3510-8052-c3c04f4d3732",
                                               "4c4c4544-0042-3510-8052-c3c04f4d3732"));
  EXPECT_THAT(domain->guest.macs, ElementsAre("52:54:00:ab:cd:ef", "52:54:00:ab:cd:00"));
  EXPECT_EQ(domain->state, "");
  EXPECT_EQ(domain->pid, 0);
}

TEST(DomainXmlTest, ARunningDomain) {
  const auto domain = ParseDomainXml(
      "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n-->\n"
      "<domstatus state='running' reason='booted' pid='1234'>\n"
      "<monitor path='/x' type='unix'/>" +
      std::string(kDomain) + "</domstatus>");
  ASSERT_TRUE(domain.has_value()) << domain.error().message;
  EXPECT_EQ(domain->state, "running");
  EXPECT_EQ(domain->pid, 1234);
  EXPECT_EQ(domain->guest.macs.size(), 2U);
}

TEST(DomainXmlTest, WhatIsNoDomainIsRefusedWithTheReason) {
  const auto reason = [](const std::string& xml) {
    const auto domain = ParseDomainXml(xml);
    return domain ? "(accepted)" : domain.error().message;
  };
  EXPECT_THAT(reason(""), HasSubstr("line 1: no element found"));
  EXPECT_THAT(reason("<domain>\n<uuid></domain>"), HasSubstr("line 2: mismatched tag"));
  EXPECT_THAT(reason(std::string(kDomain).substr(0, 200)), HasSubstr("line"));
  EXPECT_THAT(reason("<network><uuid>4c4c4544-0042-3510-8052-c3c04f4d3732</uuid></network>"),
              HasSubstr("describes no domain"));
  EXPECT_THAT(reason(std::string("\x7f"
                                 "ELF\0\0",
                                 6)),
              HasSubstr("not well-formed"));
  EXPECT_THAT(reason("<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><domain>&b;</domain>"),
              HasSubstr("document type declaration"));
}

TEST(DomainXmlTest, EnormousTextAndDeepNestingEndWell) {
  const auto big =
      ParseDomainXml("<domain><uuid>" + std::string(1'000'000, 'a') + "</uuid></domain>");
  ASSERT_TRUE(big.has_value());
  EXPECT_TRUE(big->guest.empty());
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(ParseDomainXml(deep).has_value());
}

}  // namespace
}  // namespace hypergauge::probes
