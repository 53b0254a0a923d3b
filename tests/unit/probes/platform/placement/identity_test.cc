#include "probes/platform/placement/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";

TEST(IdentityTest, AnAddressIsKnownInEverySpelling) {
  for (const char* text : {"52:54:00:ab:cd:ef", "52-54-00-AB-CD-EF", " 52:54:00:Ab:cD:ef\n"}) {
    EXPECT_EQ(NormalMac(text), "52:54:00:ab:cd:ef") << text;
  }
}

TEST(IdentityTest, WhatIsNoAddressOrManyMachinesIsNone) {
  for (const char* text :
       {"", "52:54:00:ab:cd", "52:54:00:ab:cd:e", "52:54:00:ab:cd:ef:01", "525400abcdef",
        "52.54.00.ab.cd.ef", "00:16:3e:xx:xx:xx", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01", "52:54:00:12:34:56", "52:54:00:12:34:57", "02:42:ac:11:00:02"}) {
    EXPECT_FALSE(NormalMac(text).has_value()) << text;
  }
}

// By sha256sum(1): what is stored and compared may not change between releases.
TEST(IdentityTest, DigestsAreThoseOfTheContract) {
  EXPECT_EQ(UuidDigest(kUuid),
            "uuid:054ee9b7738f47a075f7db1b1b08b5dd261efdf2d1592227a2e50376f8365b34");
  EXPECT_EQ(MacDigest("52:54:00:ab:cd:ef"),
            "mac:1bbc7d474b74c74f87c468134e88a4137c691e0bcc6f66a529f7cd947a24c7fa");
}

TEST(IdentityTest, AGuestIsToldInBothByteOrdersAndWithItsEvidence) {
  GuestIdentity guest{{kUuid}, {"52:54:00:ab:cd:ef"}, Evidence::kRunning};
  EXPECT_THAT(DigestsOf(guest), ElementsAre(UuidDigest(kUuid), UuidDigest(SwappedUuid(kUuid)),
                                            MacDigest("52:54:00:ab:cd:ef")));
  guest.evidence = Evidence::kIncoming;
  EXPECT_EQ(DigestsOf(guest)[0], "incoming:" + UuidDigest(kUuid).substr(5));
  guest.evidence = Evidence::kHint;
  EXPECT_EQ(DigestsOf(guest)[2], "hint:" + MacDigest("52:54:00:ab:cd:ef").substr(4));
}

}  // namespace
}  // namespace hypergauge::probes
