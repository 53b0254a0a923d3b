#include "probes/agent/spool.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "probes/agent/run_file.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kDamaged = "damaged";
constexpr const char* kRejected = "rejected";
constexpr uint64_t kAsideLimit = 1000;
constexpr size_t kRunFileBytes = size_t{64} << 20U;

}  // namespace

Result<std::unique_ptr<Spool>> Spool::Open(const std::filesystem::path& folder,
                                           const v1::NodeIdentity& identity,
                                           const SpoolLimits& limits) {
  auto spool = std::unique_ptr<Spool>(new Spool(folder, identity, limits));
  for (const char* name : {kDamaged, kRejected}) {
    std::error_code error;
    std::filesystem::create_directories(folder / name, error);
    if (error)
      return tl::unexpected(FromErrno(error.value(), "folder " + (folder / name).string()));
    if (auto scanned = spool->ScanAside(name); !scanned) return tl::unexpected(scanned.error());
  }
  if (auto scanned = spool->Scan(); !scanned) return tl::unexpected(scanned.error());
  return spool;
}

Result<void> Spool::Scan() {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    const auto& path = it->path();
    if (path.extension() == ".tmp") std::filesystem::remove(path, ignored);  // of a crash
    const auto sequence = SequenceOf(path);
    if (!sequence) continue;
    const auto bytes = std::filesystem::file_size(path, ignored);
    waiting_[*sequence] = ignored ? 0 : bytes;
    waiting_bytes_ += waiting_[*sequence];
    next_ = std::max(next_, *sequence + 1);
  }
  if (error) return tl::unexpected(FromErrno(error.value(), "folder " + folder_.string()));
  return {};
}

Result<void> Spool::ScanAside(const char* name) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_ / name, error), end; !error && it != end;
       it.increment(error)) {
    if (const auto sequence = SequenceOf(it->path()); sequence) {
      next_ = std::max(next_, *sequence + 1);
      ++aside_[name];
    }
  }
  if (error) return tl::unexpected(FromErrno(error.value(), "folder " + (folder_ / name).string()));
  return {};
}

std::filesystem::path Spool::PathOf(uint64_t sequence) const {
  return folder_ / RunFileName(sequence);
}

void Spool::Forget(std::map<uint64_t, uint64_t>::iterator entry) {
  waiting_bytes_ -= entry->second;
  waiting_.erase(entry);
}

void Spool::Remove(uint64_t sequence) {
  if (unlink(PathOf(sequence).c_str()) != 0 && errno != ENOENT) {
    spdlog::warn("{}", FromErrno(errno, "remove " + PathOf(sequence).string()).message);
  }
}

// Aside means out of the way: where it cannot be kept, it is removed, for it must not come back.
void Spool::MoveAside(uint64_t sequence, const char* name) {
  const auto from = PathOf(sequence);
  const auto to = folder_ / name / from.filename();
  if (aside_[name] >= kAsideLimit || std::rename(from.c_str(), to.c_str()) != 0) {
    Remove(sequence);
    return;
  }
  ++aside_[name];
}

void Spool::TrimToLimits(uint64_t incoming_bytes) {
  while (!waiting_.empty() &&
         (waiting_.size() + 1 > limits_.runs || waiting_bytes_ + incoming_bytes > limits_.bytes)) {
    const auto oldest = waiting_.begin();
    spdlog::warn("spool {} is full: run {} is dropped", folder_.string(), oldest->first);
    Remove(oldest->first);
    Forget(oldest);
    ++dropped_;
  }
}

Result<uint64_t> Spool::Append(v1::Run run) {
  const std::lock_guard lock(mutex_);
  run.mutable_id()->set_node_id(identity_.node_id());
  run.mutable_id()->set_epoch(identity_.epoch());
  run.mutable_id()->set_sequence(next_);
  const auto bytes = EncodeRunFile(run);
  const auto written =
      bytes ? WriteFileDurably(PathOf(next_), *bytes) : Result<void>(tl::unexpected(bytes.error()));
  if (!written) {
    ++dropped_;
    return Annotate(written.error(), "run of " + run.benchmark() + " is lost");
  }
  TrimToLimits(bytes->size());
  waiting_[next_] = bytes->size();
  waiting_bytes_ += bytes->size();
  if (kept_) Remove(*kept_);
  kept_.reset();
  return next_++;
}

Result<v1::Run> Spool::Read(uint64_t sequence) const {
  const auto bytes = ReadHead(PathOf(sequence), kRunFileBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  auto run = DecodeRunFile(*bytes);
  if (!run) return run;
  const auto& id = run->id();
  if (id.node_id() != identity_.node_id() || id.epoch() != identity_.epoch() ||
      id.sequence() != sequence) {
    return Fail(ErrorCode::kCorrupt, "is a run of another node or epoch");
  }
  return run;
}

std::optional<v1::Run> Spool::Next(uint64_t after) {
  const std::lock_guard lock(mutex_);
  for (auto it = waiting_.upper_bound(after); it != waiting_.end();) {
    auto run = Read(it->first);
    if (run) return std::move(*run);
    const auto path = PathOf(it->first).string();
    if (run.error().code == ErrorCode::kResourceExhausted) {  // of this process: later perhaps
      spdlog::warn("{}", run.error().message);
      return std::nullopt;
    }
    spdlog::error("spool file {} {}: set aside", path, run.error().message);
    MoveAside(it->first, kDamaged);
    ++dropped_;
    Forget(it++);
  }
  return std::nullopt;
}

void Spool::Acknowledge(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  while (!waiting_.empty() && waiting_.begin()->first <= sequence) {
    const auto first = waiting_.begin();
    if (first->first + 1 == next_) {
      kept_ = first->first;
    } else {
      Remove(first->first);
    }
    Forget(first);
  }
}

void Spool::ContinueBehind(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  if (sequence < next_) return;
  spdlog::warn(
      "the aggregator has runs up to {} of this node, the spool {} ends at {}: it was set back, "
      "and "
      "goes on behind them",
      sequence, folder_.string(), next_ - 1);
  next_ = sequence + 1;
}

void Spool::Reject(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(sequence);
  if (found == waiting_.end()) return;
  MoveAside(sequence, kRejected);
  Forget(found);
}

uint64_t Spool::LastSequence() const {
  const std::lock_guard lock(mutex_);
  return next_ - 1;
}

v1::SpoolState Spool::State() const {
  const std::lock_guard lock(mutex_);
  v1::SpoolState state;
  state.set_waiting_runs(waiting_.size());
  state.set_waiting_bytes(waiting_bytes_);
  state.set_dropped_runs(dropped_);
  const auto rejected = aside_.find(kRejected);
  state.set_rejected_runs(rejected == aside_.end() ? 0 : rejected->second);
  return state;
}

}  // namespace hypergauge::probes
