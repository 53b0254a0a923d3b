#include "cli/wait.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "base/table.h"

namespace hypergauge::cli {
namespace {

constexpr std::chrono::milliseconds kAskEvery{250};

std::string Bar(uint32_t done, uint32_t total) {
  constexpr uint32_t kCells = 10;
  const uint32_t filled = total == 0 ? 0 : std::min(kCells, kCells * done / total);
  return "[" + std::string(filled, '#') + std::string(kCells - filled, '-') + "] " +
         std::to_string(done) + "/" + std::to_string(total);
}

size_t FinishedNodes(const std::vector<v1::Node>& nodes) {
  return static_cast<size_t>(std::count_if(nodes.begin(), nodes.end(), [](const v1::Node& node) {
    return node.connected() && node.completed_leases() > 0;
  }));
}

// Writes progress to standard error in the manner that fits what it is.
class ProgressDisplay {
 public:
  ProgressDisplay() : terminal_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressDisplay() {
    if (terminal_ && width_ > 0) std::cerr << "\r" << std::string(width_, ' ') << "\r";
  }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void Show(const std::string& line) {
    if (line == shown_) return;
    shown_ = line;
    if (!terminal_) {
      std::cerr << line << "\n";
      return;
    }
    const size_t width = DisplayWidth(line);
    std::cerr << "\r" << line << std::string(width_ > width ? width_ - width : 0, ' ')
              << std::flush;
    width_ = width;
  }

 private:
  bool terminal_;
  size_t width_ = 0;
  std::string shown_;
};

}  // namespace

std::string ProgressLine(const std::vector<v1::Node>& nodes) {
  std::string line;
  for (const auto& node : nodes) {
    if (!node.connected()) continue;
    if (!line.empty()) line += "   ";
    line += node.label() + " ";
    if (node.has_progress()) {
      const auto& progress = node.progress();
      line += Bar(progress.finished_benchmarks(), progress.total_benchmarks());
      if (!progress.benchmark().empty()) line += " " + progress.benchmark();
    } else {
      line += node.completed_leases() > 0 ? "done" : "waiting";
    }
  }
  return line.empty() ? "waiting for probes" : line;
}

Result<void> WaitForFirstCycle(Client& client, size_t count, std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  ProgressDisplay display;
  while (true) {
    const auto nodes = client.Nodes();
    if (!nodes) return tl::unexpected(nodes.error());
    if (FinishedNodes(*nodes) >= count) return {};
    display.Show(ProgressLine(*nodes));
    if (std::chrono::steady_clock::now() >= end) {
      return Fail(ErrorCode::kDeadlineExceeded,
                  std::to_string(FinishedNodes(*nodes)) + " of " + std::to_string(count) +
                      " nodes have finished a cycle after " + std::to_string(limit.count()) +
                      " s (" + ProgressLine(*nodes) + ")");
    }
    std::this_thread::sleep_for(kAskEvery);
  }
}

}  // namespace hypergauge::cli
