#include "tests/load/history.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "tests/load/store_writer.h"

namespace hypergauge::load {
namespace {

constexpr uint64_t kOrderDraw = 501;
constexpr uint64_t kPeerDraw = 502;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kLeasesKept = 26 * 3600 * kSecond;
constexpr int64_t kBetweenTurns = kSecond / 2;
constexpr int64_t kNight = 2 * 3600 * kSecond;  // when the standard suite runs
constexpr int64_t kMeshPeriod = 6 * 3600 * kSecond;
constexpr uint64_t kQuarters = 4;
constexpr double kSilentSince = 0.7;  // of the history
constexpr int kConfirmations = 6;     // minutes after a round in which runs may be asked for

class History {
 public:
  History(const SimFleet& fleet, const StoreOptions& options, StoreWriter& writer, int64_t now)
      : fleet_(fleet),
        options_(options),
        writer_(writer),
        begin_(now - static_cast<int64_t>(options.days * static_cast<double>(kDay))),
        now_(now),
        slowdowns_(MakeSlowdowns(fleet, begin_, now)),
        model_(fleet_, slowdowns_),
        sequences_(fleet.nodes.size(), 0),
        free_at_(static_cast<size_t>(fleet.options.hosts), 0) {}

  Result<Written> Write();

 private:
  struct Turn {
    const SimNode& node;
    const std::string& suite;
    std::vector<std::string> benchmarks;
    uint64_t round = 0;
    uint32_t pass = 0;
    v1::LeaseRecord::Purpose purpose = v1::LeaseRecord::PURPOSE_ROUND;
    const SimNode* peer = nullptr;
  };

  void Enroll();
  void ApplyChanges(int64_t at);
  void MeasureRound(int host, const std::string& suite, int64_t at);
  void MeasureNetwork(const SimNode& node, int64_t at);
  void TakeTurn(const Turn& turn);
  Result<void> Confirm(int64_t from, int64_t until);
  Result<void> Steer();
  [[nodiscard]] std::vector<std::string> Selection(const std::string& suite) const;
  [[nodiscard]] bool IsThere(const SimNode& node, int64_t at) const;
  [[nodiscard]] std::vector<const SimNode*> NodesOf(int host) const;

  const SimFleet& fleet_;
  const StoreOptions& options_;
  StoreWriter& writer_;
  const int64_t begin_;
  const int64_t now_;
  const std::vector<Slowdown> slowdowns_;
  const FigureModel model_;
  std::vector<uint64_t> sequences_;       // by node
  std::vector<int64_t> free_at_;          // by host: when its last turn was over
  std::map<int, std::string> described_;  // what a node with changes said last, by its index
  uint64_t token_ = 0;
  uint64_t rounds_ = 0;
};

std::vector<const SimNode*> History::NodesOf(int host) const {
  const auto size = 1 + static_cast<size_t>(fleet_.options.guests_per_host);
  std::vector<const SimNode*> nodes;
  for (size_t i = 0; i < size; ++i) {
    nodes.push_back(&fleet_.nodes[static_cast<size_t>(host) * size + i]);
  }
  return nodes;
}

bool History::IsThere(const SimNode& node, int64_t at) const {
  return !node.is_silent ||
         at < begin_ + static_cast<int64_t>(static_cast<double>(now_ - begin_) * kSilentSince);
}

void History::Enroll() {
  writer_.clock().Set(begin_);
  for (const auto& node : fleet_.nodes) {
    auto hello = HelloOf(fleet_, node);
    ApplyFacts(slowdowns_, fleet_, node, begin_, hello);
    writer_.Enroll(node, hello, node.is_guest ? fleet_.HostOf(node).node_id : "");
  }
}

// Of the nodes that slow-downs reach: what they say of themselves, when it has changed.
void History::ApplyChanges(int64_t at) {
  for (const auto& node : fleet_.nodes) {
    const bool is_reached =
        std::any_of(slowdowns_.begin(), slowdowns_.end(), [&](const Slowdown& slowdown) {
          return !slowdown.fact.empty() && slowdown.onset_unix_nanos <= at &&
                 Reaches(slowdown, fleet_, node);
        });
    if (!is_reached || !IsThere(node, at)) continue;
    auto hello = HelloOf(fleet_, node);
    ApplyFacts(slowdowns_, fleet_, node, at, hello);
    std::string said = hello.environment().SerializeAsString() + hello.platform().version();
    if (auto& last = described_[node.index]; last != said) {
      last = std::move(said);
      writer_.Change(hello);
    }
  }
}

// As the schedule chooses: of light the core, and a quarter of the others in turn.
std::vector<std::string> History::Selection(const std::string& suite) const {
  std::vector<std::string> core;
  std::vector<std::string> others;
  for (const auto& benchmark : fleet_.benchmarks) {
    const auto& suites = benchmark.suites();
    if (std::find(suites.begin(), suites.end(), suite) == suites.end()) continue;
    (benchmark.core() || suite != "light" ? core : others).push_back(benchmark.name());
  }
  // Whoever chose a few wants all of them.
  const uint64_t turns = fleet_.options.benchmarks.empty() ? kQuarters : 1;
  for (size_t i = 0; i < others.size(); ++i) {
    if (i % turns == rounds_ % turns) core.push_back(others[i]);
  }
  return core;
}

void History::TakeTurn(const Turn& turn) {
  auto& free_at = free_at_[static_cast<size_t>(turn.node.host)];
  v1::LeaseRecord lease;
  lease.set_fencing_token(++token_);
  lease.set_lease_id("lease-" + std::to_string(token_));
  lease.set_node_id(turn.node.node_id);
  lease.set_start_unix_nanos(free_at);
  const auto wall = FigureModel::WallOf(turn.suite);
  for (const auto& name : turn.benchmarks) {
    const auto* benchmark = FindBenchmark(fleet_, name);
    if (benchmark == nullptr || !ReasonAgainst(fleet_, turn.node, name).empty()) continue;
    RunOrder order;
    order.suite = turn.suite;
    order.started_unix_nanos = free_at;
    order.wall = wall;
    order.sequence = ++sequences_[static_cast<size_t>(turn.node.index)];
    order.fencing_token = token_;
    order.lease_id = lease.lease_id();
    if (turn.peer != nullptr) order.peer = ResponderOf(*turn.peer);
    auto run = MakeRun(model_, turn.node, *benchmark, order);
    run.set_round(turn.round);
    run.set_round_pass(turn.pass);
    free_at += wall.count();
    run.set_received_unix_nanos(free_at);
    writer_.Put(std::move(run));
  }
  lease.set_ended_unix_nanos(free_at);
  free_at += kBetweenTurns;
  if (now_ - lease.start_unix_nanos() > kLeasesKept) return;
  lease.set_end_unix_nanos(lease.start_unix_nanos() + kMinute);
  lease.set_outcome(v1::LeaseRecord::OUTCOME_COMPLETED);
  lease.set_purpose(turn.purpose);
  lease.set_suite(turn.suite);
  lease.set_round(turn.round);
  lease.set_pass(turn.pass);
  lease.set_lock_class(v1::Lease::CLASS_EXCLUSIVE);
  if (turn.purpose == v1::LeaseRecord::PURPOSE_ROUND) {
    lease.set_plan(turn.suite == "light" ? "light" : "nightly");  // as plans are by default
  }
  auto& lock = *lease.add_locks();
  lock.set_host(fleet_.HostOf(turn.node).name);
  for (const char* resource : {"cpu", "disk", "nic", "uplink"}) lock.add_resources(resource);
  if (turn.peer != nullptr) {
    lease.set_peer_node_id(turn.peer->node_id);
    auto& other = *lease.add_locks();
    other.set_host(fleet_.HostOf(*turn.peer).name);
    for (const char* resource : {"nic", "uplink"}) other.add_resources(resource);
  }
  writer_.PutLease(std::move(lease));
}

// host, guests, guests, host.
void History::MeasureRound(int host, const std::string& suite, int64_t at) {
  auto& free_at = free_at_[static_cast<size_t>(host)];
  free_at = std::max(free_at, at);
  auto nodes = NodesOf(host);
  std::erase_if(nodes, [&](const SimNode* node) { return !IsThere(*node, at); });
  const auto benchmarks = Selection(suite);
  const auto turns = static_cast<int64_t>(2 * nodes.size() * benchmarks.size());
  // Nothing may lie in the future.
  if (free_at + turns * (FigureModel::WallOf(suite).count() + kBetweenTurns) > now_) return;
  ++rounds_;
  const bool is_alone = nodes.size() == 1;
  for (const auto* node : nodes) {
    TakeTurn(
        {.node = *node, .suite = suite, .benchmarks = benchmarks, .round = rounds_, .pass = 1});
  }
  if (is_alone) return;
  std::reverse(nodes.begin(), nodes.end());
  for (const auto* node : nodes) {
    TakeTurn(
        {.node = *node, .suite = suite, .benchmarks = benchmarks, .round = rounds_, .pass = 2});
  }
}

void History::MeasureNetwork(const SimNode& node, int64_t at) {
  const auto drawn = model_.dice().Bits(
      {kPeerDraw, static_cast<uint64_t>(node.index), static_cast<uint64_t>(at / kMeshPeriod)});
  const auto& peer = fleet_.nodes[drawn % fleet_.nodes.size()];
  if (peer.host == node.host || !IsThere(node, at) || !IsThere(peer, at)) return;
  static const std::string kLight = "light";
  std::vector<std::string> benchmarks;
  for (const auto& name : SuiteOn(fleet_, node, kLight)) {
    if (FindBenchmark(fleet_, name)->category() == "network") benchmarks.push_back(name);
  }
  if (benchmarks.empty()) return;
  TakeTurn({.node = node,
            .suite = kLight,
            .benchmarks = std::move(benchmarks),
            .purpose = v1::LeaseRecord::PURPOSE_NETWORK,
            .peer = &peer});
}

// What the analysis asks for is measured at once, and looked at before the next round.
Result<void> History::Confirm(int64_t from, int64_t until) {
  std::unordered_map<std::string, const SimNode*> by_id;
  for (const auto& node : fleet_.nodes) by_id[node.node_id] = &node;
  for (int minute = 1; minute <= kConfirmations; ++minute) {
    const auto wanted = writer_.orders().Take();
    if (wanted.empty()) return {};
    const int64_t at = std::min(from + minute * kMinute, until);
    writer_.clock().Set(at);
    for (const auto& each : wanted) {
      const auto& node = *by_id.at(each.node_id);
      auto& free_at = free_at_[static_cast<size_t>(node.host)];
      free_at = std::max(free_at, at - kMinute);
      TakeTurn({.node = node,
                .suite = each.suite,
                .benchmarks = {each.benchmark},
                .purpose = v1::LeaseRecord::PURPOSE_RUN_NOW});
    }
    if (auto settled = writer_.Settle(); !settled) return settled;
  }
  return {};
}

// Somebody has looked at some of what fires.
Result<void> History::Steer() {
  enum Fate { kAcknowledged = 2, kMuted = 3, kAccepted = 5, kFates = 6 };
  auto& analyst = writer_.analyst();
  uint64_t firing = 0;
  for (const auto& regression : analyst.Open()) {
    if (regression.state() != v1::Regression::STATE_FIRING) continue;
    Result<v1::Regression> steered = regression;
    switch (++firing % kFates) {
      case kAcknowledged:
        steered = analyst.Acknowledge(regression.id(), "ticket 4711: the new governor");
        break;
      case kMuted:
        steered = analyst.Mute(regression.id(), "a machine for experiments");
        break;
      case kAccepted:
        steered = analyst.Accept(regression.id(), "wanted: the mitigations stay on");
        break;
      default:
        break;
    }
    if (!steered) return tl::unexpected(steered.error());
  }
  return {};
}

Result<Written> History::Write() {
  Enroll();
  if (auto settled = writer_.Settle(); !settled) return tl::unexpected(settled.error());
  const int64_t interval = options_.interval.count();
  int64_t former = begin_;
  for (int64_t at = begin_; at + interval <= now_; at += interval) {
    const int64_t over = at + interval;
    writer_.clock().Set(at);
    ApplyChanges(at);
    const bool is_night = (former - kNight) / kDay != (at - kNight) / kDay;
    const bool is_mesh = former / kMeshPeriod != at / kMeshPeriod;
    for (int host = 0; host < fleet_.options.hosts; ++host) {
      const double part = model_.dice().Between(0, 0.2, {kOrderDraw, static_cast<uint64_t>(host)});
      const int64_t start = at + static_cast<int64_t>(part * static_cast<double>(interval));
      MeasureRound(host, "light", start);
      if (is_night) MeasureRound(host, "standard", start);
      if (!is_mesh) continue;
      for (const auto* node : NodesOf(host)) MeasureNetwork(*node, at);
    }
    former = at;
    writer_.clock().Set(over - kConfirmations * kMinute / 2);
    if (auto settled = writer_.Settle(); !settled) return tl::unexpected(settled.error());
    if (auto done = Confirm(over - kConfirmations * kMinute / 2, over); !done) {
      return tl::unexpected(done.error());
    }
  }
  writer_.clock().Set(now_);
  if (auto steered = Steer(); !steered) return tl::unexpected(steered.error());
  for (const auto& node : fleet_.nodes) {
    const double share = IsThere(node, now_) ? 1 : kSilentSince;
    writer_.Seen(node, begin_ + static_cast<int64_t>(static_cast<double>(now_ - begin_) * share));
  }
  if (auto settled = writer_.Settle(); !settled) return tl::unexpected(settled.error());
  return Written{fleet_.nodes.size(), writer_.runs(), rounds_, writer_.analyst().Open().size()};
}

}  // namespace

Result<Written> WriteHistory(const FleetOptions& fleet_options, const StoreOptions& options) {
  const auto fleet = MakeFleet(fleet_options);
  if (!fleet) return tl::unexpected(fleet.error());
  auto writer = StoreWriter::Open(options.folder, options.interval);
  if (!writer) return tl::unexpected(writer.error());
  History history(*fleet, options, **writer, Clock::System().Realtime().count());
  return history.Write();
}

}  // namespace hypergauge::load
