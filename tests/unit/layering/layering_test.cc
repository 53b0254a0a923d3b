// The arrows between folders, as ARCHITECTURE.md draws them: an include that breaks one fails here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge {
namespace {

using hypergauge::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Prefixes = std::vector<std::string>;

struct Arrow {
  std::string from;  // files whose path begins so; the longest match counts
  Prefixes to;       // what they may include of the project
};

// hypergauge/v1/ is what proto/ generates.
const std::vector<Arrow> kArrows = {
    {"base/", {"base/"}},
    {"program/", {"base/", "program/"}},
    {"proto/", {"base/", "proto/"}},
    {"probes/", {"base/", "program/", "hypergauge/v1/", "probes/"}},
    // hypergauge-bench: neither Protobuf nor gRPC, so that it stays small.
    {"probes/benchmarks/", {"base/", "probes/benchmark.h", "probes/benchmarks/"}},
    {"probes/platform/",
     {"base/", "hypergauge/v1/", "probes/platform/", "probes/durable_file.h", "probes/sha256.h"}},
    {"exporter/", {"base/", "hypergauge/v1/", "exporter/"}},
    {"aggregator/", {"base/", "program/", "hypergauge/v1/", "proto/", "exporter/", "aggregator/"}},
    {"aggregator/store/", {"base/", "hypergauge/v1/", "aggregator/store/"}},
    {"aggregator/schedule/",
     {"base/", "hypergauge/v1/", "aggregator/schedule/", "exporter/exposition.h"}},
    {"aggregator/analysis/", {"base/", "aggregator/analysis/"}},
    // Of the aggregator what judges and what keeps, for a store folder on which none runs: ADR 10.
    {"cli/",
     {"base/", "program/", "hypergauge/v1/", "proto/", "cli/", "aggregator/analysis/",
      "aggregator/comparison/", "aggregator/store/"}},
};

struct Fence {
  Prefixes headers;  // includes that begin so, or end so where the entry begins with '*'
  Prefixes inside;   // may stand only in files whose path begins so
};

const std::vector<Fence> kFences = {
    {{"prometheus/"}, {"exporter/"}},
    {{"civetweb"}, {"exporter/"}},
    {{"sqlite3.h"}, {"aggregator/store/"}},
    {{"yaml-cpp/"}, {"aggregator/config", "aggregator/yaml_reader", "cli/settings"}},
    {{"grpc/", "grpcpp/", "*.grpc.pb.h"},
     {"probes/agent/", "aggregator/ingest/probe_service", "aggregator/api/",
      "aggregator/grpc_listener", "aggregator/main.cc", "cli/client"}},
};

bool BeginsWithOneOf(const std::string& text, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return text.starts_with(prefix); });
}

bool Matches(const std::string& header, const Prefixes& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern.starts_with('*') ? header.ends_with(pattern.substr(1))
                                    : header.starts_with(pattern);
  });
}

const Arrow* ArrowOf(const std::string& file) {
  const Arrow* best = nullptr;
  for (const auto& arrow : kArrows) {
    if (!file.starts_with(arrow.from)) continue;
    if (best == nullptr || arrow.from.size() > best->from.size()) best = &arrow;
  }
  return best;
}

// The header that a line includes; empty for other lines. `quoted` tells "a.h" from <a.h>.
std::string IncludedHeader(const std::string& line, bool& quoted) {
  if (!line.starts_with("#include ")) return {};
  const auto open = line.find_first_of("\"<");
  const auto close = line.find_first_of("\">", open + 1);
  if (open == std::string::npos || close == std::string::npos) return {};
  quoted = line[open] == '"';
  return line.substr(open + 1, close - open - 1);
}

// base/ stands on the standard library, tl::expected and nothing else.
bool IsStandard(const std::string& header) {
  return header == "tl/expected.hpp" || header.find_first_of("./") == std::string::npos;
}

std::string CheckInclude(const std::string& file, const std::string& header, bool quoted) {
  if (quoted && !BeginsWithOneOf(header, ArrowOf(file)->to)) return file + " includes " + header;
  if (!quoted && file.starts_with("base/") && !IsStandard(header)) {
    return file + " includes " + header;
  }
  for (const auto& fence : kFences) {
    if (Matches(header, fence.headers) && !BeginsWithOneOf(file, fence.inside)) {
      return file + " includes " + header;
    }
  }
  return {};
}

// All includes below `root` that break an arrow, sorted.
std::vector<std::string> Violations(const std::filesystem::path& root) {
  std::vector<std::string> violations;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk entry_at(root), end; entry_at != end; ++entry_at) {
    const auto& entry = *entry_at;
    const std::string file = std::filesystem::relative(entry.path(), root).string();
    const auto extension = entry.path().extension();
    // build/, node_modules/ and the like hold thousands of files.
    if (entry.is_directory() && ArrowOf(file + "/") == nullptr) {
      entry_at.disable_recursion_pending();
    }
    if (ArrowOf(file) == nullptr || (extension != ".h" && extension != ".cc")) continue;
    std::ifstream stream(entry.path());
    for (std::string line; std::getline(stream, line);) {
      bool quoted = false;
      const std::string header = IncludedHeader(line, quoted);
      if (header.empty()) continue;
      const std::string violation = CheckInclude(file, header, quoted);
      if (!violation.empty()) violations.push_back(violation);
    }
  }
  std::sort(violations.begin(), violations.end());
  return violations;
}

TEST(LayeringTest, NoIncludeOfTheProjectBreaksAnArrow) {
  for (const char* folder :
       {"base", "program", "proto", "probes", "exporter", "aggregator", "cli"}) {
    const std::filesystem::path path = std::filesystem::path(HYPERGAUGE_SOURCE_DIR) / folder;
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
  }
  EXPECT_THAT(Violations(HYPERGAUGE_SOURCE_DIR), IsEmpty());
}

TEST(LayeringTest, AnIncludeAgainstTheArrowsIsFound) {
  const TempDir tree;
  tree.Write("base/clock.h", "#include \"probes/benchmark.h\"\n#include <fmt/core.h>\n");
  tree.Write("exporter/x.cc",
             "#include \"aggregator/store/store.h\"\n#include <grpcpp/grpcpp.h>\n");
  tree.Write("probes/benchmarks/cpu/a.cc", "#include \"hypergauge/v1/run.pb.h\"\n");
  tree.Write("aggregator/ingest/fleet.cc", "#include \"hypergauge/v1/session.grpc.pb.h\"\n");
  tree.Write("aggregator/api/a.cc", "#include <prometheus/counter.h>\n#include <sqlite3.h>\n");
  tree.Write("cli/fine.cc", "#include \"base/table.h\"\n#include <vector>\n");
  EXPECT_THAT(
      Violations(tree.path()),
      ElementsAre("aggregator/api/a.cc includes prometheus/counter.h",
                  "aggregator/api/a.cc includes sqlite3.h",
                  "aggregator/ingest/fleet.cc includes hypergauge/v1/session.grpc.pb.h",
                  "base/clock.h includes fmt/core.h", "base/clock.h includes probes/benchmark.h",
                  "exporter/x.cc includes aggregator/store/store.h",
                  "exporter/x.cc includes grpcpp/grpcpp.h",
                  "probes/benchmarks/cpu/a.cc includes hypergauge/v1/run.pb.h"));
}

}  // namespace
}  // namespace hypergauge
