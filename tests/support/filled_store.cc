#include "tests/support/filled_store.h"

#include <utility>

namespace hypergauge::testing {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint64_t kRounds = 20;
constexpr int64_t kMinute = 60;

v1::Hello Described(v1::Hello hello) {
  auto& missing = *hello.add_benchmarks();
  missing = hello.benchmarks(0);
  missing.set_name("disk_sync");
  missing.set_category("disk");
  missing.set_available(false);
  missing.set_reason("there is no disk");
  missing.mutable_quantities(0)->set_family("disk_sync_seconds");
  auto& environment = *hello.mutable_environment();
  environment.set_memory_bytes(uint64_t{4} << 30U);
  (*environment.mutable_facts())["governor"] = "performance";
  auto& noise = *environment.add_noise();
  noise.set_benchmark("cpu_blowfish");
  noise.set_family("cpu_blowfish_seconds");
  noise.set_suite("light");
  noise.set_floor_ratio(0.01);
  auto& platform = *hello.mutable_platform();
  platform.set_version("8.2");
  platform.add_evidence("DMI says so");
  auto& layer = *platform.add_layers();
  layer.set_kind("vm");
  layer.add_evidence("CPUID says so");
  return hello;
}

v1::Regression MakeRegression(uint64_t id, v1::Regression::State state, int64_t at_seconds) {
  v1::Regression regression;
  regression.set_id(id);
  regression.set_scope(v1::Regression::SCOPE_NODE);
  regression.set_kind(v1::Regression::KIND_STEP);
  regression.set_state(state);
  regression.set_subject("guest-1");
  regression.set_subject_node_id("id-guest-1");
  regression.set_benchmark("cpu_blowfish");
  regression.set_suite("light");
  regression.set_family("cpu_blowfish_seconds");
  regression.set_onset_unix_nanos(at_seconds * kSecond);
  regression.set_before(0.5);
  regression.set_after(0.6);
  regression.set_effect_ratio(0.2);
  auto& child = *regression.add_children();
  child.set_series(1);
  child.set_node("guest-1");
  child.set_node_id("id-guest-1");
  child.set_benchmark("cpu_blowfish");
  child.set_suite("light");
  child.set_family("cpu_blowfish_seconds");
  (*child.mutable_labels())["threads"] = "1";
  (*regression.mutable_entered_unix_nanos())["firing"] = at_seconds * kSecond;
  return regression;
}

void PutEvents(aggregator::Store& store, int64_t now_seconds) {
  for (const auto kind : {v1::Event::KIND_NODE_ENROLLED, v1::Event::KIND_ENVIRONMENT_CHANGED}) {
    v1::Event event;
    event.set_unix_nanos((now_seconds - kMinute) * kSecond);
    event.set_kind(kind);
    event.set_node_id("id-guest-1");
    event.set_node("guest-1");
    event.set_subject("kernel_release");
    event.set_old_value("6.1");
    event.set_new_value("<b>6.2</b>\n");
    event.set_text("guest-1: kernel_release is 6.2 now");
    store.PutEvent(event);
  }
}

void PutSchedule(aggregator::Store& store, int64_t now_seconds) {
  v1::LeaseRecord lease;
  lease.set_fencing_token(1);
  lease.set_lease_id("lease-1");
  lease.set_node_id("id-guest-1");
  auto& lock = *lease.add_locks();
  lock.set_host("host-1");
  lease.set_purpose(v1::LeaseRecord::PURPOSE_ROUND);
  lease.set_plan("light");
  lease.set_suite("light");
  lease.set_start_unix_nanos((now_seconds - 2 * kMinute) * kSecond);
  lease.set_end_unix_nanos((now_seconds - kMinute) * kSecond);
  lease.set_ended_unix_nanos((now_seconds - kMinute) * kSecond);
  lease.set_outcome(v1::LeaseRecord::OUTCOME_COMPLETED);
  store.PutLeases({lease});
  v1::Pause pause;
  pause.set_host("host-1");
  pause.set_reason("new \"kernel\"");
  store.PutPauses({pause});
}

}  // namespace

void FillStore(const std::filesystem::path& folder, int64_t now_unix_seconds) {
  MeasuredStore measured(folder, now_unix_seconds - 2 * kMinute);
  auto& store = measured.store();
  measured.Put(Described(MakeHello("host-1")));
  measured.Put(Described(MakeGuest("guest-1", "host-1", "proxmox-ve")));
  measured.Put(MakeGuest(HostileName(), "host-1", "<b>xen</b>"));
  for (uint64_t round = 1; round <= kRounds; ++round) {
    measured.MeasureRound(round, "host-1", "guest-1", 1.2);
  }
  measured.Measure(HostileName(), 0.5);
  v1::EnvironmentEpoch epoch;
  epoch.set_began_unix_nanos(now_unix_seconds * kSecond - kSecond);
  *epoch.mutable_environment() = Described(MakeHello("guest-1")).environment();
  store.PutEnvironmentEpoch("id-guest-1", epoch);
  PutEvents(store, now_unix_seconds);
  PutSchedule(store, now_unix_seconds);
  aggregator::AnalysisRecord record;
  constexpr uint64_t kOver = 4;
  for (uint64_t id = 1; id <= kOver; ++id) {
    const auto state = id == kOver ? v1::Regression::STATE_RESOLVED : v1::Regression::STATE_FIRING;
    record.regressions[id] = {.regression = MakeRegression(id, state, now_unix_seconds - kMinute),
                              .is_open = id != kOver,
                              .changed_unix_nanos = now_unix_seconds * kSecond};
  }
  store.PutAnalysis(std::move(record));
  store.PutDataset("mine", R"({"name": "mine", "source": "a test",
      "nodes": [{"node": "h", "role": "host", "platform": "metal"},
                {"node": "g", "role": "guest", "platform": "kvm"}],
      "results": [{"node": "h", "benchmark": "compile", "unit": "s", "samples": [10]},
                  {"node": "g", "benchmark": "compile", "unit": "s", "samples": [12]}]})");
}

}  // namespace hypergauge::testing
