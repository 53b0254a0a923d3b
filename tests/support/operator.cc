#include "tests/support/operator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hypergauge::testing {
namespace {

// A bound on a broken test, far above what any question needs.
void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

template <typename Stub, typename Request, typename Response>
Response Ask(Stub& stub,
             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             const Request& request) {
  grpc::ClientContext context;
  SetDeadline(context);
  Response response;
  const auto status = (stub.*method)(&context, request, &response);
  EXPECT_TRUE(status.ok()) << Request::descriptor()->name() << ": " << status.error_message();
  return response;
}

int64_t EndOf(const v1::LeaseRecord& lease) {
  return lease.ended_unix_nanos() != 0 ? lease.ended_unix_nanos() : lease.end_unix_nanos();
}

bool ShareAHost(const v1::LeaseRecord& a, const v1::LeaseRecord& b) {
  return std::ranges::any_of(a.locks(), [&](const v1::HostLock& lock) {
    return std::ranges::any_of(
        b.locks(), [&](const v1::HostLock& other) { return lock.host() == other.host(); });
  });
}

}  // namespace

Operator::Operator(const std::string& address) {
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  query_ = v1::QueryService::NewStub(channel);
  admin_ = v1::AdminService::NewStub(channel);
}

v1::GetScheduleResponse Operator::Schedule(const std::vector<std::string>& hosts) const {
  v1::GetScheduleRequest request;
  request.mutable_hosts()->Assign(hosts.begin(), hosts.end());
  return Ask(*query_, &v1::QueryService::Stub::GetSchedule, request);
}

std::vector<v1::LeaseRecord> Operator::Leases() const {
  std::map<uint64_t, v1::LeaseRecord> by_token;  // a lease may lock two hosts
  const auto schedule = Schedule();
  for (const auto& host : schedule.hosts()) {
    for (const auto& lease : host.leases()) by_token[lease.fencing_token()] = lease;
  }
  std::vector<v1::LeaseRecord> leases;
  leases.reserve(by_token.size());
  for (auto& [token, lease] : by_token) leases.push_back(std::move(lease));
  return leases;
}

v1::LeaseRecord Operator::LeaseOf(uint64_t fencing_token) const {
  for (auto& lease : Leases()) {
    if (lease.fencing_token() == fencing_token) return lease;
  }
  return {};
}

grpc::Status Operator::RunNow(const std::string& node, const std::vector<std::string>& benchmarks,
                              v1::RunNowResponse* response) const {
  v1::RunNowRequest request;
  request.set_node(node);
  request.mutable_benchmarks()->Assign(benchmarks.begin(), benchmarks.end());
  grpc::ClientContext context;
  SetDeadline(context);
  v1::RunNowResponse unused;
  return admin_->RunNow(&context, request, response == nullptr ? &unused : response);
}

int Operator::Pause(const std::string& host, const std::string& reason) const {
  v1::PauseRequest request;
  request.set_host(host);
  request.set_reason(reason);
  return static_cast<int>(Ask(*admin_, &v1::AdminService::Stub::Pause, request).revoked());
}

int Operator::Resume(const std::string& host) const {
  v1::ResumeRequest request;
  request.set_host(host);
  return static_cast<int>(Ask(*admin_, &v1::AdminService::Stub::Resume, request).lifted());
}

v1::Run Operator::LatestRun(const std::string& node) const {
  v1::ListLatestRunsRequest request;
  request.add_nodes(node);
  const auto response = Ask(*query_, &v1::QueryService::Stub::ListLatestRuns, request);
  return response.latest().empty() ? v1::Run() : response.latest(0).run();
}

std::vector<v1::Event> Operator::Events(v1::Event::Kind kind) const {
  v1::ListEventsRequest request;
  request.add_kinds(kind);
  const auto response = Ask(*query_, &v1::QueryService::Stub::ListEvents, request);
  return {response.events().rbegin(), response.events().rend()};
}

std::vector<std::string> Meetings(const std::vector<v1::LeaseRecord>& leases) {
  std::vector<std::string> meetings;
  for (auto a = leases.begin(); a != leases.end(); ++a) {
    for (auto b = std::next(a); b != leases.end(); ++b) {
      if (ShareAHost(*a, *b) && a->start_unix_nanos() < EndOf(*b) &&
          b->start_unix_nanos() < EndOf(*a)) {
        meetings.push_back(a->ShortDebugString() + " and " + b->ShortDebugString());
      }
    }
  }
  return meetings;
}

std::map<uint64_t, std::string> Rounds(const std::vector<v1::LeaseRecord>& leases,
                                       const std::string& host) {
  std::map<uint64_t, std::string> rounds;
  for (const auto& lease : leases) {
    if (lease.round() == 0 || lease.locks().empty() || lease.locks(0).host() != host) continue;
    std::string& turns = rounds[lease.round()];
    turns += (turns.empty() ? "" : " ") + lease.node();
  }
  return rounds;
}

}  // namespace hypergauge::testing
