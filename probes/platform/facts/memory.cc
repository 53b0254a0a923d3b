#include <array>

#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

// The kernel writes a paragraph a zone and CPU.
constexpr size_t kZoneBytes = size_t{1} << 20U;

// Pages that exist, taken by a balloon or not; MemTotal has the latter only.
std::string Present(const Place& place) {
  uint64_t pages = 0;
  const auto text = ReadText(place.root / "proc/zoneinfo", kZoneBytes);
  for (const auto line : Lines(text)) {
    const auto words = Words(line);
    if (words.size() != 2 || words[0] != "present") continue;
    const auto count = Number(words[1]);
    if (!count || __builtin_add_overflow(pages, *count, &pages)) return "";
  }
  return pages == 0 ? "" : std::to_string(pages) + " pages";
}

std::string NumaNodes(const Place& place) {
  const auto nodes = ParseList(ReadLine(place.root / "sys/devices/system/node/online"));
  return !nodes || nodes->empty() ? "" : std::to_string(nodes->size());
}

std::string NumaBalancing(const Place& place) {
  return ReadLine(place.root / "proc/sys/kernel/numa_balancing");
}

std::string TransparentHugePages(const Place& place) {
  return std::string(
      Bracketed(ReadLine(place.root / "sys/kernel/mm/transparent_hugepage/enabled")));
}

// "2048kB=512", sizes of which there are none left out.
std::string HugePages(const Place& place) {
  const auto folder = place.root / "sys/kernel/mm/hugepages";
  std::vector<std::string> sizes;
  bool known = false;
  for (const auto& name : Entries(folder)) {
    constexpr std::string_view kPrefix = "hugepages-";
    if (!name.starts_with(kPrefix)) continue;
    const auto count = ReadNumber(folder / name / "nr_hugepages");
    if (!count) continue;
    known = true;
    if (*count > 0) sizes.push_back(name.substr(kPrefix.size()) + "=" + std::to_string(*count));
  }
  if (!known) return "";
  return sizes.empty() ? "0" : JoinDistinct(std::move(sizes));
}

// Without the column that says how much is in use.
std::string Swap(const Place& place) {
  const auto path = place.root / "proc/swaps";
  const auto text = ReadText(path);
  const auto lines = Lines(text);
  if (lines.empty() || !lines[0].starts_with("Filename")) return "";
  std::string all;
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto words = Words(lines[i]);
    if (words.size() < 5 || !Number(words[2])) continue;
    if (!all.empty()) all += ", ";
    all += words[0].starts_with("/dev/zram") ? "zram" : std::string(words[1]);
    all += " " + std::string(words[2]) + " kB";
  }
  return all.empty() ? "none" : all;
}

std::string Swappiness(const Place& place) {
  return ReadLine(place.root / "proc/sys/vm/swappiness");
}

std::string SamePageMerging(const Place& place) {
  return OnOff(ReadLine(place.root / "sys/kernel/mm/ksm/run"));
}

constexpr std::array kFacts = {
    Fact{"memory_present", "memory that the machine has, a balloon's included", "proc/zoneinfo",
         Present},
    Fact{"numa_nodes", "NUMA nodes that are online", "sys/devices/system/node/online", NumaNodes},
    Fact{"numa_balancing", "whether the kernel moves pages to the node that uses them",
         "proc/sys/kernel/numa_balancing", NumaBalancing},
    Fact{"transparent_hugepages", "always, madvise, never",
         "sys/kernel/mm/transparent_hugepage/enabled", TransparentHugePages},
    Fact{"hugepages_total", "reserved huge pages by size, or 0", "sys/kernel/mm/hugepages",
         HugePages},
    Fact{"same_page_merging", "whether equal pages become one (KSM)", "sys/kernel/mm/ksm/run",
         SamePageMerging},
    Fact{"swap", "type and size of each swap area, or none", "proc/swaps", Swap},
    Fact{"swappiness", "how eagerly the kernel swaps", "proc/sys/vm/swappiness", Swappiness},
};

}  // namespace

std::span<const Fact> MemoryFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
