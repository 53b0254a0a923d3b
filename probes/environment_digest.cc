#include "probes/environment_digest.h"

#include <map>
#include <string_view>

#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

// Names and values with their lengths, so that no two lists have the same text.
class Text {
 public:
  void Add(std::string_view name, std::string_view value) {
    text_ += std::to_string(name.size()) + ":" + std::string(name) + "=" +
             std::to_string(value.size()) + ":" + std::string(value) + "\n";
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void AddPlatform(const v1::Platform& platform, Text& text) {
  text.Add("platform.name", platform.name());
  text.Add("platform.hypervisor", platform.hypervisor());
  text.Add("platform.container", platform.container());
  text.Add("platform.version", platform.version());
  for (const auto& layer : platform.layers()) {
    text.Add("layer.kind", layer.kind());
    text.Add("layer.hypervisor", layer.hypervisor());
    text.Add("layer.product", layer.product());
    text.Add("layer.guest_type", layer.guest_type());
    text.Add("layer.confidence", layer.confidence());
  }
}

}  // namespace

std::string EnvironmentDigest(const v1::Environment& environment, const v1::Platform& platform) {
  Text text;
  text.Add("kernel_release", environment.kernel_release());
  text.Add("architecture", environment.architecture());
  text.Add("cpu_model", environment.cpu_model());
  text.Add("online_cpus", std::to_string(environment.online_cpus()));
  if (!environment.facts().contains("memory_present")) {
    text.Add("memory_bytes", std::to_string(environment.memory_bytes()));
  }
  text.Add("os_release", environment.os_release());
  text.Add("clocksource", environment.clocksource());
  text.Add("work_filesystem", environment.work_filesystem());
  // Protobuf's maps have no order.
  const std::map<std::string, std::string> facts(environment.facts().begin(),
                                                 environment.facts().end());
  for (const auto& [name, value] : facts) text.Add("fact." + name, value);
  AddPlatform(platform, text);
  return Sha256OfBytes(text.text()).value_or("");
}

}  // namespace hypergauge::probes
