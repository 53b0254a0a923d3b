#include "probes/platform/placement/forwarding_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_bridge.h>

#include <array>
#include <cstring>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using hypergauge::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Entry(std::array<unsigned char, 6> mac, int port, bool local = false) {
  __fdb_entry entry{};
  std::memcpy(&entry.mac_addr[0], mac.data(), mac.size());
  entry.port_no = static_cast<__u8>(port);
  entry.port_hi = static_cast<__u8>(port >> 8);
  entry.is_local = local ? 1 : 0;
  return {reinterpret_cast<const char*>(&entry), sizeof(entry)};
}

constexpr std::array<unsigned char, 6> kWeb = {0x52, 0x54, 0, 0xab, 0xcd, 1};
constexpr std::array<unsigned char, 6> kMail = {0x52, 0x54, 0, 0xab, 0xcd, 2};

TEST(ForwardingTableTest, WhatABridgeLearned) {
  const auto table = Entry(kWeb, 2) + Entry(kMail, 1, true) + Entry({1, 0, 0x5e, 0, 0, 1}, 2) +
                     Entry(kMail, 258) + "cut";
  EXPECT_THAT(ParseForwardingTable(table), ElementsAre(LearnedAddress{"52:54:00:ab:cd:01", 2},
                                                       LearnedAddress{"52:54:00:ab:cd:02", 258}));
  EXPECT_THAT(ParseForwardingTable(""), IsEmpty());
  EXPECT_THAT(ParseForwardingTable("too short"), IsEmpty());
}

TEST(ForwardingTableTest, OnlyPortsThatLeadToOneGuestCount) {
  const TempDir root;
  const std::string net = "sys/class/net/";
  root.Write(net + "br0/brforward",
             Entry(kWeb, 1) + Entry(kMail, 2) + Entry({0x52, 0x54, 0, 1, 1, 3}, 3) +
                 Entry({0x52, 0x54, 0, 1, 1, 4}, 3) + Entry({0x52, 0x54, 0, 1, 1, 5}, 4));
  root.Write(net + "br0/brif/uplink/port_no", "0x1\n");
  root.Write(net + "br0/brif/tap101i0/port_no", "0x2\n");
  root.Write(net + "br0/brif/vpn0/port_no", "0x3\n");
  root.Write(net + "br0/brif/mytap/port_no", "0x4\n");
  root.Write(net + "uplink/address", "52:54:00:00:00:01\n");
  root.Write(net + "tap101i0/address", "52:54:00:00:00:02\n");
  root.Write(net + "vpn0/tun_flags", "0x1002\n");
  root.Write(net + "mytap/tun_flags", "0x1002\n");
  EXPECT_THAT(
      ReadBridgedGuests(root.path()),
      ::testing::UnorderedElementsAre(GuestIdentity{{}, {"52:54:00:ab:cd:02"}, Evidence::kHint},
                                      GuestIdentity{{}, {"52:54:00:01:01:05"}, Evidence::kHint}));
}

TEST(ForwardingTableTest, AMachineWithoutBridgesHasNoHints) {
  const TempDir root;
  EXPECT_THAT(ReadBridgedGuests(root.path()), IsEmpty());
  root.Write("sys/class/net/eth0/address", "52:54:00:00:00:01\n");
  root.Write("sys/class/net/br1/brforward", Entry(kWeb, 1));
  EXPECT_THAT(ReadBridgedGuests(root.path()), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::probes
