#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Machines of testdata/machines, a text file each: "path = text" is a file below the root,
/// "path -> target" a link within it, "work = /folder" the working folder, "? fact = value" what
/// must be found, and nothing else may be. \n, \t and \0 stand for these bytes.
namespace hypergauge::testing {

struct FixtureMachine {
  std::filesystem::path work_dir;
  std::map<std::string, std::string> facts;  ///< as they must be read
};

/// The names of all of them.
[[nodiscard]] std::vector<std::string> MachineNames();

/// Makes the machine's files below `root`.
[[nodiscard]] FixtureMachine MakeMachine(const std::string& name,
                                         const std::filesystem::path& root);

}  // namespace hypergauge::testing
