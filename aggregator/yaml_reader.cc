#include "aggregator/yaml_reader.h"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include "base/duration.h"
#include "base/units.h"

namespace hypergauge::aggregator {

std::string PlaceIn(const std::string& name, const YAML::Mark& mark) {
  if (mark.is_null()) return name + ": ";
  return name + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
}

Result<std::string> ReadSettingsFile(const std::filesystem::path& file, const std::string& what) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    return tl::unexpected(FromErrno(stream ? EISDIR : errno, what + " " + file.string()));
  }
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

void ReadMap(const YAML::Node& node, const std::string& what, const Setters& setters) {
  if (!node.IsMap()) throw ConfigError{node.Mark(), what + " must be a map"};
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto key = ReadText(entry.first);
    const auto setter = setters.find(key);
    if (setter == setters.end()) {
      std::string known;
      for (const auto& [name, unused] : setters) known += (known.empty() ? "" : ", ") + name;
      throw ConfigError{entry.first.Mark(),
                        "unknown key \"" + key + "\" in " + what + "; there are " + known};
    }
    if (!seen.insert(key).second) {
      throw ConfigError{entry.first.Mark(), "\"" + key + "\" is given twice in " + what};
    }
    try {
      setter->second(entry.second);
    } catch (const ConfigError& error) {
      throw ConfigError{error.mark, error.message, error.key.empty() ? key : key + "." + error.key};
    }
  }
}

void ReadList(const YAML::Node& node, const std::string& what, const Setter& each) {
  if (!node.IsSequence()) throw ConfigError{node.Mark(), "must be a list of " + what};
  for (const auto& entry : node) each(entry);
}

std::string ReadText(const YAML::Node& node) {
  if (!node.IsScalar()) throw ConfigError{node.Mark(), "a single value is wanted here"};
  return node.as<std::string>();
}

Setter TextInto(std::string& target) {
  return [&target](const YAML::Node& node) { target = ReadText(node); };
}

Setter NamesInto(std::vector<std::string>& target, const std::string& what) {
  return [&target, what](const YAML::Node& node) {
    ReadList(node, what, [&](const YAML::Node& name) {
      // YAML reads the name of the benchmark `null` as nothing at all.
      target.push_back(name.IsNull() ? "null" : ReadText(name));
      if (target.back().empty()) throw ConfigError{name.Mark(), "a name is empty"};
    });
  };
}

Setter DurationInto(std::chrono::nanoseconds& target, std::chrono::nanoseconds least,
                    bool may_be_none) {
  return [&target, least, may_be_none](const YAML::Node& node) {
    const auto duration = ValueOrThrow(node, ParseDuration(ReadText(node)));
    if (duration < least && !(may_be_none && duration == duration.zero())) {
      throw ConfigError{node.Mark(), "must be at least " + FormatSeconds(least) +
                                         (may_be_none ? ", or 0 for none" : "")};
    }
    target = duration;
  };
}

Setter BytesInto(uint64_t& target) {
  return [&target](const YAML::Node& node) {
    target = ValueOrThrow(node, ParseBytes(ReadText(node)));
  };
}

Setter NumberInto(double& target) {
  return [&target](const YAML::Node& node) {
    const auto text = ReadText(node);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target);
    if (error != std::errc() || end != text.data() + text.size()) {
      throw ConfigError{node.Mark(), "\"" + text + "\" is no number"};
    }
  };
}

Setter SuiteInto(std::string& target) {
  return [&target](const YAML::Node& node) {
    target = ReadText(node);
    if (target != "light" && target != "standard" && target != "pilot") {
      throw ConfigError{node.Mark(),
                        "unknown suite \"" + target + "\"; there are light, standard and pilot"};
    }
  };
}

}  // namespace hypergauge::aggregator
