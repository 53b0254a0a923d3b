#include "aggregator/schedule/steering.h"

#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

template <typename Request>
std::string Complaint(const Request& request) {
  const auto checked = CheckRequest(request);
  if (checked) return "";
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  return checked.error().message;
}

v1::RunNowRequest RunOf(const std::string& node, const std::string& suite = "") {
  v1::RunNowRequest request;
  request.set_node(node);
  request.set_suite(suite);
  return request;
}

v1::PauseRequest PauseFor(int64_t nanos, const std::string& reason = "") {
  v1::PauseRequest request;
  request.set_duration_nanos(nanos);
  request.set_reason(reason);
  return request;
}

TEST(CheckRequest, PlainOnesPass) {
  EXPECT_EQ(Complaint(v1::GetScheduleRequest()), "");
  EXPECT_EQ(Complaint(RunOf("guest1")), "");
  EXPECT_EQ(Complaint(RunOf("Gäste 1", "standard")), "");
  EXPECT_EQ(Complaint(PauseFor(0)), "");
  EXPECT_EQ(Complaint(PauseFor(int64_t{366} * 86'400'000'000'000, "upgrade – soon")), "");
  EXPECT_EQ(Complaint(v1::ResumeRequest()), "");
}

TEST(CheckRequest, WhatIsWrongWithARunIsNamed) {
  EXPECT_EQ(Complaint(RunOf("")), "node is empty");
  EXPECT_EQ(Complaint(RunOf(std::string(1025, 'a'))),
            "node has 1025 bytes; at most 1024 are taken");
  EXPECT_EQ(Complaint(RunOf("a\nb")), "node has control characters");
  EXPECT_EQ(Complaint(RunOf("a", "fast")),
            "suite \"fast\" is unknown; there are light, standard and pilot");
  EXPECT_EQ(Complaint(RunOf("a", "\x1b[2J")), "suite has control characters");
  auto run = RunOf("a");
  for (int i = 0; i < 256; ++i) run.add_benchmarks("b");
  EXPECT_EQ(Complaint(run), "");
  run.set_benchmarks(3, "");
  EXPECT_EQ(Complaint(run), "benchmarks[3] is empty");
  run.set_benchmarks(3, "\t");
  EXPECT_EQ(Complaint(run), "benchmarks[3] has control characters");
  run.add_benchmarks("b");
  EXPECT_EQ(Complaint(run), "benchmarks has 257 entries; at most 256 are taken");
}

TEST(CheckRequest, WhatIsWrongWithAPauseIsNamed) {
  EXPECT_EQ(Complaint(PauseFor(-1)), "duration_nanos is negative");
  EXPECT_EQ(Complaint(PauseFor(std::numeric_limits<int64_t>::max())),
            "duration_nanos is more than 366 days; leave it out for a pause without end");
  EXPECT_EQ(Complaint(PauseFor(0, "a\x7f")), "reason has control characters");
  v1::PauseRequest pause;
  pause.set_host(std::string(2000, 'h'));
  EXPECT_EQ(Complaint(pause), "host has 2000 bytes; at most 1024 are taken");
  v1::ResumeRequest resume;
  resume.set_host("\xc2\x9b");
  EXPECT_EQ(Complaint(resume), "host has control characters");
}

TEST(CheckRequest, WhatIsWrongWithAQuestionIsNamed) {
  v1::GetScheduleRequest request;
  request.set_since_unix_nanos(-1);
  EXPECT_EQ(Complaint(request), "since_unix_nanos is negative");
  request.set_since_unix_nanos(std::numeric_limits<int64_t>::max());
  for (int i = 0; i < 1000; ++i) request.add_hosts("h");
  EXPECT_EQ(Complaint(request), "");
  request.add_hosts("h");
  EXPECT_EQ(Complaint(request), "hosts has 1001 entries; at most 1000 are taken");
}

}  // namespace
}  // namespace hypergauge::aggregator
