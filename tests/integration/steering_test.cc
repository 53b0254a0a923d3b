// What people ask of the schedule, from the command over gRPC to the services: who is there and
// what may be asked is decided by the real ones; behind them stands a schedule of one order.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <set>

#include "aggregator/analyst/analyst.h"
#include "aggregator/api/admin_service.h"
#include "aggregator/api/query_service.h"
#include "aggregator/grpc_listener.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using aggregator::Schedule;
using aggregator::Time;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds kLimit{30};
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;

// Grants an order when it is asked for the first time, and ends it when asked for the second.
class OneOrder final : public aggregator::Steering {
 public:
  v1::GetScheduleResponse Report(const std::vector<std::string>& hosts,
                                 int64_t since_unix_nanos) override {
    const std::lock_guard lock(mutex_);
    since_ = since_unix_nanos;
    v1::GetScheduleResponse response;
    response.set_now_unix_nanos(kNow);
    if (!hosts.empty() && !std::set(hosts.begin(), hosts.end()).contains("host1")) return response;
    auto& host = *response.add_hosts();
    host.set_host("host1");
    host.add_nodes("host1");
    if (lease_.lease_id().empty()) return response;
    if (lease_.start_unix_nanos() == 0) {
      lease_.set_start_unix_nanos(kNow - kSecond);
    } else {
      lease_.set_ended_unix_nanos(kNow);
      lease_.set_outcome(outcome_);
    }
    *host.add_leases() = lease_;
    return response;
  }

  Result<Schedule::Order> RunNow(const std::string& node_id, const std::string& suite,
                                 const std::vector<std::string>& benchmarks) override {
    const std::lock_guard lock(mutex_);
    if (paused_) return Fail(ErrorCode::kUnavailable, "host \"host1\" is paused");
    if (benchmarks == std::vector<std::string>{"none"}) {
      return Fail(ErrorCode::kInvalidArgument, "the node has no benchmark \"none\"");
    }
    asked_ = node_id + " " + suite;
    lease_.Clear();
    lease_.set_lease_id("lease-7");
    lease_.set_node("host1");
    return Schedule::Order{"lease-7", 2};
  }

  Result<int> Pause(const std::string& host, Time duration, const std::string& reason) override {
    const std::lock_guard lock(mutex_);
    paused_ = true;
    asked_ = host + " " + std::to_string(duration.count()) + " " + reason;
    return 3;
  }

  Result<int> Resume(const std::string& /*host*/) override {
    const std::lock_guard lock(mutex_);
    return std::exchange(paused_, false) ? 1 : 0;
  }

  void EndAs(v1::LeaseRecord::Outcome outcome) {
    const std::lock_guard lock(mutex_);
    outcome_ = outcome;
  }
  std::string asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  int64_t since() {
    const std::lock_guard lock(mutex_);
    return since_;
  }

 private:
  std::mutex mutex_;  // guards all below
  bool paused_ = false;
  v1::LeaseRecord lease_;
  v1::LeaseRecord::Outcome outcome_ = v1::LeaseRecord::OUTCOME_COMPLETED;
  std::string asked_;
  int64_t since_ = 0;
};

class SteeringTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fleet_.Connected(MakeHello("host1"), kNow);
    auto guest = MakeHello("guest1");
    guest.mutable_placement()->set_host("host2");
    fleet_.Connected(guest, kNow);
    fleet_.SetPlacement("id-guest1", "host2", v1::Placement::SOURCE_DECLARED, false);
    auto listener = aggregator::StartGrpcServer("127.0.0.1:0", {&query_, &admin_});
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    listener_ = std::move(*listener);
    address_ = "127.0.0.1:" + std::to_string(listener_.port);
  }

  Finished Command(std::vector<std::string> arguments) {
    return RunUserCommand(address_, std::move(arguments));
  }

  TempDir folder_;
  exporter::SelfMetrics metrics_;
  std::unique_ptr<aggregator::Store> store_ = std::move(*aggregator::Store::Open(folder_.path()));
  aggregator::Fleet fleet_{std::chrono::minutes(30)};
  aggregator::EventLog events_{*store_, Clock::System(), metrics_,
                               [this](const std::string& id) { return fleet_.LabelOf(id); }};
  aggregator::Sessions sessions_;
  aggregator::EnvironmentLog environments_{
      *store_, events_, [this](const std::string& id) { return fleet_.LabelOf(id); }};
  aggregator::Membership membership_{*store_, fleet_,        sessions_,
                                     events_, environments_, Clock::System()};
  aggregator::Admission admission_{*store_, fleet_, events_, [] { return uint64_t{4}; }};
  OneOrder steering_;
  aggregator::Analyst analyst_{
      {},
      {.store = *store_,
       .fleet = fleet_,
       .events = events_,
       .steering = steering_,
       .clock = Clock::System(),
       .metrics = metrics_,
       .interval_of = [](const auto&) { return std::chrono::minutes(30); }}};
  std::unique_ptr<aggregator::Catalogue> catalogue_ = std::move(*aggregator::Catalogue::Open({}));
  aggregator::QueryApi api_{{.fleet = fleet_,
                             .store = *store_,
                             .steering = steering_,
                             .analyst = analyst_,
                             .catalogue = *catalogue_,
                             .clock = Clock::System(),
                             .version = "test"}};
  aggregator::QueryService query_{api_};
  aggregator::AdminService admin_{membership_, admission_, sessions_, fleet_, steering_};
  aggregator::GrpcListener listener_;
  std::string address_;
};

TEST_F(SteeringTest, TheScheduleIsDrawn) {
  const auto drawn = Command({"schedule", "--since", "2023-11-14T22:00:00Z"});
  EXPECT_EQ(drawn.exit_code, 0);
  EXPECT_THAT(drawn.output, AllOf(HasSubstr("host1 "), HasSubstr("collisions 0\n")));
  EXPECT_EQ(steering_.since(), 1'699'999'200 * kSecond);
  EXPECT_THAT(Command({"schedule", "--host", "host1", "--format", "json"}).output,
              HasSubstr("\"host\": \"host1\""));
}

TEST_F(SteeringTest, TheScheduleIsDrawnAgainAndAgain) {
  Process watching({Program("hypergauge"), "--server", address_, "schedule", "--watch"});
  ASSERT_TRUE(watching.WaitForOutput("collisions 0\n\nhost1 ", kLimit)) << watching.output();
  EXPECT_THAT(watching.output(), Not(HasSubstr("\x1b"))) << "which no terminal reads";
  watching.Signal(SIGINT);
  EXPECT_EQ(watching.Wait(kLimit), 128 + SIGINT);
  const auto refused = Command({"schedule", "--watch", "--format", "json"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.output, "hypergauge: --watch shows text, not json\n");
}

TEST_F(SteeringTest, AHostThatNobodyKnowsIsNamed) {
  const auto unknown = Command({"schedule", "--host", "host1", "--host", "host9"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_EQ(unknown.output, "hypergauge: hosts: there is no host \"host9\"\n");
  // The schedule knows nothing of it yet, but a guest is there.
  EXPECT_EQ(Command({"schedule", "--host", "host2"}).output, "no hosts\n");
  EXPECT_EQ(Command({"pause", "guest1"}).output, "hypergauge: host: there is no host \"guest1\"\n");
  EXPECT_EQ(Command({"resume", "host9"}).exit_code, 1);
}

TEST_F(SteeringTest, ARunIsOrdered) {
  const auto ordered = Command({"run", "host1", "--suite", "standard"});
  EXPECT_EQ(ordered.exit_code, 0);
  EXPECT_EQ(ordered.output,
            "lease-7: host1 measures as soon as its host is free, after 2 turns before it\n");
  EXPECT_EQ(steering_.asked(), "id-host1 standard");
}

TEST_F(SteeringTest, ARunIsWaitedFor) {
  const auto done = Command({"run", "host1", "--wait"});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("host1 has the lease\n"));
  EXPECT_THAT(done.output, HasSubstr("lease-7 on host1: completed\n"));
  steering_.EndAs(v1::LeaseRecord::OUTCOME_REFUSED);
  const auto refused = Command({"run", "host1", "--wait"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("hypergauge: lease-7 on host1: refused\n"));
}

TEST_F(SteeringTest, AWaitEndsAtItsTimeout) {
  // The schedule keeps its leases under another host than the guest's.
  const auto late = Command({"run", "guest1", "--wait", "--timeout", "100ms"});
  EXPECT_EQ(late.exit_code, 1);
  EXPECT_THAT(late.output,
              HasSubstr("lease-7 is not over after 100ms (guest1 waits for its host)\n"));
}

TEST_F(SteeringTest, ARunThatCannotBeIsRefused) {
  EXPECT_EQ(Command({"run", "host9"}).output, "hypergauge: node: there is no node \"host9\"\n");
  const auto unknown = Command({"run", "host1", "--benchmark", "none"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.output, "hypergauge: the node has no benchmark \"none\"\n");
  EXPECT_EQ(Command({"run", "host1", "--suite", "fast"}).exit_code, 2);
  EXPECT_EQ(Command({"run", "host1", "--timeout", "0"}).output,
            "hypergauge: --timeout: must be more than 0\n");
  EXPECT_EQ(Command({"run"}).exit_code, 2);
}

TEST_F(SteeringTest, APauseHoldsRunsUntilItIsLifted) {
  const auto paused = Command({"pause", "host1", "--for", "2h", "--reason", "new kernel"});
  EXPECT_EQ(paused.exit_code, 0);
  EXPECT_EQ(paused.output, "paused host1 for 2h; leases taken back: 3\n");
  EXPECT_EQ(steering_.asked(), "host1 7200000000000 new kernel");
  const auto refused = Command({"run", "host1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.output, "hypergauge: host \"host1\" is paused\n");
  EXPECT_EQ(Command({"resume", "host1"}).output, "resumed host1\n");
  EXPECT_EQ(Command({"resume"}).output, "nothing was paused\n");
  EXPECT_EQ(Command({"run", "host1"}).exit_code, 0);
  EXPECT_EQ(Command({"pause"}).output,
            "paused all hosts until `hypergauge resume`; leases taken back: 3\n");
  EXPECT_EQ(Command({"pause", ""}).exit_code, 2) << "no word for all hosts";
  EXPECT_EQ(Command({"resume", ""}).exit_code, 2);
  EXPECT_EQ(Command({"pause", "--for", "1000w"}).output,
            "hypergauge: duration_nanos is more than 366 days; leave it out for a pause without "
            "end\n");
}

TEST_F(SteeringTest, EveryStatusIsWhatTheContractSays) {
  const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  const auto admin = v1::AdminService::NewStub(channel);
  const auto query = v1::QueryService::NewStub(channel);
  const auto run = [&](const v1::RunNowRequest& request) {
    grpc::ClientContext context;
    v1::RunNowResponse response;
    return admin->RunNow(&context, request, &response).error_code();
  };
  v1::RunNowRequest request;
  EXPECT_EQ(run(request), grpc::StatusCode::INVALID_ARGUMENT);
  request.set_node("host9");
  EXPECT_EQ(run(request), grpc::StatusCode::NOT_FOUND);
  request.set_node("host1");
  EXPECT_EQ(run(request), grpc::StatusCode::OK);
  EXPECT_EQ(steering_.asked(), "id-host1 light") << "which no suite stands for";
  Command({"pause"});
  EXPECT_EQ(run(request), grpc::StatusCode::UNAVAILABLE);
  request.set_suite("fast");
  EXPECT_EQ(run(request), grpc::StatusCode::INVALID_ARGUMENT);

  grpc::ClientContext context;
  v1::GetScheduleRequest since;
  since.set_since_unix_nanos(-1);
  v1::GetScheduleResponse response;
  const auto status = query->GetSchedule(&context, since, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "since_unix_nanos is negative");
}

}  // namespace
}  // namespace hypergauge::testing
