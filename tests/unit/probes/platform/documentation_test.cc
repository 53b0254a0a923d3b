// docs/platforms.md holds the tables as they are. HYPERGAUGE_UPDATE_GOLDEN=1 writes them anew; the
// difference is then to be read in git.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "build_paths.h"
#include "probes/platform/cgroup_rows.h"
#include "probes/platform/detection_row.h"
#include "probes/platform/device_rows.h"
#include "probes/platform/dmi_rows.h"
#include "probes/platform/manager_rows.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kPath = HYPERGAUGE_SOURCE_DIR "/docs/platforms.md";
constexpr const char* kMarker = "<!-- From here on as the code has it. -->\n";

std::string Code(const std::string& text) {
  return "`" + text + "`";
}

std::string Line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string DetectionTable(const std::vector<DetectionRow>& rows) {
  auto text = Line({"row", "looks at", "hypervisor / product", "source"}) +
              Line({"---", "---", "---", "---"});
  for (const auto& row : rows) text += Line({Code(row.id), row.looks_at, row.answer, row.source});
  return text;
}

std::string SignatureTable() {
  auto text =
      Line({"signature", "hypervisor", "product", "source"}) + Line({"---", "---", "---", "---"});
  for (const auto& row : SignatureRows()) {
    text += Line({Code(row.bytes), row.hypervisor, row.product, row.source});
  }
  return text;
}

std::string PatternText(const DmiPattern& pattern) {
  std::string fields;
  for (const auto& field : pattern.fields) fields += (fields.empty() ? "" : " or ") + field;
  if (std::string(pattern.text).empty()) return fields + " is there";
  const char* how = pattern.how == DmiPattern::kIs       ? " is "
                    : pattern.how == DmiPattern::kBegins ? " begins with "
                                                         : " holds ";
  return fields + how + Code(pattern.text);
}

std::string UnderText(unsigned under) {
  constexpr std::pair<unsigned, const char*> kWords[] = {
      {kAlone, "alone"},           {kUnderKvm, "KVM"},
      {kUnderHyperv, "Microsoft"}, {kUnderVirtualbox, "VirtualBox"},
      {kUnderXen, "Xen"},          {kUnderVmware, "VMware"},
      {kUnderQemu, "QEMU's DMI"}};
  std::string text;
  for (const auto& [bit, word] : kWords) {
    if ((under & bit) != 0) text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

std::string DmiTable() {
  auto text = Line({"row", "DMI", "hypervisor", "product", "counts under", "source"}) +
              Line({"---", "---", "---", "---", "---", "---"});
  for (const auto& row : DmiRows()) {
    std::string patterns;
    for (const auto& pattern : row.patterns) {
      patterns += (patterns.empty() ? "" : ", and ") + PatternText(pattern);
    }
    text += Line(
        {Code(row.id), patterns, row.hypervisor, row.product, UnderText(row.under), row.source});
  }
  return text;
}

std::string CgroupTable() {
  auto text = Line({"folder of a cgroup", "container", "product", "source"}) +
              Line({"---", "---", "---", "---"});
  for (const auto& row : CgroupRows()) {
    const char* more = row.how == CgroupRow::kIs       ? ""
                       : row.how == CgroupRow::kEnds   ? ""
                       : row.how == CgroupRow::kId     ? "ID"
                       : row.how == CgroupRow::kParent ? "/ID"
                                                       : "...";
    const std::string before = row.how == CgroupRow::kEnds ? "..." : "";
    text += Line({Code(before + row.name + more), row.hypervisor, row.product, row.source});
  }
  return text;
}

std::string DeviceTable(const char* head, const std::vector<DeviceRow>& rows) {
  auto text = Line({head, "hypervisor", "product", "source"}) + Line({"---", "---", "---", "---"});
  for (const auto& row : rows) {
    const char* more = row.needs_bit ? " with the hypervisor bit" : "";
    text += Line({Code(row.id) + more, row.hypervisor, row.product, row.source});
  }
  return text;
}

std::string ManagerTable() {
  auto text = Line({"word", "container", "product", "source"}) + Line({"---", "---", "---", "---"});
  for (const auto& row : ManagerRows()) {
    text += Line({Code(std::string(row.word)), row.hypervisor, row.product, row.source});
  }
  return text;
}

std::string Tables() {
  return std::string(kMarker) + "\n## Containers\n\n" + DetectionTable(ContainerRows()) +
         "\n## Containers' own words\n\n" + ManagerTable() + "\n## Cgroup names\n\n" +
         CgroupTable() + "\n## Hypervisors\n\n" + DetectionTable(HypervisorRows()) +
         "\n## CPUID signatures\n\n" + SignatureTable() + "\n## DMI\n\n" + DmiTable() +
         "\n## ACPI\n\n" + DeviceTable("hypervisor vendor", AcpiVendorRows()) + "\n" +
         DeviceTable("OEM id", AcpiOemRows()) + "\n" + DeviceTable("hardware id", AcpiIdRows()) +
         "\n## PCI\n\n" + DeviceTable("vendor and device", PciRows());
}

TEST(Documentation, HoldsThePlatformsTables) {
  auto text = testing::ReadFile(kPath);
  const auto marker = text.find(kMarker);
  ASSERT_NE(marker, std::string::npos);
  if (std::getenv("HYPERGAUGE_UPDATE_GOLDEN") != nullptr) {
    text = text.substr(0, marker) + Tables();
    std::ofstream(kPath) << text;
  }
  EXPECT_EQ(text.substr(marker), Tables());
}

}  // namespace
}  // namespace hypergauge::probes
