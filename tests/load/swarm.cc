#include "tests/load/swarm.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

#include "base/clock.h"

namespace hypergauge::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kComeBack{1000};
constexpr int kLeastBackoffMillis = 200;
constexpr int kMostBackoffMillis = 2000;
constexpr uint64_t kRefusalDraw = 601;
constexpr double kRefused = 0.01;  // of all leases: production load was there

int64_t NowUnixNanos() {
  return Clock::System().Realtime().count();
}

// What no coming back mends.
bool IsHopeless(grpc::StatusCode code) {
  return code == grpc::StatusCode::INVALID_ARGUMENT ||
         code == grpc::StatusCode::FAILED_PRECONDITION;
}

}  // namespace

struct Swarm::Probe {
  const SimNode* node = nullptr;
  v1::ProbeService::Stub* stub = nullptr;
  // All that follow belong to the thread that does what is due.
  std::unique_ptr<Stream> stream;
  uint64_t sequence = 0;
  bool has_lease = false;
  v1::Lease lease;
  int64_t lease_end_unix_nanos = 0;
  std::vector<std::string> benchmarks;
  size_t next = 0;
  int64_t started_unix_nanos = 0;
};

class Swarm::Stream final
    : public grpc::ClientBidiReactor<v1::ProbeMessage, v1::AggregatorMessage> {
 public:
  Stream(Swarm& swarm, Probe& probe, const v1::Hello& hello) : swarm_(swarm), probe_(probe) {
    probe.stub->async()->Session(&context_, this);
    StartRead(&received_);
    v1::ProbeMessage message;
    *message.mutable_hello() = hello;
    Send(std::move(message));
    StartCall();
  }
  // Not before the end of the call, which calls back until then.
  ~Stream() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void Send(v1::ProbeMessage message) {
    const std::lock_guard lock(mutex_);
    if (done_) return;
    waiting_.push_back(std::move(message));
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    was_welcomed_ = was_welcomed_ || received_.has_welcome();
    if (received_.has_presence_request()) {
      v1::ProbeMessage message;
      message.mutable_presence()->set_cookie(received_.presence_request().cookie());
      Send(std::move(message));
    } else if (received_.has_offline_slot() && received_.offline_slot().token() > 0) {
      v1::ProbeMessage message;
      message.mutable_offline_slot_stored()->set_token(received_.offline_slot().token());
      Send(std::move(message));
    } else {
      swarm_.Heard(probe_, received_);
    }
    StartRead(&received_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
    if (ok && !waiting_.empty()) StartWrite(&waiting_.front());
  }

  void OnDone(const grpc::Status& status) override {
    swarm_.Ended(probe_, status, was_welcomed_);
    const std::lock_guard lock(mutex_);
    done_ = true;
    ended_.notify_all();
  }

 private:
  Swarm& swarm_;
  Probe& probe_;
  grpc::ClientContext context_;
  v1::AggregatorMessage received_;
  bool was_welcomed_ = false;  // of what reads, which is over before OnDone
  std::mutex mutex_;           // guards what follows
  std::condition_variable ended_;
  std::deque<v1::ProbeMessage> waiting_;
  bool done_ = false;
};

Swarm::Swarm(const FigureModel& model, const std::vector<Slowdown>& slowdowns,
             const ProbesOptions& options)
    : model_(model), slowdowns_(slowdowns), options_(options) {
  for (int i = 0; i < options.channels; ++i) {
    grpc::ChannelArguments arguments;
    // Channels to one address would share one connection otherwise.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kLeastBackoffMillis);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMostBackoffMillis);
    stubs_.push_back(v1::ProbeService::NewStub(
        grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments)));
  }
  for (const auto& node : model.fleet().nodes) {
    if (node.is_silent) continue;
    auto probe = std::make_unique<Probe>();
    probe->node = &node;
    probe->stub = stubs_[probes_.size() % stubs_.size()].get();
    probes_.push_back(std::move(probe));
  }
  figures_.nodes = probes_.size();
  for (const auto& probe : probes_) {
    Plan({}, [this, raw = probe.get()] { Connect(*raw); });
  }
  worker_ = std::jthread([this](const std::stop_token& ending) { Work(ending); });
}

Swarm::~Swarm() {
  stopping_ = true;
  worker_.request_stop();
  worker_.join();
  for (const auto& probe : probes_) probe->stream.reset();
}

SwarmFigures Swarm::Figures() const {
  const std::lock_guard lock(figures_mutex_);
  return figures_;
}

void Swarm::Plan(nanoseconds wait, std::function<void()> act) {
  const std::lock_guard lock(due_mutex_);
  due_.push({std::chrono::steady_clock::now() + wait, ++planned_, std::move(act)});
  wake_.notify_one();
}

void Swarm::Work(const std::stop_token& ending) {
  std::unique_lock lock(due_mutex_);
  while (!ending.stop_requested()) {
    if (due_.empty()) {
      wake_.wait(lock, ending, [this] { return !due_.empty(); });
      continue;
    }
    const auto at = due_.top().at;
    if (at > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, ending, at, [&] { return due_.top().at < at; });
      continue;
    }
    const auto act = due_.top().act;
    due_.pop();
    lock.unlock();
    act();
    lock.lock();
  }
}

void Swarm::Connect(Probe& probe) {
  probe.stream.reset();
  probe.has_lease = false;
  auto hello = HelloOf(model_.fleet(), *probe.node);
  ApplyFacts(slowdowns_, model_.fleet(), *probe.node, NowUnixNanos(), hello);
  probe.stream = std::make_unique<Stream>(*this, probe, hello);
}

void Swarm::Heard(Probe& probe, const v1::AggregatorMessage& message) {
  if (message.has_lease()) {
    Plan({}, [this, &probe, lease = message.lease()] { Begin(probe, lease); });
    return;
  }
  if (message.has_welcome()) {
    Plan({}, [&probe, stored = message.welcome().stored_sequence()] {
      probe.sequence = std::max(probe.sequence, stored);
    });
  }
  if (message.has_lease_revocation()) {
    Plan({}, [&probe, id = message.lease_revocation().lease_id()] {
      if (probe.lease.lease_id() == id) probe.benchmarks.clear();
    });
  }
  const std::lock_guard lock(figures_mutex_);
  figures_.connected += message.has_welcome() ? 1 : 0;
  figures_.welcomed += message.has_welcome() ? 1 : 0;
  figures_.acknowledged += message.has_ack() ? 1 : 0;
  if (!message.has_rejection()) return;
  ++figures_.rejected;
  if (figures_.first_error.empty()) {
    figures_.first_error = message.rejection().field() + " " + message.rejection().reason();
  }
}

void Swarm::Ended(Probe& probe, const grpc::Status& status, bool was_welcomed) {
  if (stopping_) return;
  const bool is_hopeless = IsHopeless(status.error_code());
  {
    const std::lock_guard lock(figures_mutex_);
    if (was_welcomed) {
      ++figures_.broken;
      --figures_.connected;
    }
    if (is_hopeless && figures_.first_error.empty()) figures_.first_error = status.error_message();
  }
  if (!is_hopeless) Plan(kComeBack, [this, &probe] { Connect(probe); });
}

void Swarm::Begin(Probe& probe, const v1::Lease& lease) {
  {
    const std::lock_guard lock(figures_mutex_);
    ++figures_.leases;
  }
  probe.has_lease = true;
  probe.lease = lease;
  probe.lease_end_unix_nanos = NowUnixNanos() + lease.duration_nanos();
  probe.next = 0;
  probe.benchmarks.assign(lease.benchmarks().begin(), lease.benchmarks().end());
  if (probe.benchmarks.empty()) {
    probe.benchmarks = SuiteOn(model_.fleet(), *probe.node, lease.suite());
  }
  std::erase_if(probe.benchmarks, [&](const std::string& name) {
    return FindBenchmark(model_.fleet(), name) == nullptr;
  });
  const double drawn = model_.dice().Share({kRefusalDraw, lease.fencing_token()});
  if (drawn < kRefused && !lease.lease_id().starts_with("run-")) {
    EndLease(probe, v1::LeaseEnd::OUTCOME_REFUSED, v1::LeaseEnd::CAUSE_BUSY);
  } else {
    StartRun(probe);
  }
}

void Swarm::StartRun(Probe& probe) {
  if (probe.next >= probe.benchmarks.size()) {
    EndLease(probe, v1::LeaseEnd::OUTCOME_COMPLETED, v1::LeaseEnd::CAUSE_UNSPECIFIED);
    return;
  }
  const nanoseconds wall(static_cast<int64_t>(
      static_cast<double>(FigureModel::WallOf(probe.lease.suite()).count()) * options_.pace));
  probe.started_unix_nanos = NowUnixNanos();
  if (probe.started_unix_nanos + wall.count() > probe.lease_end_unix_nanos) {
    EndLease(probe, v1::LeaseEnd::OUTCOME_ABORTED, v1::LeaseEnd::CAUSE_TOO_SHORT);
    return;
  }
  // Nobody could see it otherwise, and it would only be work.
  if (options_.pace > 0) {
    v1::ProbeMessage message;
    auto& progress = *message.mutable_progress();
    progress.set_lease_id(probe.lease.lease_id());
    progress.set_benchmark(probe.benchmarks[probe.next]);
    progress.set_finished_benchmarks(static_cast<uint32_t>(probe.next));
    progress.set_total_benchmarks(static_cast<uint32_t>(probe.benchmarks.size()));
    probe.stream->Send(std::move(message));
  }
  Plan(wall, [this, &probe, token = probe.lease.fencing_token()] {
    if (probe.has_lease && probe.lease.fencing_token() == token) FinishRun(probe);
  });
}

void Swarm::FinishRun(Probe& probe) {
  if (probe.next >= probe.benchmarks.size()) {  // revoked meanwhile
    EndLease(probe, v1::LeaseEnd::OUTCOME_ABORTED, v1::LeaseEnd::CAUSE_REVOKED);
    return;
  }
  const auto* benchmark = FindBenchmark(model_.fleet(), probe.benchmarks[probe.next++]);
  RunOrder order;
  order.suite = probe.lease.suite();
  order.started_unix_nanos = probe.started_unix_nanos;
  order.wall = nanoseconds(std::max<int64_t>(1, NowUnixNanos() - probe.started_unix_nanos));
  order.sequence = ++probe.sequence;
  order.fencing_token = probe.lease.fencing_token();
  order.lease_id = probe.lease.lease_id();
  if (benchmark->category() == "network") order.peer = probe.lease.peer();
  v1::ProbeMessage message;
  *message.mutable_run() = MakeRun(model_, *probe.node, *benchmark, order);
  probe.stream->Send(std::move(message));
  {
    const std::lock_guard lock(figures_mutex_);
    ++figures_.runs;
  }
  StartRun(probe);
}

void Swarm::EndLease(Probe& probe, v1::LeaseEnd::Outcome outcome, v1::LeaseEnd::Cause cause) {
  probe.has_lease = false;
  v1::ProbeMessage message;
  auto& end = *message.mutable_lease_end();
  end.set_lease_id(probe.lease.lease_id());
  end.set_outcome(outcome);
  end.set_cause(cause);
  if (outcome != v1::LeaseEnd::OUTCOME_COMPLETED) end.set_reason("simulated");
  probe.stream->Send(std::move(message));
}

}  // namespace hypergauge::load
