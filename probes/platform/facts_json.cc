#include "probes/platform/facts_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "probes/durable_file.h"
#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;

// A parsed value takes tens of times the bytes that it was written in.
constexpr size_t kMaxBytes = size_t{4} << 20U;
constexpr int kMaxDepth = 8;      // list, vector, inputs, cpuid_regs, leaf: 5
constexpr size_t kOuiDigits = 6;  // the other half names one machine
constexpr size_t kMaxMachines = 100'000;

Result<void> Wrong(const std::string& key, const std::string& must) {
  return Fail(ErrorCode::kInvalidArgument, "key \"" + Printable(key, 128) + "\" must be " + must);
}

Result<void> Take(const Json& json, const std::string& key, std::string& to) {
  if (!json.is_string()) return Wrong(key, "a string");
  to = json.get<std::string>();
  return {};
}

Result<void> Take(const Json& json, const std::string& key, std::optional<std::string>& to) {
  return Take(json, key, to.emplace());
}

// Numbers, and "0x..." for what manuals write so.
template <typename Number>
Result<void> TakeNumber(const Json& json, const std::string& key, Number max,
                        std::optional<Number>& to) {
  std::optional<uint64_t> value;
  if (json.is_number_unsigned()) value = json.get<uint64_t>();
  if (json.is_string()) value = WholeNumber(json.get_ref<const std::string&>());
  if (!value || *value > static_cast<uint64_t>(max)) {
    return Wrong(key, "a whole number from 0 to " + std::to_string(max) +
                          ", or one in a string, perhaps after 0x");
  }
  to = static_cast<Number>(*value);
  return {};
}

Result<void> Take(const Json& json, const std::string& key, std::optional<uint32_t>& to) {
  return TakeNumber(json, key, UINT32_MAX, to);
}

Result<void> Take(const Json& json, const std::string& key, std::optional<int>& to) {
  return TakeNumber(json, key, INT32_MAX, to);
}

Result<void> Take(const Json& json, const std::string& key, std::optional<bool>& to) {
  if (json.is_boolean()) {
    to = json.get<bool>();
  } else if (json.is_number_unsigned() && json.get<uint64_t>() <= 1) {
    to = json.get<uint64_t>() == 1;
  } else {
    return Wrong(key, "true, false, 1 or 0");
  }
  return {};
}

Result<void> Take(const Json& json, const std::string& key,
                  std::map<std::string, std::string>& to) {
  if (!json.is_object()) return Wrong(key, "an object of texts");
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    // Tools write what looks like a number as one: chassis types, versions.
    if (value.is_number()) {
      to[name] = value.dump();
      continue;
    }
    auto taken = Take(value, key + "." + name, to[name]);
    if (!taken) return taken;
  }
  return {};
}

Result<void> Take(const Json& json, const std::string& key,
                  std::optional<std::map<std::string, std::string>>& to) {
  return Take(json, key, to.emplace());
}

Result<void> Take(const Json& json, const std::string& key, std::set<std::string>& to) {
  if (!json.is_array()) return Wrong(key, "a list of strings");
  for (const auto& each : json) {
    std::string text;
    auto taken = Take(each, key + "[]", text);
    if (!taken) return taken;
    to.insert(std::move(text));
  }
  return {};
}

Result<void> Take(const Json& json, const std::string& key,
                  std::optional<std::set<std::string>>& to) {
  return Take(json, key, to.emplace());
}

// Ids are compared in small letters, however they are written.
Result<void> TakeLower(const Json& json, const std::string& key,
                       std::optional<std::set<std::string>>& to) {
  std::set<std::string> as_written;
  auto taken = Take(json, key, as_written);
  if (!taken) return taken;
  to.emplace();
  for (const auto& each : as_written) to->insert(Lower(each));
  return {};
}

// "BC-24-11", "BC2411" and whole addresses become "bc:24:11".
Result<void> TakeOuis(const Json& json, const std::string& key,
                      std::optional<std::set<std::string>>& to) {
  std::set<std::string> as_written;
  auto taken = Take(json, key, as_written);
  if (!taken) return taken;
  to.emplace();
  for (const auto& each : as_written) {
    auto oui = Lower(each);
    std::erase_if(oui, [](unsigned char c) { return std::isxdigit(c) == 0; });
    if (oui.size() < kOuiDigits) return Wrong(key + "[]", "addresses, or their first three bytes");
    oui.resize(kOuiDigits);
    to->insert(oui.insert(4, 1, ':').insert(2, 1, ':'));
  }
  return {};
}

// Folders may be written with a slash at their end.
Result<void> TakePaths(const Json& json, const std::string& key, std::set<std::string>& to) {
  std::set<std::string> as_written;
  auto taken = Take(json, key, as_written);
  if (!taken) return taken;
  for (auto path : as_written) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    to.insert(std::move(path));
  }
  return {};
}

bool IsKnown(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && !found->is_null();
}

std::string WithoutNuls(std::string bytes) {
  bytes.erase(bytes.find_last_not_of('\0') + 1);
  return bytes;
}

Result<uint32_t> Leaf(const std::string& key, const std::string& name) {
  const auto leaf = WholeNumber(name);
  if (!leaf || *leaf > UINT32_MAX) {
    auto wrong = Wrong(key + "." + name, "named by a leaf like 0x40000000");
    return tl::unexpected(wrong.error());
  }
  return static_cast<uint32_t>(*leaf);
}

// Elsewhere CPUID has signatures too, which are no hypervisor's.
bool IsBase(uint32_t leaf) {
  return leaf >= kHypervisorLeaf && leaf <= kLastHypervisorLeaf && leaf % kHypervisorLeafStep == 0;
}

Result<void> TakeLeaves(const Json& json, const std::string& key,
                        std::map<uint32_t, CpuidSignature>& to) {
  if (!json.is_object()) return Wrong(key, "an object by leaf");
  for (const auto& [name, value] : json.items()) {
    const auto leaf = Leaf(key, name);
    if (!leaf) return tl::unexpected(leaf.error());
    const auto place = key + "." + name;
    if (!value.is_object()) return Wrong(place, "an object with signature and max");
    CpuidSignature signature;
    if (IsKnown(value, "signature")) {
      auto taken = Take(value["signature"], place + ".signature", signature.bytes);
      if (!taken) return taken;
      signature.bytes = WithoutNuls(signature.bytes);
    }
    if (IsKnown(value, "max")) {
      auto taken = Take(value["max"], place + ".max", signature.max);
      if (!taken) return taken;
    }
    if (IsBase(*leaf)) to[*leaf] = std::move(signature);
  }
  return {};
}

Result<void> TakeRegisters(const Json& json, const std::string& key,
                           std::map<uint32_t, KnownRegisters>& to) {
  if (!json.is_object()) return Wrong(key, "an object by leaf");
  for (const auto& [name, value] : json.items()) {
    const auto leaf = Leaf(key, name);
    if (!leaf) return tl::unexpected(leaf.error());
    const auto place = key + "." + name;
    if (!value.is_object()) return Wrong(place, "an object with eax, ebx, ecx, edx");
    auto& all = to[*leaf];
    const std::array<std::pair<const char*, std::optional<uint32_t>*>, 4> registers = {
        {{"eax", &all.eax}, {"ebx", &all.ebx}, {"ecx", &all.ecx}, {"edx", &all.edx}}};
    for (const auto& [each, target] : registers) {
      if (!IsKnown(value, each)) continue;
      auto taken = Take(value[each], place + "." + each, *target);
      if (!taken) return taken;
    }
  }
  return {};
}

// Of a key that stands twice the parser keeps the last: half of what somebody wrote. What lies too
// deep is left out of what is parsed, so that it takes no memory.
class Keys {
 public:
  bool Take(int depth, Json::parse_event_t event, const Json& parsed) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (opens && depth >= kMaxDepth) is_deep_ = true;
    if (is_deep_) return false;
    TakeKey(event, parsed);
    return true;
  }
  [[nodiscard]] const std::optional<std::string>& Twice() const { return twice_; }
  [[nodiscard]] bool IsDeep() const { return is_deep_; }

 private:
  void TakeKey(Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event != Json::parse_event_t::key) return;
    const auto& key = parsed.get_ref<const std::string&>();
    if (!open_.back().insert(key).second && !twice_) twice_ = key;
  }

  std::vector<std::set<std::string>> open_;
  std::optional<std::string> twice_;
  bool is_deep_ = false;
};

struct KeyRow {
  const char* key;
  Result<void> (*take)(const Json& json, const std::string& key, MachineFacts& facts);
};

template <auto member>
Result<void> Into(const Json& json, const std::string& key, MachineFacts& facts) {
  return Take(json, key, facts.*member);
}

constexpr std::array kKeys = {
    KeyRow{"arch", Into<&MachineFacts::arch>},
    KeyRow{"cpuid_hypervisor_bit", Into<&MachineFacts::hypervisor_bit>},
    KeyRow{"cpuid_signature",
           [](const Json& json, const std::string& key, MachineFacts& facts) {
             auto& bytes = facts.signatures[kHypervisorLeaf].bytes;
             auto taken = Take(json, key, bytes);
             bytes = WithoutNuls(bytes);
             return taken;
           }},
    KeyRow{"cpuid_hypervisor_leaf_max",
           [](const Json& json, const std::string& key, MachineFacts& facts) {
             return Take(json, key, facts.signatures[kHypervisorLeaf].max);
           }},
    KeyRow{"cpuid_leaves",
           [](const Json& json, const std::string& key, MachineFacts& facts) {
             return TakeLeaves(json, key, facts.signatures);
           }},
    KeyRow{"cpuid_regs", [](const Json& json, const std::string& key,
                            MachineFacts& facts) { return TakeRegisters(json, key, facts.cpuid); }},
    KeyRow{"dmi", Into<&MachineFacts::dmi>},
    KeyRow{"smbios_vm_bit", Into<&MachineFacts::smbios_vm_bit>},
    KeyRow{"files", Into<&MachineFacts::files>},
    KeyRow{"links", Into<&MachineFacts::links>},
    KeyRow{"dirs", [](const Json& json, const std::string& key,
                      MachineFacts& facts) { return TakePaths(json, key, facts.dirs); }},
    KeyRow{"absent", [](const Json& json, const std::string& key,
                        MachineFacts& facts) { return TakePaths(json, key, facts.absent); }},
    KeyRow{"env", Into<&MachineFacts::init_environment>},
    KeyRow{"env_process", Into<&MachineFacts::own_environment>},
    KeyRow{"acpi_hids", Into<&MachineFacts::acpi_hids>},
    KeyRow{"acpi_oem_id", Into<&MachineFacts::acpi_oem_id>},
    KeyRow{"acpi_hypervisor_vendor", Into<&MachineFacts::acpi_hypervisor_vendor>},
    KeyRow{"pci", [](const Json& json, const std::string& key,
                     MachineFacts& facts) { return TakeLower(json, key, facts.pci); }},
    KeyRow{"mac_ouis", [](const Json& json, const std::string& key,
                          MachineFacts& facts) { return TakeOuis(json, key, facts.mac_ouis); }},
    KeyRow{"vmware_backdoor_product", Into<&MachineFacts::vmware_backdoor_product>},
};

Result<MachineFacts> FactsOf(const Json& inputs) {
  MachineFacts facts;
  for (const auto& [key, value] : inputs.items()) {
    const auto row = std::find_if(kKeys.begin(), kKeys.end(),
                                  [&key = key](const KeyRow& each) { return key == each.key; });
    if (row == kKeys.end()) {
      facts.unread.emplace("key " + Printable(key, 128), "this version does not know it");
    } else if (!value.is_null()) {
      if (auto taken = row->take(value, key, facts); !taken) return tl::unexpected(taken.error());
    }
  }
  return facts;
}

Result<void> TakeMachine(const Json& json, NamedFacts& named) {
  if (!json.is_object()) {
    return Fail(ErrorCode::kInvalidArgument, named.name + ": a machine must be an object");
  }
  const bool is_vector = json.contains("inputs");
  if (!is_vector && (json.contains("name") || json.contains("expected"))) {
    return Fail(ErrorCode::kInvalidArgument, named.name + ": key \"inputs\" is missing");
  }
  if (is_vector && json.contains("name")) {
    if (!json["name"].is_string()) {
      return Fail(ErrorCode::kInvalidArgument, named.name + ": key \"name\" must be a string");
    }
    named.name = Printable(json["name"].get_ref<const std::string&>(), 256);
  }
  const auto& inputs = is_vector ? json["inputs"] : json;
  if (!inputs.is_object()) {
    return Fail(ErrorCode::kInvalidArgument, named.name + ": key \"inputs\" must be an object");
  }
  auto facts = FactsOf(inputs);
  if (!facts) return Annotate(facts.error(), named.name);
  named.facts = std::move(*facts);
  return {};
}

}  // namespace

Result<std::vector<NamedFacts>> ParseFacts(std::string_view json,
                                           const std::string& fallback_name) {
  if (json.size() > kMaxBytes) {
    return Fail(ErrorCode::kInvalidArgument,
                "more than " + std::to_string(kMaxBytes >> 20U) + " MiB of facts");
  }
  Json parsed;
  Keys keys;
  try {
    parsed = Json::parse(json, [&](int depth, Json::parse_event_t event, const Json& each) {
      return keys.Take(depth, event, each);
    });
  } catch (const Json::exception& exception) {
    return Fail(ErrorCode::kInvalidArgument, "no JSON: " + Printable(exception.what(), 512));
  }
  if (keys.IsDeep()) {
    return Fail(ErrorCode::kInvalidArgument,
                "lists and objects are nested more than " + std::to_string(kMaxDepth) + " deep");
  }
  if (const auto& twice = keys.Twice()) {
    return Fail(ErrorCode::kInvalidArgument,
                "key \"" + Printable(*twice, 128) + "\" stands twice in one object");
  }
  std::vector<NamedFacts> all;
  if (!parsed.is_array()) {
    all.push_back({fallback_name, {}, {}});
    const auto taken = TakeMachine(parsed, all.back());
    if (!taken) return tl::unexpected(taken.error());
    return all;
  }
  if (parsed.size() > kMaxMachines) {
    return Fail(ErrorCode::kInvalidArgument,
                "more than " + std::to_string(kMaxMachines) + " machines in one file");
  }
  for (size_t i = 0; i < parsed.size(); ++i) {
    // One that is wrong leaves the others' answers alone.
    all.push_back({fallback_name + "[" + std::to_string(i) + "]", {}, {}});
    const auto taken = TakeMachine(parsed[i], all.back());
    if (!taken) all.back().error = taken.error().message;
  }
  return all;
}

Result<std::vector<NamedFacts>> ReadFactsFile(const std::filesystem::path& path) {
  auto text = ReadHead(path, kMaxBytes + 1);
  if (!text) return tl::unexpected(text.error());
  auto all = ParseFacts(*text, path.stem().string());
  if (!all) return Annotate(all.error(), path.string());
  return all;
}

}  // namespace hypergauge::probes
