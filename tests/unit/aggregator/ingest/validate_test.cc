#include "aggregator/ingest/validate.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;

TEST(ValidateTest, AWellFormedRunAndHelloPass) {
  EXPECT_FALSE(CheckHello(MakeHello("a")).has_value());
  EXPECT_FALSE(CheckRun(MakeRun("a", 1), MakeHello("a")).has_value());
}

v1::Hello HelloWithNoise() {
  auto hello = MakeHello("a");
  auto& noise = *hello.mutable_environment()->add_noise();
  noise.set_benchmark("cpu_x");
  noise.set_family("cpu_x_seconds");
  noise.set_suite("light");
  noise.set_floor_ratio(0.01);
  noise.set_measured_unix_nanos(1);
  return hello;
}

TEST(ValidateTest, NoiseFloorsAreChecked) {
  EXPECT_FALSE(CheckHello(HelloWithNoise()).has_value());
  const auto field_of = [](const std::function<void(v1::NoiseFloor&)>& spoil) {
    auto hello = HelloWithNoise();
    spoil(*hello.mutable_environment()->mutable_noise(0));
    const auto error = CheckHello(hello);
    return error ? error->field : "";
  };
  const std::string here = "hello.environment.noise[0].";
  EXPECT_EQ(field_of([](auto& n) { n.set_benchmark("CPU"); }), here + "benchmark");
  EXPECT_EQ(field_of([](auto& n) { n.set_family(""); }), here + "family");
  EXPECT_EQ(field_of([](auto& n) { n.set_suite(" "); }), here + "suite");
  EXPECT_EQ(field_of([](auto& n) { n.set_floor_ratio(-1); }), here + "floor_ratio");
  EXPECT_EQ(field_of([](auto& n) { n.set_measured_unix_nanos(-1); }), here + "measured_unix_nanos");
  EXPECT_EQ(field_of([](auto& n) { (*n.mutable_labels())["node"] = "b"; }),
            here + "labels[\"node\"]");
  auto many = HelloWithNoise();
  for (int i = 0; i < 1000; ++i) {
    *many.mutable_environment()->add_noise() = many.environment().noise(0);
  }
  EXPECT_EQ(CheckHello(many)->field, "hello.environment.noise");
}

TEST(ValidateTest, AClockThatIsBehindByDecadesAndWrongByHalfPasses) {
  auto run = MakeRun("a", 1);
  run.mutable_clock()->set_offset_nanos(-1'700'000'000'000'000'000);
  auto& ratio = *run.mutable_clock()->add_ratios();
  ratio.set_clock("CLOCK_REALTIME");
  ratio.set_ratio(0.5);
  EXPECT_FALSE(CheckRun(run, MakeHello("a")).has_value());
}

struct BadRun {
  const char* field;  // that the answer must name
  std::function<void(v1::Run&)> spoil;
};

class BadRunTest : public ::testing::TestWithParam<BadRun> {};

TEST_P(BadRunTest, IsRefusedByTheNameOfItsField) {
  auto run = MakeRun("a", 1);
  GetParam().spoil(run);
  const auto error = CheckRun(run, MakeHello("a"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, GetParam().field);
  EXPECT_FALSE(error->reason.empty());
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

INSTANTIATE_TEST_SUITE_P(
    Fields, BadRunTest,
    ::testing::Values(
        BadRun{"run.measures[0].samples[2]", [](v1::Run& r) {
          r.mutable_measures(0)->set_samples(2, kNan);
        }},
        BadRun{"run.measures[0].samples[0]", [](v1::Run& r) {
          r.mutable_measures(0)->set_samples(0, -1);
        }},
        BadRun{"run.measures[0].median", [](v1::Run& r) {
          r.mutable_measures(0)->set_median(kInfinity);
        }},
        BadRun{"run.measures[0].mad", [](v1::Run& r) {
          r.mutable_measures(0)->set_mad(-kInfinity);
        }},
        BadRun{"run.interference.steal_ratio", [](v1::Run& r) {
          r.mutable_interference()->set_steal_ratio(kNan);
        }},
        BadRun{"run.clock.ratios[0].error", [](v1::Run& r) {
          r.mutable_clock()->add_ratios()->set_error(-0.5);
        }},
        BadRun{"run.clock.ratios[0].ratio", [](v1::Run& r) {
          auto& ratio = *r.mutable_clock()->add_ratios();
          ratio.set_clock("CLOCK_MONOTONIC_RAW");
          ratio.set_ratio(1e7);
        }},
        BadRun{"run.clock.ratios[0].ratio", [](v1::Run& r) {
          r.mutable_clock()->add_ratios()->set_ratio(kNan);
        }},
        BadRun{"run.clock.ratios[0].clock", [](v1::Run& r) {
          r.mutable_clock()->add_ratios()->set_clock("CLOCK_TAI");
        }},
        BadRun{"run.clock.window_ratios[1].clock", [](v1::Run& r) {
          for (int i = 0; i < 2; ++i) {
            r.mutable_clock()->add_window_ratios()->set_clock("CLOCK_MONOTONIC");
          }
        }},
        BadRun{"run.clock.window_nanos", [](v1::Run& r) {
          r.mutable_clock()->set_window_nanos(-1);
        }},
        BadRun{"run.clock.offset_nanos", [](v1::Run& r) {
          r.mutable_clock()->set_offset_nanos(std::numeric_limits<int64_t>::min());
        }},
        BadRun{"run.clock.clocksource", [](v1::Run& r) {
          r.mutable_clock()->set_clocksource(std::string(300, 'x'));
        }},
        BadRun{"run.cost.cpu_seconds", [](v1::Run& r) { r.mutable_cost()->set_cpu_seconds(-1); }},
        BadRun{"run.wall_nanos", [](v1::Run& r) { r.set_wall_nanos(-1); }},
        BadRun{"run.started_unix_nanos", [](v1::Run& r) { r.set_started_unix_nanos(0); }},
        BadRun{"run.started_unix_nanos",
               [](v1::Run& r) { r.set_started_unix_nanos(std::numeric_limits<int64_t>::max()); }},
        BadRun{"run.wall_nanos",
               [](v1::Run& r) { r.set_wall_nanos(std::numeric_limits<int64_t>::max()); }},
        BadRun{"run.measures[0].family",
               [](v1::Run& r) { r.mutable_measures(0)->set_family("store_size_bytes"); }},
        BadRun{"run.measures[0].family",
               [](v1::Run& r) {
                 r.set_benchmark("store");
                 r.mutable_measures(0)->set_family("store_size_bytes");
               }},
        BadRun{"run.id.node_id", [](v1::Run& r) { r.mutable_id()->set_node_id("id-b"); }},
        BadRun{"run.id.epoch", [](v1::Run& r) { r.mutable_id()->set_epoch(2); }},
        BadRun{"run.id.sequence", [](v1::Run& r) { r.mutable_id()->set_sequence(0); }},
        BadRun{"run.benchmark", [](v1::Run& r) { r.set_benchmark("a\"b"); }},
        BadRun{"run.suite", [](v1::Run& r) { r.set_suite(""); }},
        BadRun{"run.verdict", [](v1::Run& r) { r.set_verdict(v1::VERDICT_UNSPECIFIED); }},
        BadRun{"run.verdict", [](v1::Run& r) { r.set_verdict(static_cast<v1::Verdict>(99)); }},
        BadRun{"run.verdict_reason", [](v1::Run& r) {
          r.set_verdict_reason(std::string(5000, 'x'));
        }},
        BadRun{"run.answer", [](v1::Run& r) { r.set_answer("a\x01"); }},
        BadRun{"run.measures", [](v1::Run& r) { r.clear_measures(); }},
        BadRun{"run.measures", [](v1::Run& r) { r.set_verdict(v1::VERDICT_FAILED); }},
        BadRun{"run.measures[0].samples", [](v1::Run& r) {
          r.mutable_measures(0)->clear_samples();
        }},
        BadRun{"run.measures[0].samples", [](v1::Run& r) {
          for (int i = 0; i < 10'001; ++i) r.mutable_measures(0)->add_samples(1);
        }},
        BadRun{"run.measures[0].family", [](v1::Run& r) {
          r.mutable_measures(0)->set_family("up} 1\nevil");
        }},
        BadRun{R"(run.labels["node"])", [](v1::Run& r) { (*r.mutable_labels())["node"] = "x"; }},
        BadRun{R"(run.labels["a-b"])", [](v1::Run& r) { (*r.mutable_labels())["a-b"] = "x"; }},
        BadRun{R"(run.labels["long"])", [](v1::Run& r) {
          (*r.mutable_labels())["long"] = std::string(300, 'x');
        }},
        BadRun{"run.labels", [](v1::Run& r) {
          for (int i = 0; i < 20; ++i) (*r.mutable_labels())["l" + std::to_string(i)] = "x";
        }}));

TEST(CheckRunTest, ARunThatLoadBrokeOffIsBusyAndHasNoFigures) {
  auto run = MakeRun("a", 1, 0.5);
  run.set_verdict(v1::VERDICT_BUSY);
  run.clear_measures();
  EXPECT_FALSE(CheckRun(run, MakeHello("a")).has_value());
}

struct BadHello {
  const char* field;
  std::function<void(v1::Hello&)> spoil;
};

class BadHelloTest : public ::testing::TestWithParam<BadHello> {};

TEST_P(BadHelloTest, IsRefusedByTheNameOfItsField) {
  auto hello = MakeHello("a");
  GetParam().spoil(hello);
  const auto error = CheckHello(hello);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, BadHelloTest,
    ::testing::Values(
        BadHello{"hello.identity.node_id",
                 [](v1::Hello& h) { h.mutable_identity()->set_node_id(""); }},
        BadHello{"hello.identity.name",
                 [](v1::Hello& h) { h.mutable_identity()->set_name(std::string(254, 'n')); }},
        BadHello{"hello.identity.name",
                 [](v1::Hello& h) { h.mutable_identity()->set_name("a\nb"); }},
        BadHello{"hello.identity.name",
                 [](v1::Hello& h) {
                   h.mutable_identity()->set_name(
                       "a\xc2\x9b"
                       "31m");
                 }},
        BadHello{"hello.identity.name",
                 [](v1::Hello& h) { h.mutable_identity()->set_name("a\xc2\x80"); }},
        BadHello{"hello.identity.epoch", [](v1::Hello& h) { h.mutable_identity()->set_epoch(0); }},
        BadHello{"hello.active_lease.remaining_nanos",
                 [](v1::Hello& h) { h.mutable_active_lease()->set_remaining_nanos(-1); }},
        BadHello{"hello.active_lease.remaining_nanos",
                 [](v1::Hello& h) {
                   h.mutable_active_lease()->set_remaining_nanos(
                       std::numeric_limits<int64_t>::max());
                 }},
        BadHello{"hello.benchmarks[0].quantities[0].family",
                 [](v1::Hello& h) {
                   h.mutable_benchmarks(0)->mutable_quantities(0)->set_family("node_up_seconds");
                 }},
        BadHello{"hello.role", [](v1::Hello& h) { h.set_role(v1::ROLE_UNSPECIFIED); }},
        BadHello{"hello.platform.name", [](v1::Hello& h) { h.clear_platform(); }},
        BadHello{"hello.placement.host",
                 [](v1::Hello& h) { h.mutable_placement()->set_host(std::string(254, 'h')); }},
        BadHello{"hello.benchmarks[1].name",
                 [](v1::Hello& h) { *h.add_benchmarks() = h.benchmarks(0); }},
        BadHello{"hello.benchmarks[0].quantities",
                 [](v1::Hello& h) { h.mutable_benchmarks(0)->clear_quantities(); }},
        BadHello{"hello.benchmarks[0].quantities[0].family", [](v1::Hello& h) {
                   h.mutable_benchmarks(0)->mutable_quantities(0)->set_unit("bytes");
                 }}));

TEST(ExplainTest, TheStringThatIsNoUtf8IsNamed) {
  v1::ProbeMessage message;
  *message.mutable_run() = MakeRun("a", 1);
  message.mutable_run()->set_verdict_reason("bad \xff byte");
  std::string bytes;
  message.SerializePartialToString(&bytes);
  EXPECT_EQ(ExplainUnparsable(message, bytes, "message").Text(),
            "message.run.verdict_reason is not valid UTF-8");
}

TEST(ExplainTest, ALabelThatIsNoUtf8IsNamedToo) {
  v1::ProbeMessage message;
  *message.mutable_run() = MakeRun("a", 1);
  (*message.mutable_run()->mutable_labels())["x"] = "\xc3";
  std::string bytes;
  message.SerializePartialToString(&bytes);
  const auto error = ExplainUnparsable(message, bytes, "message");
  EXPECT_TRUE(error.field.starts_with("message.run.labels[")) << error.field;
}

TEST(ExplainTest, BytesThatAreNoMessageAreSaidToBeNone) {
  EXPECT_EQ(ExplainUnparsable(v1::ProbeMessage(), "\x0a\xff\xff\xff", "message").field, "message");
}

}  // namespace
}  // namespace hypergauge::aggregator
