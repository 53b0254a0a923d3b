#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

/// How the configuration's values are read. Everything throws ConfigError, or yaml-cpp's own
/// exceptions: ReadYaml is the edge where they end.
namespace hypergauge::aggregator {

/// What is wrong and where.
struct ConfigError {
  YAML::Mark mark;
  std::string message;
  std::string key = {};  ///< "mesh.interval"; empty for what belongs to none
};

/// "NAME:LINE:COLUMN: ", or without the place where there is none.
[[nodiscard]] std::string PlaceIn(const std::string& name, const YAML::Mark& mark);

/// All of a regular file; `what` it is for messages. Errors: kNotFound, kPermissionDenied and the
/// like naming it.
[[nodiscard]] Result<std::string> ReadSettingsFile(const std::filesystem::path& file,
                                                   const std::string& what);

/// Calls `read` with the parsed text and returns what it made, or why it could not, with the place:
/// "NAME:LINE:COLUMN: KEY: what is wrong". `read` throws as everything here does.
template <typename Read>
auto ReadYaml(const std::string& text, const std::string& name, Read read)
    -> Result<decltype(read(YAML::Node()))> {
  try {
    return read(YAML::Load(text));
  } catch (const ConfigError& error) {
    const auto key = error.key.empty() ? "" : error.key + ": ";
    return Fail(ErrorCode::kInvalidArgument, PlaceIn(name, error.mark) + key + error.message);
  } catch (const YAML::Exception& error) {
    return Fail(ErrorCode::kInvalidArgument, PlaceIn(name, error.mark) + error.msg);
  }
}

/// Reads one value into what it was made for.
using Setter = std::function<void(const YAML::Node&)>;
using Setters = std::map<std::string, Setter>;

/// Each key once, and none that is not known. `what` names the map for people.
void ReadMap(const YAML::Node& node, const std::string& what, const Setters& setters);

/// Calls `each` for every entry of a list; `what` says what the list is of.
void ReadList(const YAML::Node& node, const std::string& what, const Setter& each);

std::string ReadText(const YAML::Node& node);

/// The value, or a ConfigError with the place of the node that it was read from.
template <typename T>
T ValueOrThrow(const YAML::Node& node, Result<T> value) {
  if (!value) throw ConfigError{node.Mark(), value.error().message};
  return std::move(*value);
}

[[nodiscard]] Setter TextInto(std::string& target);
/// Names of benchmarks or hosts.
[[nodiscard]] Setter NamesInto(std::vector<std::string>& target, const std::string& what);
/// With `may_be_none` 0 is allowed as well.
[[nodiscard]] Setter DurationInto(std::chrono::nanoseconds& target, std::chrono::nanoseconds least,
                                  bool may_be_none = false);
[[nodiscard]] Setter BytesInto(uint64_t& target);
[[nodiscard]] Setter NumberInto(double& target);
/// light, standard or pilot.
[[nodiscard]] Setter SuiteInto(std::string& target);

}  // namespace hypergauge::aggregator
