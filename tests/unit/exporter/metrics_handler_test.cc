#include "exporter/metrics_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/unit/exporter/example_snapshot.h"

namespace hypergauge::exporter {
namespace {

using testing::ExampleSnapshot;
using ::testing::HasSubstr;
using ::testing::Not;

// Every look at it takes a tenth of a second.
class SlowClock : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return monotonic_ += std::chrono::milliseconds(100);
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override {
    return std::chrono::seconds(testing::kNow) + std::chrono::milliseconds(999);
  }

 private:
  mutable std::chrono::nanoseconds monotonic_{};
};

HttpRequest WithAccept(const std::string& accept) {
  HttpRequest request;
  request.headers["accept"] = accept;
  return request;
}

TEST(MetricsHandler, AnswersInTheFormatThatIsAskedFor) {
  SelfMetrics self;
  const auto handler = MetricsHandler(ExampleSnapshot, self);
  const auto text = handler({});
  EXPECT_EQ(text.content_type, ContentType(Format::kText004));
  EXPECT_THAT(text.body, HasSubstr("\n# TYPE hypergauge_runs_total counter\n"));
  EXPECT_THAT(text.body, HasSubstr("\n# TYPE process_open_fds gauge\n"));
  const auto openmetrics = handler(WithAccept("application/openmetrics-text;version=1.0.0"));
  EXPECT_EQ(openmetrics.content_type, ContentType(Format::kOpenMetrics100));
  EXPECT_THAT(openmetrics.body, HasSubstr("\n# TYPE hypergauge_runs counter\n"));
  EXPECT_TRUE(openmetrics.body.ends_with("\n# EOF\n"));
}

TEST(MetricsHandler, LeavesOutWhatHasExpiredByTheClock) {
  SelfMetrics self;
  const SlowClock clock;
  const auto body = MetricsHandler(ExampleSnapshot, self, clock)({}).body;
  EXPECT_THAT(body, HasSubstr("{node=\"host-1\",threads=\"1\"}"));  // expires in the next second
  EXPECT_THAT(body, Not(HasSubstr("{node=\"host-1\",threads=\"8\"}")));
}

TEST(MetricsHandler, CountsAndTimesScrapes) {
  SelfMetrics self;
  const SlowClock clock;
  const auto handler = MetricsHandler([] { return Snapshot(); }, self, clock);
  EXPECT_THAT(handler({}).body, HasSubstr("\nhypergauge_scrape_duration_seconds_count 0\n"));
  const auto second = handler({}).body;
  EXPECT_THAT(second, HasSubstr("\nhypergauge_scrape_duration_seconds_count 1\n"));
  EXPECT_THAT(second, HasSubstr("\nhypergauge_scrape_duration_seconds_sum 0.1\n"));
}

TEST(MetricsHandler, ServesAScrapeOverHttp) {
  SelfMetrics self;
  HttpOptions options;
  options.listen_addresses = {"127.0.0.1:0"};
  const auto server =
      StartHttpServer(options, {{"/metrics", MetricsHandler(ExampleSnapshot, self)}});
  ASSERT_TRUE(server.has_value()) << server.error().message;
  const auto url = "http://127.0.0.1:" + std::to_string((*server)->ports().at(0)) + "/metrics";
  const auto answer = hypergauge::testing::HttpGet(
      url, {"Accept: application/openmetrics-text; version=1.0.0", "Accept-Encoding: gzip"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), ContentType(Format::kOpenMetrics100));
  EXPECT_EQ(answer.headers.at("content-encoding"), "gzip");
}

}  // namespace
}  // namespace hypergauge::exporter
