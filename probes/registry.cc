#include <string_view>

#include "probes/benchmark.h"

namespace hypergauge::probes {
namespace {

// A function's static, because registrars run before main() in no order.
std::map<std::string, Entry, std::less<>>& MutableRegistry() {
  static std::map<std::string, Entry, std::less<>> registry;
  return registry;
}

}  // namespace

Registrar::Registrar(Descriptor descriptor, Factory make) {
  std::string name = descriptor.name;
  MutableRegistry().emplace(std::move(name), Entry{std::move(descriptor), std::move(make)});
}

const std::map<std::string, Entry, std::less<>>& Registry() {
  return MutableRegistry();
}

std::string_view ToString(Suite suite) {
  switch (suite) {
    case Suite::kLight:
      return "light";
    case Suite::kStandard:
      return "standard";
    case Suite::kPilot:
      return "pilot";
  }
  return "light";
}

Result<Suite> ParseSuite(std::string_view name) {
  for (const Suite suite : kAllSuites) {
    if (ToString(suite) == name) return suite;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "unknown suite \"" + std::string(name) + "\"; there are light, standard and pilot");
}

}  // namespace hypergauge::probes
