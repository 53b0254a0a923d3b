// What a probe says of its machine: bounded, and refused by the field's name.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "aggregator/ingest/validate.h"
#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;

const std::string& LongWord() {
  static const std::string kWord(254, 'w');
  return kWord;
}

const std::string& AnyDigest() {
  static const std::string kDigest(64, 'a');
  return kDigest;
}

// Everything that a probe can say of its machine.
v1::Hello WholeHello() {
  auto hello = MakeHello("a");
  auto& layer = *hello.mutable_platform()->add_layers();
  layer.set_kind("vm");
  layer.set_hypervisor("kvm");
  layer.set_product("proxmox-ve");
  layer.add_evidence("CPUID says KVMKVMKVM");
  hello.mutable_platform()->add_evidence("two\nlines");
  (*hello.mutable_environment()->mutable_facts())["cpu_governor"] = "performance";
  hello.mutable_environment()->set_digest(AnyDigest());
  hello.mutable_placement()->set_reported_host("host");
  hello.mutable_placement()->add_own_digests("uuid:" + AnyDigest());
  hello.mutable_placement()->add_guest_digests("mac:" + AnyDigest());
  hello.mutable_identity()->set_hypervisor_uuid_digest(AnyDigest());
  hello.mutable_identity()->set_machine_generation("17");
  hello.mutable_continuity()->set_counter(1);
  hello.mutable_continuity()->set_secret(std::string(16, '\x80'));
  hello.set_last_sequence(5);
  hello.set_split_from("id-b");
  return hello;
}

TEST(ValidateMachineTest, AWholeHelloPasses) {
  const auto error = CheckHello(WholeHello());
  EXPECT_FALSE(error.has_value()) << error->Text();
}

TEST(ValidateMachineTest, ARunNamesItsEnvironmentByADigestOnly) {
  auto run = MakeRun("a", 1);
  run.set_environment_digest(AnyDigest());
  EXPECT_FALSE(CheckRun(run, MakeHello("a")).has_value());
  run.set_environment_digest("serial 1234");
  const auto error = CheckRun(run, MakeHello("a"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, "run.environment_digest");
}

TEST(ValidateMachineTest, ASecretIsNotRepeatedInTheRefusal) {
  auto hello = WholeHello();
  hello.mutable_continuity()->set_secret("secret");
  EXPECT_EQ(CheckHello(hello)->Text().find("secret\""), std::string::npos);
}

struct BadMachine {
  const char* field;
  std::function<void(v1::Hello&)> spoil;
};

class BadMachineTest : public ::testing::TestWithParam<BadMachine> {};

TEST_P(BadMachineTest, IsRefusedByTheNameOfItsField) {
  auto hello = WholeHello();
  GetParam().spoil(hello);
  const auto error = CheckHello(hello);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, GetParam().field);
}

void AddLayers(v1::Hello& hello, int count) {
  for (int i = 0; i < count; ++i) hello.mutable_platform()->add_layers()->set_kind("vm");
}

void AddFacts(v1::Hello& hello, int count) {
  for (int i = 0; i < count; ++i) {
    (*hello.mutable_environment()->mutable_facts())["fact_" + std::to_string(i)] = "x";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Fields, BadMachineTest,
    ::testing::Values(
        BadMachine{"hello.platform.layers", [](v1::Hello& h) { AddLayers(h, 16); }},
        BadMachine{"hello.platform.layers[0].kind",
                   [](v1::Hello& h) { h.mutable_platform()->mutable_layers(0)->clear_kind(); }},
        BadMachine{"hello.platform.layers[0].product",
                   [](v1::Hello& h) {
                     h.mutable_platform()->mutable_layers(0)->set_product(LongWord());
                   }},
        BadMachine{"hello.platform.layers[0].guest_type",
                   [](v1::Hello& h) {
                     h.mutable_platform()->mutable_layers(0)->set_guest_type("a\nb");
                   }},
        BadMachine{"hello.platform.layers[0].evidence",
                   [](v1::Hello& h) {
                     auto& layer = *h.mutable_platform()->mutable_layers(0);
                     for (int i = 0; i < 256; ++i) layer.add_evidence("x");
                   }},
        BadMachine{"hello.platform.evidence",
                   [](v1::Hello& h) {
                     for (int i = 0; i < 256; ++i) h.mutable_platform()->add_evidence("x");
                   }},
        BadMachine{"hello.platform.version",
                   [](v1::Hello& h) { h.mutable_platform()->set_version(LongWord()); }},
        BadMachine{"hello.platform.container",
                   [](v1::Hello& h) { h.mutable_platform()->set_container(LongWord()); }},
        BadMachine{"hello.environment.kernel_release",
                   [](v1::Hello& h) {
                     h.mutable_environment()->set_kernel_release(LongWord());
                   }},
        BadMachine{"hello.environment.digest",
                   [](v1::Hello& h) { h.mutable_environment()->set_digest("abc"); }},
        BadMachine{"hello.environment.digest",
                   [](v1::Hello& h) {
                     h.mutable_environment()->set_digest(std::string(64, 'A'));
                   }},
        BadMachine{"hello.environment.facts", [](v1::Hello& h) { AddFacts(h, 128); }},
        BadMachine{"hello.environment.facts",
                   [](v1::Hello& h) {
                     (*h.mutable_environment()->mutable_facts())["no name"] = "x";
                   }},
        BadMachine{"hello.environment.facts[\"smt\"]",
                   [](v1::Hello& h) {
                     (*h.mutable_environment()->mutable_facts())["smt"] = std::string(1025, 'x');
                   }},
        BadMachine{"hello.placement.reported_host",
                   [](v1::Hello& h) { h.mutable_placement()->set_reported_host(LongWord()); }},
        BadMachine{"hello.placement.own_digests[1]",
                   [](v1::Hello& h) { h.mutable_placement()->add_own_digests("52:54:00:1:2:3"); }},
        BadMachine{"hello.placement.own_digests",
                   [](v1::Hello& h) {
                     for (int i = 0; i < 64; ++i) {
                       h.mutable_placement()->add_own_digests("uuid:" + AnyDigest());
                     }
                   }},
        BadMachine{"hello.placement.guest_digests[1]",
                   [](v1::Hello& h) { h.mutable_placement()->add_guest_digests(""); }},
        BadMachine{"hello.placement.guest_digests[1]",
                   [](v1::Hello& h) { h.mutable_placement()->add_guest_digests(AnyDigest()); }},
        BadMachine{"hello.placement.guest_digests[1]",
                   [](v1::Hello& h) { h.mutable_placement()->add_guest_digests("uuid:"); }},
        BadMachine{"hello.identity.hypervisor_uuid_digest",
                   [](v1::Hello& h) {
                     h.mutable_identity()->set_hypervisor_uuid_digest(
                         "4c4c4544-0042-3510-8052-b4c04f4d4832");
                   }},
        BadMachine{"hello.identity.machine_generation",
                   [](v1::Hello& h) {
                     h.mutable_identity()->set_machine_generation(LongWord());
                   }},
        BadMachine{"hello.continuity.counter",
                   [](v1::Hello& h) { h.mutable_continuity()->set_counter(0); }},
        BadMachine{"hello.continuity.counter",
                   [](v1::Hello& h) {
                     h.mutable_continuity()->set_counter(std::numeric_limits<uint64_t>::max());
                   }},
        BadMachine{"hello.continuity.secret",
                   [](v1::Hello& h) { h.mutable_continuity()->set_secret("short"); }},
        BadMachine{"hello.last_sequence",
                   [](v1::Hello& h) {
                     h.set_last_sequence(std::numeric_limits<uint64_t>::max());
                   }},
        BadMachine{"hello.split_from", [](v1::Hello& h) { h.set_split_from(LongWord()); }}));

}  // namespace
}  // namespace hypergauge::aggregator
