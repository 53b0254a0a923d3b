#include <algorithm>
#include <array>
#include <initializer_list>

#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

constexpr int kMostCaches = 16;

Rooted Cpus(const Place& place) {
  return place.root / "sys/devices/system/cpu";
}

// What all frequency policies say in a file.
std::string OfPolicies(const Place& place, const char* file) {
  std::vector<std::string> values;
  const auto folder = Cpus(place) / "cpufreq";
  for (const auto& policy : Entries(folder)) {
    if (policy.starts_with("policy")) values.push_back(ReadLine(folder / policy / file));
  }
  return JoinDistinct(std::move(values));
}

std::string Governor(const Place& place) {
  return OfPolicies(place, "scaling_governor");
}

std::string FrequencyDriver(const Place& place) {
  return OfPolicies(place, "scaling_driver");
}

std::string EnergyPreference(const Place& place) {
  return OfPolicies(place, "energy_performance_preference");
}

std::string Boost(const Place& place) {
  if (const auto off = OnOff(ReadLine(Cpus(place) / "intel_pstate/no_turbo")); !off.empty()) {
    return off == "on" ? "off" : "on";
  }
  return OnOff(ReadLine(Cpus(place) / "cpufreq/boost"));
}

std::string Smt(const Place& place) {
  return ReadLine(Cpus(place) / "smt/control");
}

std::vector<uint32_t> OnlineCpus(const Place& place) {
  return ParseList(ReadLine(Cpus(place) / "online")).value_or(std::vector<uint32_t>());
}

// How many different answers the CPUs' topology gives; empty where one of them gives none.
std::string CountOf(const Place& place, std::initializer_list<const char*> files) {
  std::vector<std::string> answers;
  for (const auto cpu : OnlineCpus(place)) {
    const auto folder = Cpus(place) / ("cpu" + std::to_string(cpu)) / "topology";
    std::string answer;
    for (const auto* file : files) {
      if (answer.empty()) answer = ReadLine(folder / file);
    }
    if (answer.empty() || answer == "-1") return "";
    answers.push_back(std::move(answer));
  }
  std::sort(answers.begin(), answers.end());
  const auto count = std::unique(answers.begin(), answers.end()) - answers.begin();
  return count == 0 ? "" : std::to_string(count);
}

std::string Sockets(const Place& place) {
  return CountOf(place, {"physical_package_id"});
}

std::string Cores(const Place& place) {
  return CountOf(place, {"core_cpus_list", "thread_siblings_list"});
}

std::string Threads(const Place& place) {
  const auto count = OnlineCpus(place).size();
  return count == 0 ? "" : std::to_string(count);
}

std::string Isolated(const Place& place) {
  return ReadLine(Cpus(place) / "isolated");
}

// "L1d 32K, L1i 32K, L2 1024K, L3 36608K", of the first CPU.
std::string Caches(const Place& place) {
  std::string all;
  for (int i = 0; i < kMostCaches; ++i) {
    const auto folder = Cpus(place) / "cpu0/cache" / ("index" + std::to_string(i));
    const auto level = ReadNumber(folder / "level");
    const auto size = ReadLine(folder / "size");
    if (!level || size.empty()) break;
    const auto type = ReadLine(folder / "type");
    const auto* letter = type == "Data" ? "d" : type == "Instruction" ? "i" : "";
    all += (all.empty() ? "L" : ", L") + std::to_string(*level) + letter + " " + size;
  }
  return all;
}

std::string Microcode(const Place& place) {
  if (auto version = ReadLine(Cpus(place) / "cpu0/microcode/version"); !version.empty()) {
    return version;
  }
  return CpuField(place.root, "microcode");
}

// Of ARM, where /proc/cpuinfo has no model name.
std::string Part(const Place& place) {
  const auto implementer = CpuField(place.root, "CPU implementer");
  const auto part = CpuField(place.root, "CPU part");
  if (implementer.empty() || part.empty()) return "";
  return "implementer " + implementer + ", part " + part + ", variant " +
         CpuField(place.root, "CPU variant") + ", revision " + CpuField(place.root, "CPU revision");
}

std::string IdleDriver(const Place& place) {
  return ReadLine(Cpus(place) / "cpuidle/current_driver");
}

std::string IdleGovernor(const Place& place) {
  return ReadLine(Cpus(place) / "cpuidle/current_governor_ro");
}

constexpr std::array kFacts = {
    Fact{"cpu_sockets", "physical packages", "sys/devices/system/cpu/cpu*/topology", Sockets},
    Fact{"cpu_cores", "cores, each counted once", "sys/devices/system/cpu/cpu*/topology", Cores},
    Fact{"cpu_threads", "CPUs that are online", "sys/devices/system/cpu/online", Threads},
    Fact{"smt", "several threads a core: on, off, forceoff, notsupported, notimplemented",
         "sys/devices/system/cpu/smt/control", Smt},
    Fact{"cpu_part", "model by numbers, on ARM", "proc/cpuinfo", Part},
    Fact{"cpu_caches", "sizes of the first CPU's caches", "sys/devices/system/cpu/cpu0/cache",
         Caches},
    Fact{"cpu_isolated", "CPUs that the scheduler leaves alone", "sys/devices/system/cpu/isolated",
         Isolated},
    Fact{"cpu_governor", "who chooses the frequency", "sys/devices/system/cpu/cpufreq/policy*",
         Governor},
    Fact{"cpu_frequency_driver", "what sets the frequency",
         "sys/devices/system/cpu/cpufreq/policy*", FrequencyDriver},
    Fact{"cpu_energy_preference", "energy or performance, as told to the CPU",
         "sys/devices/system/cpu/cpufreq/policy*", EnergyPreference},
    Fact{"cpu_boost", "frequencies above the nominal one: on, off",
         "sys/devices/system/cpu/intel_pstate/no_turbo, cpufreq/boost", Boost},
    Fact{"cpuidle_driver", "what puts an idle CPU to sleep",
         "sys/devices/system/cpu/cpuidle/current_driver", IdleDriver},
    Fact{"cpuidle_governor", "who chooses how deep it sleeps",
         "sys/devices/system/cpu/cpuidle/current_governor_ro", IdleGovernor},
    Fact{"microcode", "version of the CPU's microcode",
         "sys/devices/system/cpu/cpu0/microcode/version, proc/cpuinfo", Microcode},
};

}  // namespace

std::span<const Fact> CpuFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
