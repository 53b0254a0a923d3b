#include "probes/platform/facts_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(std::string_view json) {
  const auto parsed = ParseFacts(json, "file");
  if (!parsed) return parsed.error().message;
  return parsed->empty() ? "" : parsed->front().error;
}

TEST(ParseFacts, TakesInputsAVectorAndLists) {
  const auto inputs = ParseFacts(R"({"arch": "x86_64"})", "box");
  ASSERT_TRUE(inputs);
  EXPECT_EQ(inputs->at(0).name, "box");
  EXPECT_EQ(inputs->at(0).facts.arch, "x86_64");
  const auto vector = ParseFacts(R"({"name": "a", "inputs": {"arch": "i686"}})", "box");
  ASSERT_TRUE(vector);
  EXPECT_EQ(vector->at(0).name, "a");
  const auto list = ParseFacts(R"([{"inputs": {}}, {"name": "b", "inputs": {}}])", "box");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->at(0).name, "box[0]");
  EXPECT_EQ(list->at(1).name, "b");
  EXPECT_TRUE(ParseFacts("[]", "box")->empty());
}

TEST(ParseFacts, KeepsNotKnownApartFromAbsent) {
  const auto parsed = ParseFacts(
      R"({"files": {"/a/b": ""}, "dirs": ["/c/"], "absent": ["/d"], "smbios_vm_bit": null})", "x");
  ASSERT_TRUE(parsed);
  const auto& facts = parsed->at(0).facts;
  EXPECT_TRUE(facts.Exists("/a/b"));
  EXPECT_TRUE(facts.Exists("/a"));
  EXPECT_TRUE(facts.Exists("/c"));
  EXPECT_FALSE(facts.Exists("/d"));
  EXPECT_TRUE(facts.Absent("/d"));
  EXPECT_TRUE(facts.Absent("/d/below"));
  EXPECT_FALSE(facts.Absent("/dd"));
  EXPECT_FALSE(facts.Absent("/not/known"));
  EXPECT_FALSE(facts.smbios_vm_bit);
}

TEST(ParseFacts, ReadsNumbersAsManualsWriteThem) {
  const auto parsed = ParseFacts(
      R"({"cpuid_hypervisor_leaf_max": "0x4000000B", "smbios_vm_bit": 1,
          "cpuid_regs": {"0x40000003": {"ebx": "0x1001", "eax": 5}},
          "cpuid_leaves": {"0x40000100": {"signature": "KVMKVMKVM\u0000\u0000", "max": 1}}})",
      "x");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto& facts = parsed->at(0).facts;
  EXPECT_EQ(facts.signatures.at(0x40000000).max, 0x4000000bU);
  EXPECT_EQ(facts.signatures.at(0x40000100).bytes, "KVMKVMKVM");
  EXPECT_EQ(facts.cpuid.at(0x40000003).ebx, 0x1001U);
  EXPECT_EQ(facts.cpuid.at(0x40000003).eax, 5U);
  EXPECT_FALSE(facts.cpuid.at(0x40000003).ecx);
  EXPECT_EQ(facts.smbios_vm_bit, true);
}

TEST(ParseFacts, TakesNumbersForTexts) {
  const auto parsed = ParseFacts(
      R"({"dmi": {"chassis_type": 23, "product_version": 6.0}, "env": {"SHLVL": 1}})", "x");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto& facts = parsed->at(0).facts;
  EXPECT_EQ(facts.Dmi("chassis_type"), "23");
  EXPECT_EQ(facts.Dmi("product_version"), "6.0");
  EXPECT_EQ(facts.init_environment->at("SHLVL"), "1");
}

TEST(ParseFacts, LeavesTheOthersOfAListAlone) {
  const auto parsed = ParseFacts(
      R"([{"name": "odd", "inputs": {"arch": []}}, {"name": "b", "inputs": {"arch": "i686"}}])",
      "x");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_EQ(parsed->at(0).name, "odd");
  EXPECT_EQ(parsed->at(0).error, "odd: key \"arch\" must be a string");
  EXPECT_EQ(parsed->at(0).facts.arch, "");
  EXPECT_EQ(parsed->at(1).error, "");
  EXPECT_EQ(parsed->at(1).facts.arch, "i686");
  EXPECT_FALSE(ParseFacts(R"({"name": "odd", "inputs": {"arch": []}})", "x"));
}

TEST(ParseFacts, TakesSignaturesOfHypervisorsLeavesOnly) {
  const auto parsed = ParseFacts(
      R"({"cpuid_leaves": {"0x80000000": {"signature": "AuthenticAMD"},
                           "0x40000055": {"signature": "KVMKVMKVM"},
                           "0x4000ff00": {"signature": "KVMKVMKVM", "max": null},
                           "0x40010000": {"signature": "VMwareVMware"}},
          "cpuid_regs": {"0x40000003": {"ebx": null}}})",
      "x");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->at(0).facts.signatures.size(), 1U);
  EXPECT_EQ(parsed->at(0).facts.signatures.at(0x4000ff00).bytes, "KVMKVMKVM");
  EXPECT_FALSE(parsed->at(0).facts.cpuid.at(0x40000003).ebx);
}

TEST(ParseFacts, KeepsOnlyTheMakersHalfOfAddresses) {
  for (const std::string written :
       {"BC:24:11:01:02:03", "bc2411010203", "BC-24-11", "BC2411", "bc24.1101.0203"}) {
    const auto parsed = ParseFacts(R"({"mac_ouis": [")" + written + R"("]})", "x");
    ASSERT_TRUE(parsed) << written;
    EXPECT_EQ(*parsed->at(0).facts.mac_ouis, std::set<std::string>{"bc:24:11"}) << written;
  }
}

TEST(ParseFacts, NamesUnknownKeysAndGoesOn) {
  const auto parsed = ParseFacts(R"({"of_tomorrow": {"a": [1]}, "arch": "x86_64"})", "x");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->at(0).facts.unread.contains("key of_tomorrow"));
}

struct Bad {
  const char* json;
  const char* message;
};

class BadFacts : public ::testing::TestWithParam<Bad> {};

TEST_P(BadFacts, AreRefusedByName) {
  EXPECT_THAT(ErrorOf(GetParam().json), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadFacts,
    ::testing::Values(
        Bad{"", "no JSON"}, Bad{"{", "no JSON"}, Bad{"\xff\xfe{}", "no JSON"}, Bad{"7", "object"},
        Bad{"[[]]", "file[0]: a machine must be an object"},
        Bad{R"({"inputs": []})", "\"inputs\" must be an object"},
        Bad{R"({"name": 3, "inputs": {}})", "\"name\" must be a string"},
        Bad{R"({"name": "m", "inputs": {"arch": 3}})", "m: key \"arch\" must be a string"},
        Bad{R"([{"name": "m", "inputs": {"pci": "x"}}])", "m: key \"pci\" must be a list"},
        Bad{R"([{"name": "m", "expected": {}}])", "file[0]: key \"inputs\" is missing"},
        Bad{R"({"arch": "i686", "arch": "x86_64"})", "key \"arch\" stands twice"},
        Bad{R"([{"inputs": {"files": {"/a": "", "/a": ""}}}])", "key \"/a\" stands twice"},
        Bad{R"({"dmi": {"sys_vendor": true}})", "\"dmi.sys_vendor\" must be a string"},
        Bad{R"({"dmi": []})", "\"dmi\" must be an object"},
        Bad{R"({"files": {"/a": null, "/b": []}})", "\"files./b\""},
        Bad{R"({"dirs": [1]})", "\"dirs[]\""},
        Bad{R"({"cpuid_regs": {"x": {}}})", "\"cpuid_regs.x\""},
        Bad{R"({"cpuid_regs": {"0x1": {"ebx": "zz"}}})", "\"cpuid_regs.0x1.ebx\""},
        Bad{R"({"cpuid_leaves": {"0x40000100": "KVM"}})", "\"cpuid_leaves.0x40000100\""},
        Bad{R"({"cpuid_hypervisor_leaf_max": -1})", "\"cpuid_hypervisor_leaf_max\""},
        Bad{R"({"cpuid_hypervisor_leaf_max": "0x100000000"})", "from 0 to 4294967295"},
        Bad{R"({"mac_ouis": ["bc:24"]})", "\"mac_ouis[]\" must be addresses"},
        Bad{R"({"a": [[[[[[[[]]]]]]]]})", "nested more than 8 deep"},
        Bad{R"({"smbios_vm_bit": 2})", "true, false, 1 or 0"},
        Bad{R"({"vmware_backdoor_product": 1.5})", "\"vmware_backdoor_product\""}));

TEST(ParseFacts, SurvivesDeepNesting) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(ErrorOf(deep), HasSubstr("no JSON"));
}

TEST(ParseFacts, RefusesMoreThanAMachineCanSay) {
  EXPECT_EQ(ErrorOf("{" + std::string(4'000'000, ' ') + "}"), "");
  EXPECT_THAT(ErrorOf("{" + std::string(4'200'000, ' ') + "}"), HasSubstr("more than 4 MiB"));
  EXPECT_EQ(ErrorOf(R"({"a": [[[[[[[]]]]]]]})"), "");
}

TEST(ReadFactsFile, NamesTheFile) {
  const testing::TempDir folder;
  const auto wrong = ReadFactsFile(folder.Write("box.json", R"({"arch": 1})"));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("box.json: box: key \"arch\""));
  EXPECT_FALSE(ReadFactsFile(folder.path() / "none.json"));
  const auto right = ReadFactsFile(folder.Write("box.json", "{}"));
  ASSERT_TRUE(right);
  EXPECT_EQ(right->at(0).name, "box");
}

}  // namespace
}  // namespace hypergauge::probes
