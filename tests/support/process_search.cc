#include "tests/support/process_search.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>

namespace hypergauge::testing {
namespace {

// Empty where the process has ended meanwhile: of streams, reading would throw then.
std::string ReadProc(pid_t pid, const char* name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(file, part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<size_t>(got));
  }
  close(file);
  return text;
}

// What follows the name of the program in /proc/PID/stat.
std::vector<std::string> StatOf(pid_t pid) {
  const std::string stat = ReadProc(pid, "stat");
  const auto end = stat.rfind(')');
  if (end == std::string::npos) return {};
  std::vector<std::string> fields;
  std::istringstream text(stat.substr(end + 1));
  for (std::string field; text >> field;) fields.push_back(field);
  return fields;
}

std::vector<std::string> Words(const std::string& command_line) {
  std::vector<std::string> words;
  std::istringstream text(command_line);
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  return words;
}

// 0 for one that has ended.
pid_t ParentOf(pid_t pid) {
  const auto stat = StatOf(pid);
  if (stat.size() < 2 || stat[0] == "Z" || stat[0] == "X") return 0;
  return std::stoi(stat[1]);
}

std::vector<FoundProcess> AllProcesses() {
  std::vector<FoundProcess> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t pid = std::stoi(name);
    all.push_back({pid, Words(ReadProc(pid, "cmdline"))});
  }
  return all;
}

}  // namespace

std::vector<FoundProcess> ChildrenOf(pid_t parent) {
  auto found = AllProcesses();
  std::erase_if(found, [&](const auto& each) { return ParentOf(each.pid) != parent; });
  return found;
}

std::vector<FoundProcess> ProcessesWith(const std::string& text) {
  auto found = AllProcesses();
  std::erase_if(found, [&](const auto& each) {
    return std::none_of(each.argv.begin(), each.argv.end(), [&](const std::string& word) {
      return word.find(text) != std::string::npos;
    });
  });
  return found;
}

double CpuSecondsOf(pid_t pid) {
  constexpr size_t kUserTime = 11;
  const auto stat = StatOf(pid);
  if (stat.size() <= kUserTime) return 0;
  return std::stod(stat[kUserTime]) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string ValueOf(const FoundProcess& process, const std::string& flag) {
  const auto found = std::find(process.argv.begin(), process.argv.end(), flag);
  return found == process.argv.end() || std::next(found) == process.argv.end() ? ""
                                                                               : *std::next(found);
}

}  // namespace hypergauge::testing
