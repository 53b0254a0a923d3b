#include "tests/unit/probes/platform/fixture_machine.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "build_paths.h"

namespace hypergauge::testing {
namespace {

const std::filesystem::path kMachines =
    HYPERGAUGE_SOURCE_DIR "/tests/unit/probes/platform/testdata/machines";

std::string Unescaped(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size();
    const char next = escaped ? text[i + 1] : text[i];
    if (escaped) ++i;
    plain += !escaped ? next : next == 'n' ? '\n' : next == 't' ? '\t' : '\0';
  }
  return plain;
}

void WriteFile(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << content;
}

// The target is made too, so that a link to a folder that has no files leads somewhere.
void WriteLink(const std::filesystem::path& path, const std::filesystem::path& target) {
  std::filesystem::create_directories(path.parent_path());
  std::filesystem::create_directories(target);
  std::filesystem::create_symlink(target.lexically_relative(path.parent_path()), path);
}

}  // namespace

std::vector<std::string> MachineNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kMachines)) {
    names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

FixtureMachine MakeMachine(const std::string& name, const std::filesystem::path& root) {
  FixtureMachine machine;
  std::ifstream lines(kMachines / (name + ".txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto arrow = line.find(" -> ");
    const auto equals = line.find(" = ");
    if (line.starts_with("? ")) {
      machine.facts[line.substr(2, equals - 2)] = line.substr(equals + 3);
    } else if (line.starts_with("work = ")) {
      machine.work_dir = line.substr(equals + 3);
    } else if (arrow < equals) {
      WriteLink(root / line.substr(0, arrow), root / line.substr(arrow + 4));
    } else if (equals != std::string::npos) {
      WriteFile(root / line.substr(0, equals), Unescaped(line.substr(equals + 3)));
    }
  }
  return machine;
}

}  // namespace hypergauge::testing
