#include "cli/wait.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include "base/table.h"
#include "cli/terminal_text.h"
#include "cli/when.h"
#include "program/terminal.h"

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

const v1::Node* FindNode(const std::vector<v1::Node>& nodes, const std::string& label) {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const v1::Node& node) { return node.label() == label; });
  return found == nodes.end() ? nullptr : &*found;
}

// Among the leases of the host that the node is on now: null where it is not there yet.
Result<std::unique_ptr<v1::LeaseRecord>> FindLease(Client& client,
                                                   const std::vector<v1::Node>& nodes,
                                                   const std::string& label,
                                                   const std::string& lease_id) {
  const auto* node = FindNode(nodes, label);
  if (node == nullptr) return nullptr;
  v1::GetScheduleRequest request;
  request.add_hosts(node->placement().host().empty() ? label : node->placement().host());
  const auto schedule = client.GetSchedule(request);
  if (!schedule) {
    // It moved between the two questions.
    if (schedule.error().code == ErrorCode::kNotFound) return nullptr;
    return tl::unexpected(schedule.error());
  }
  for (const auto& host : schedule->hosts()) {
    for (const auto& lease : host.leases()) {
      if (lease.lease_id() == lease_id) return std::make_unique<v1::LeaseRecord>(lease);
    }
  }
  return nullptr;
}

}  // namespace

ProgressDisplay::ProgressDisplay(When when)
    : terminal_(isatty(STDERR_FILENO) == 1), silent_(when == kOnTerminalsOnly && !terminal_) {}

ProgressDisplay::~ProgressDisplay() {
  if (terminal_ && width_ > 0) std::cerr << "\r" << std::string(width_, ' ') << "\r";
}

void ProgressDisplay::Show(const std::string& line) {
  if (silent_ || line == shown_) return;
  shown_ = line;
  if (!terminal_) {
    std::cerr << line << "\n";
    return;
  }
  const auto columns = DescribeTerminal(STDERR_FILENO, [](const char*) { return nullptr; }).width;
  // A line that wraps cannot be drawn over.
  const std::string fitting = Clipped(line, static_cast<size_t>(std::max(columns - 1, 1)));
  const size_t width = DisplayWidth(fitting);
  std::cerr << "\r" << fitting << std::string(width_ > width ? width_ - width : 0, ' ')
            << std::flush;
  width_ = width;
}

std::string ShareLine(double share, const std::string& what) {
  constexpr int kCells = 20;
  constexpr int kHundred = 100;
  const double inside = std::clamp(share, 0.0, 1.0);
  const int filled = static_cast<int>(inside * kCells);
  return "[" + std::string(static_cast<size_t>(filled), '#') +
         std::string(static_cast<size_t>(kCells - filled), '-') + "] " +
         std::to_string(static_cast<int>(inside * kHundred)) + " %  " + what;
}

std::string ProgressLine(const std::vector<v1::Node>& nodes) {
  std::string line;
  for (const auto& node : nodes) {
    if (!node.connected()) continue;
    if (!line.empty()) line += "   ";
    line += TerminalText(node.label()) + " ";
    if (node.has_progress()) {
      const auto& progress = node.progress();
      line += Bar(progress.finished_benchmarks(), progress.total_benchmarks());
      if (!progress.benchmark().empty()) line += " " + TerminalText(progress.benchmark());
    } else {
      line += node.completed_leases() > 0 ? "done" : "waiting";
    }
  }
  return line.empty() ? "waiting for probes" : line;
}

std::string LeaseLine(const std::vector<v1::Node>& nodes, const std::string& node,
                      const v1::LeaseRecord* lease) {
  const auto* found = FindNode(nodes, node);
  const std::string name = TerminalText(node) + " ";
  if (found == nullptr || !found->connected()) return name + "is not connected";
  if (lease == nullptr) return name + "waits for its host";
  if (!found->has_progress() || found->progress().lease_id() != lease->lease_id()) {
    return name + "has the lease";
  }
  const auto& progress = found->progress();
  const std::string bar = Bar(progress.finished_benchmarks(), progress.total_benchmarks());
  return name + bar +
         (progress.benchmark().empty() ? "" : " " + TerminalText(progress.benchmark()));
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

Result<v1::LeaseRecord> WaitForLease(Client& client, const std::string& node,
                                     const std::string& lease_id, std::chrono::nanoseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  ProgressDisplay display;
  while (true) {
    const auto nodes = client.Nodes();
    if (!nodes) return tl::unexpected(nodes.error());
    const auto lease = FindLease(client, *nodes, node, lease_id);
    if (!lease) return tl::unexpected(lease.error());
    if (*lease != nullptr && (*lease)->ended_unix_nanos() != 0) return **lease;
    const std::string line = LeaseLine(*nodes, node, lease->get());
    display.Show(line);
    if (std::chrono::steady_clock::now() >= end) {
      return Fail(ErrorCode::kDeadlineExceeded, TerminalText(lease_id) + " is not over after " +
                                                    FormatDuration(limit.count()) + " (" + line +
                                                    ")");
    }
    std::this_thread::sleep_for(kAskEvery);
  }
}

}  // namespace hypergauge::cli
