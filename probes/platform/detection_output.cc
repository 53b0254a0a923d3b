#include "probes/platform/detection_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "probes/platform/signals.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

std::string RoleWord(const Detection& detection) {
  switch (RoleOf(detection)) {
    case v1::ROLE_CONTAINER:
      return "container";
    case v1::ROLE_GUEST:
      return "guest";
    default:
      return "host";
  }
}

std::string LayerLine(const Layer& layer) {
  std::string line = std::string(ToString(layer.kind)) + " " + layer.hypervisor;
  if (layer.product != layer.hypervisor) line += ", product " + layer.product;
  if (!layer.guest_type.empty()) line += ", type " + layer.guest_type;
  if (!layer.version.empty()) line += ", version " + layer.version;
  if (!layer.hint.empty()) line += ", perhaps " + layer.hint;
  return line + " (" + ToString(layer.confidence) + ")";
}

Json LayerJson(const Layer& layer) {
  return {{"kind", ToString(layer.kind)}, {"hypervisor", layer.hypervisor},
          {"product", layer.product},     {"guest_type", layer.guest_type},
          {"version", layer.version},     {"confidence", ToString(layer.confidence)},
          {"product_hint", layer.hint},   {"row", layer.row},
          {"evidence", layer.evidence}};
}

// In the words of an answer that is not known, so that readers of a list need no other shape.
Json ErrorJson(const NamedFacts& machine) {
  return {{"name", machine.name},   {"kind", "unknown"},       {"hypervisor", "unknown"},
          {"product", "unknown"},   {"guest_type", ""},        {"role", ""},
          {"error", machine.error}, {"layers", Json::array()}, {"signals", Json::array()}};
}

Json MachineJson(const NamedFacts& machine) {
  if (!machine.error.empty()) return ErrorJson(machine);
  const auto detection = Detect(machine.facts);
  const auto& inner = detection.layers.front();
  Json json = {{"name", machine.name},
               {"kind", ToString(inner.kind)},
               {"hypervisor", inner.hypervisor},
               {"product", inner.product},
               {"guest_type", inner.guest_type},
               {"role", RoleWord(detection)},
               {"platform", ToPlatform(detection).name()},
               {"version", inner.version},
               {"confidence", ToString(inner.confidence)},
               {"product_hint", inner.hint},
               {"row", inner.row},
               {"evidence", inner.evidence}};
  if (detection.layers.size() > 1) {
    json["host_hypervisor"] = detection.layers[1].hypervisor;
    json["host_product"] = detection.layers[1].product;
  }
  json["layers"] = Json::array();
  for (const auto& layer : detection.layers) json["layers"].push_back(LayerJson(layer));
  json["signals"] = Json::array();
  for (const auto& signal : SignalsOf(machine.facts)) {
    json["signals"].push_back(
        {{"name", signal.name}, {"state", signal.state}, {"value", signal.value}});
  }
  return json;
}

std::string RowsText(const Detection& detection) {
  std::string text;
  for (const auto& id : detection.asked) {
    const bool won = std::any_of(detection.layers.begin(), detection.layers.end(),
                                 [&](const Layer& layer) { return layer.row == id; });
    text += (text.empty() ? "" : ", ") + (won ? "[" + id + "]" : id);
  }
  return text;
}

}  // namespace

std::string DetectionText(const NamedFacts& machine) {
  if (!machine.error.empty()) return machine.name + ": not answered, its facts are wrong\n";
  const auto detection = Detect(machine.facts);
  std::string text = machine.name + ": " + ToPlatform(detection).name() + "\n\n";
  text += "From the inside out:\n";
  for (const auto& layer : detection.layers) {
    text += "  " + LayerLine(layer) + "\n";
    for (const auto& line : layer.evidence) text += "    " + line + "\n";
    text += "    row " + layer.row + "\n";
  }
  text += "\nRows asked, those that answered in brackets:\n  " + RowsText(detection) + "\n\n";
  Table table({{"SIGNAL"}, {"STATE"}, {"VALUE"}});
  for (const auto& signal : SignalsOf(machine.facts)) {
    table.AddRow({signal.name, signal.state, signal.value});
  }
  return text + table.Text();
}

std::string DetectionsJson(const std::vector<NamedFacts>& machines) {
  Json json = Json::array();
  for (const auto& machine : machines) json.push_back(MachineJson(machine));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hypergauge::probes
