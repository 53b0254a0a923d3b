#include "aggregator/ingest/run_judge.h"

#include <algorithm>
#include <array>
#include <optional>

#include "aggregator/records/event_text.h"
#include "base/units.h"

namespace hypergauge::aggregator {
namespace {

// Runs arrive days late from probes that were cut off, but leases that met were both there.
constexpr Time kAuditKeeps = std::chrono::hours(24);
constexpr size_t kMostMeetings = 10'000;
constexpr size_t kMostOfLease = 64;  // one may be met again and again by whoever has no lease
// Of a node; beyond, it is told anew.
constexpr size_t kMostTold = 256;
constexpr size_t kReasonBytes = 1024;  // as the contract has it

constexpr std::array kReasons = {"no_lease", "unknown_lease", "foreign_lease", "early",
                                 "expired",  "revoked",       "outside_slot"};

std::string Seconds(Time time) {
  return FormatFigure(std::chrono::duration<double>(time).count(), "seconds");
}

bool HasFigures(const v1::Run& run) {
  return run.verdict() != v1::VERDICT_FAILED && run.verdict() != v1::VERDICT_UNSUPPORTED;
}

void RemoveMark(v1::Run& run, v1::Mark mark) {
  auto& marks = *run.mutable_marks();
  marks.erase(std::remove(marks.begin(), marks.end(), static_cast<int>(mark)), marks.end());
}

// "clean" of VERDICT_CLEAN.
std::string VerdictName(v1::Verdict verdict) {
  std::string name = v1::Verdict_Name(verdict).substr(std::string_view("VERDICT_").size());
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return name;
}

// Keeps what the verdict was.
void Overrule(v1::Run& run, v1::Verdict verdict, const std::string& reason) {
  std::string was = VerdictName(run.verdict());
  if (!run.verdict_reason().empty()) was += ": " + run.verdict_reason();
  run.set_verdict_reason(OneLine(reason + " (was " + was + ")", kReasonBytes));
  run.set_verdict(verdict);
}

void Stamp(v1::Run& run, const std::optional<v1::LeaseRecord>& record) {
  run.clear_round();
  run.clear_round_pass();
  if (!record || record->node_id() != run.id().node_id()) return;
  run.set_round(record->round());
  run.set_round_pass(record->pass());
}

bool IsGuest(v1::Role role) {
  return role == v1::ROLE_GUEST || role == v1::ROLE_CONTAINER;
}

// What a lease was given for is not where its node measured: on the machine that it is on by now it
// did from when it was found there. An interval of its own, because it began later.
std::optional<Interval> Elsewhere(const Interval& interval, const Stay& stay) {
  const auto is_there = [&](const HostLock& lock) { return lock.host == stay.outermost; };
  const Time since(stay.began_unix_nanos);
  if (stay.outermost.empty() || since >= interval.end ||
      std::any_of(interval.locks.begin(), interval.locks.end(), is_there)) {
    return std::nullopt;
  }
  Interval there = interval;
  there.lease_id += "@" + stay.outermost;
  there.locks = {{stay.outermost, interval.locks.front().resources}};
  there.start = std::max(interval.start, since);
  return there;
}

std::string Move(const RunPlacement& placement) {
  const auto shown = [](const std::string& host) {
    return host.empty() ? "an unknown host" : host;
  };
  return "the node moved from " + shown(placement.from) + " to " + shown(placement.to) +
         " meanwhile";
}

}  // namespace

RunJudge::RunJudge(Sources sources)
    : sources_(std::move(sources)),
      collisions_total_(sources_.metrics.AddCounter(
          "hypergauge_schedule_collisions_total",
          "Pairs of leases that met on a host, by the intervals that probes report")),
      audit_(kAuditKeeps) {
  // So that the first one of a reason is an increase.
  for (const char* reason : kReasons) (void)ViolationsBy(reason);
}

exporter::Counter& RunJudge::ViolationsBy(const std::string& reason) {
  return sources_.metrics.AddCounter("hypergauge_schedule_violations_total",
                                     "Runs without the right to measure, by reason",
                                     {{"reason", reason}});
}

uint64_t RunJudge::collisions() const {
  const std::lock_guard lock(mutex_);
  return collisions_;
}

std::string RunJudge::NameOf(const std::string& node_id) const {
  std::string label = sources_.label_of(node_id);
  return label.empty() ? node_id : label;
}

Result<std::optional<v1::LeaseRecord>> RunJudge::LeaseOf(const v1::Run& run) {
  if (run.fencing_token() == 0) return std::nullopt;
  if (auto record = sources_.leases.Find(run.fencing_token())) return record;
  return sources_.store.FindLease(run.fencing_token());
}

Result<RunPlacement> RunJudge::PlacementOf(const v1::Run& run, const RunTime& time) {
  const auto& node_id = run.id().node_id();
  const Stay stay = sources_.where(node_id);
  v1::PlacementEpoch now;
  now.set_began_unix_nanos(stay.began_unix_nanos);
  now.set_host(stay.host);
  now.set_host_node_id(stay.host_id);
  std::vector<v1::PlacementEpoch> epochs;
  if (Time(stay.began_unix_nanos) > time.start) {
    auto stored = sources_.store.Epochs(node_id);
    if (!stored) return tl::unexpected(stored.error());
    epochs.assign(stored->placements().begin(), stored->placements().end());
  }
  // The newest may be on its way to the store.
  if (epochs.empty() || epochs.back().began_unix_nanos() < stay.began_unix_nanos) {
    epochs.push_back(std::move(now));
  }
  return PlacementDuring(epochs, time.start, time.end);
}

Result<RunJudge::Judgement> RunJudge::Judge(v1::Run& run, v1::Role role) {
  const auto record = LeaseOf(run);
  if (!record) return tl::unexpected(record.error());
  const RunTime time = RunTimeOf(run);
  const auto placement = PlacementOf(run, time);
  if (!placement) return tl::unexpected(placement.error());

  Stamp(run, *record);
  RemoveMark(run, v1::MARK_UNPLACED);
  if (placement->is_unknown && IsGuest(role)) run.add_marks(v1::MARK_UNPLACED);
  Judgement judgement;
  if (run.verdict() == v1::VERDICT_UNSUPPORTED) return judgement;  // nothing ran

  judgement.violation = FindViolation(run, time, *record, sources_.covers, sources_.label_of);
  const bool had_right = *record && !judgement.violation;
  judgement.meetings = Meet(run, time, had_right ? *record : std::nullopt);
  if (!HasFigures(run)) return judgement;

  std::string reason = judgement.violation ? judgement.violation->text : "";
  for (const auto& meeting : judgement.meetings) {
    const auto& collision = meeting->collision;
    const bool is_first = collision.first.node_id == run.id().node_id();
    reason += (reason.empty() ? "" : "; ") +
              NameOf((is_first ? collision.second : collision.first).node_id) + " measured on " +
              collision.host + " at the same time, for " + Seconds(collision.overlap);
  }
  if (!reason.empty()) {
    Overrule(run, v1::VERDICT_CONTENDED, reason);
  } else if (placement->moved && time.is_known) {
    Overrule(run, v1::VERDICT_MIGRATED, Move(*placement));
  }
  return judgement;
}

std::vector<std::shared_ptr<RunJudge::Meeting>> RunJudge::Meet(
    const v1::Run& run, const RunTime& time, const std::optional<v1::LeaseRecord>& right) {
  if (!time.is_known) return {};
  Interval interval;
  interval.node_id = run.id().node_id();
  interval.start = time.start;
  interval.end = time.end;
  interval.uncertainty = time.error;
  if (right) {
    interval.lease_id = right->lease_id();
    interval.locks = GrantOf(*right).locks;
    interval.lock_class = LockClassOf(*right);
  } else {
    // What was begun in one minute: runs without a lease, or beyond it, or in all the times of an
    // offline slot are no single measurement.
    interval.lease_id = "minute-" + std::to_string(time.start / std::chrono::minutes(1));
  }
  const Stay stay = sources_.where(interval.node_id);
  if (interval.locks.empty()) {
    interval.locks = {{stay.outermost.empty() ? NameOf(interval.node_id) : stay.outermost}};
  }
  std::vector<Interval> intervals = {interval};
  if (auto there = Elsewhere(interval, stay)) intervals.push_back(std::move(*there));
  std::vector<std::shared_ptr<Meeting>> meetings;
  const std::lock_guard lock(mutex_);
  for (const auto& each : intervals) {
    for (auto& collision : audit_.Add(each)) {
      Remember(std::make_shared<Meeting>(Meeting{std::move(collision)}));
    }
    const auto known = meetings_.find({each.node_id, each.lease_id});
    if (known == meetings_.end()) continue;
    meetings.insert(meetings.end(), known->second.begin(), known->second.end());
  }
  return meetings;
}

void RunJudge::Remember(const std::shared_ptr<Meeting>& meeting) {
  for (const auto* side : {&meeting->collision.first, &meeting->collision.second}) {
    const AuditKey key{side->node_id, side->lease_id};
    auto& of_lease = meetings_[key];
    if (of_lease.empty()) oldest_meetings_.push_back(key);
    if (of_lease.size() < kMostOfLease) of_lease.push_back(meeting);
  }
  while (oldest_meetings_.size() > kMostMeetings) {
    meetings_.erase(oldest_meetings_.front());
    oldest_meetings_.pop_front();
  }
}

void RunJudge::Stored(const v1::Run& run, const Judgement& judgement) {
  if (judgement.violation) TellViolation(run, *judgement.violation);
  for (const auto& meeting : judgement.meetings) {
    {
      const std::lock_guard lock(mutex_);
      if (meeting->is_told) continue;
      meeting->is_told = true;
      ++collisions_;
    }
    TellMeeting(meeting->collision);
  }
}

void RunJudge::TellViolation(const v1::Run& run, const Violation& violation) {
  ViolationsBy(violation.reason).Increment();
  const auto& node_id = run.id().node_id();
  {
    const std::lock_guard lock(mutex_);
    auto& told = told_[node_id];
    if (told.size() >= kMostTold) told.clear();
    if (!told.emplace(run.fencing_token(), violation.reason).second) return;
  }
  v1::Event event;
  event.set_kind(v1::Event::KIND_LEASE_VIOLATED);
  event.set_node_id(node_id);
  event.set_subject(violation.reason);
  event.set_new_value(run.lease_id());
  event.set_text(NameOf(node_id) + " measured without the right to: " + violation.text);
  sources_.events.Record(std::move(event));
}

void RunJudge::TellMeeting(const Collision& collision) {
  collisions_total_.Increment();
  const std::string first = NameOf(collision.first.node_id);
  const std::string second = NameOf(collision.second.node_id);
  v1::Event event;
  event.set_kind(v1::Event::KIND_SCHEDULE_COLLISION);
  event.set_node_id(collision.second.node_id);
  event.set_subject(collision.host);
  event.set_old_value(first);
  event.set_new_value(second);
  event.set_text(first + " and " + second + " measured on " + collision.host +
                 " at the same time, for " + Seconds(collision.overlap));
  sources_.events.Record(std::move(event));
}

}  // namespace hypergauge::aggregator
