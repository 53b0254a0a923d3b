#include "probes/agent/agent.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "probes/agent/identity.h"
#include "probes/agent/measurer.h"
#include "probes/agent/offline_slot.h"
#include "probes/agent/responder_process.h"
#include "probes/agent/session.h"
#include "probes/agent/spool.h"
#include "probes/agent/state_folder.h"
#include "probes/agent/surroundings.h"
#include "probes/bench_process.h"
#include "probes/cycle.h"
#include "probes/noise/noise_file.h"
#include "probes/platform/hypervisor.h"
#include "probes/platform/machine_identity.h"
#include "probes/platform/placement/placement_watch.h"
#include "probes/printable.h"
#include "probes/sha256.h"
#include "probes/suite_plan.h"
#include "program/version.h"

namespace hypergauge::probes {
namespace {

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return Printable(name.data(), 253);
}

uint64_t MachineRandom() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32U) | device();
}

// What a container sees of the machine is its host's, which other containers see too, and changes
// when the container moves.
MachineIdentity ReadOwnMachine(const AgentOptions& options, const v1::Hello& hello) {
  if (hello.role() == v1::ROLE_CONTAINER || !hello.platform().container().empty()) return {};
  return ReadMachineIdentity(options.root);
}

// Everything of Hello that stays the same while the agent runs.
Result<v1::Hello> FixedHello(const AgentOptions& options) {
  auto benchmarks = ListBenchmarks(options.bench, options.config.work_dir);
  if (!benchmarks) return tl::unexpected(benchmarks.error());
  const auto sha256 = Sha256OfFile(options.bench);
  if (!sha256) return tl::unexpected(sha256.error());
  v1::Hello hello;
  hello.mutable_identity()->set_name(options.node_name.empty() ? HostName() : options.node_name);
  *hello.mutable_platform() = DetectPlatform(options.root);
  hello.set_role(options.role == v1::ROLE_UNSPECIFIED
                     ? DefaultRole(hello.platform(), options.node_host)
                     : options.role);
  if (!options.platform.empty()) {
    hello.mutable_platform()->set_name(options.platform);
    hello.mutable_platform()->add_evidence("--node.platform " + options.platform);
  }
  hello.set_wanted_interval_seconds(
      static_cast<uint32_t>(std::min<int64_t>(options.config.interval.count(), UINT32_MAX)));
  hello.set_peer(options.peer);
  hello.mutable_benchmarks()->Assign(benchmarks->begin(), benchmarks->end());
  hello.mutable_build()->set_probe_version(std::string(Version()));
  hello.mutable_build()->set_bench_sha256(*sha256);
  return hello;
}

Result<void> MakeWorkDir(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return tl::unexpected(FromErrno(error.value(), "work folder " + path.string()));
  return {};
}

// What `noise` has measured since; a file that cannot be read must not keep the agent from working.
void AddNoise(const std::filesystem::path& storage, v1::Environment& environment) {
  const auto noise = ReadNoise(storage);
  if (!noise) {
    spdlog::warn("noise floors are not told: {}", noise.error().message);
    return;
  }
  environment.mutable_noise()->Assign(noise->begin(), noise->end());
}

// False when a stop came first.
bool Pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  return !wake.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
}

// What one session after another needs.
struct Agent {
  const AgentOptions& options;
  const v1::Hello& hello;
  Identity& identity;
  Measurer& measurer;
  Surroundings& surroundings;
  PlacementWatch& placement;

  [[nodiscard]] SessionWork Work() const {
    SessionWork work;
    work.placement = [this] { return placement.Read(); };
    work.hello = [this] {
      v1::Hello now = hello;
      identity.FillIn(now);
      *now.mutable_placement() = placement.Read();
      *now.mutable_environment() = surroundings.Read();
      AddNoise(options.storage, *now.mutable_environment());
      return now;
    };
    work.measure = [this](const HeldLease& held, const CycleObserver& observer,
                          const std::stop_token& token) { return measurer(held, observer, token); };
    work.why_another = [this] {
      const auto why = identity.Check(ReadOwnMachine(options, hello));
      if (why) return *why;
      spdlog::error("the machine's identity is not kept: {}", why.error().message);
      return std::string();
    };
    work.keep_continuity = [this](const v1::ContinuityToken& token) {
      return identity.Keep(token);
    };
    return work;
  }

  // The life of one identity.
  [[nodiscard]] Result<SessionEnd> Live(const std::stop_token& stop) const {
    const auto spool = Spool::Open(SpoolFolder(options.storage), identity.Node());
    if (!spool) return tl::unexpected(spool.error());
    auto slot = OfflineSlotFile::Open(OfflineSlotPath(options.storage), identity.record().node_id);
    if (!slot) return tl::unexpected(slot.error());
    spdlog::info("node {} ({}), epoch {}, {} benchmarks, aggregator {}", hello.identity().name(),
                 identity.record().node_id, identity.record().epoch, hello.benchmarks_size(),
                 options.aggregator_address);
    SessionOptions session_options;
    session_options.address = options.aggregator_address;
    session_options.look_interval = options.look_interval;
    session_options.placement_interval = options.placement_interval;
    auto work = Work();
    work.slot = &*slot;
    Session session(std::move(session_options), std::move(work), **spool, MachineRandom);
    measurer.CompareClocksWith(session.reference_clock());
    return session.Run(stop);
  }

  [[nodiscard]] Result<void> Become(const SessionEnd& end) const {
    if (end.kind == SessionEnd::Kind::kEnrollAnew) {
      return identity.EnrollAnew(ReadOwnMachine(options, hello), end.reason);
    }
    auto taken = identity.Take(end.taken);
    if (taken || taken.error().code != ErrorCode::kInvalidArgument) return taken;
    spdlog::error("{}: it is left as it is", taken.error().message);
    return {};
  }

  // Whoever makes new nodes again and again must not do so quickly.
  [[nodiscard]] Result<void> Run(const std::stop_token& stop) const {
    const Backoff backoff;
    for (int changes = 0;;) {
      const auto end = Live(stop);
      if (!end) return tl::unexpected(end.error());
      if (end->kind == SessionEnd::Kind::kStopped) return {};
      if (auto became = Become(*end); !became) return became;
      changes = end->was_welcome ? 1 : changes + 1;
      if (!Pause(backoff.Delay(changes, MachineRandom()), stop)) return {};
    }
  }
};

}  // namespace

Result<void> RunAgent(const AgentOptions& given, const std::stop_token& stop) {
  AgentOptions options = given;
  if (options.config.work_dir.empty()) options.config.work_dir = WorkFolder(options.storage);
  const auto lock = LockStateFolder(options.storage);
  if (!lock) return tl::unexpected(lock.error());
  if (auto made = MakeWorkDir(options.config.work_dir); !made) return made;
  auto hello = FixedHello(options);
  if (!hello) return tl::unexpected(hello.error());
  auto identity = Identity::Open(options.storage, ReadOwnMachine(options, *hello), MachineRandom);
  if (!identity) return tl::unexpected(identity.error());
  std::vector<v1::BenchmarkDescriptor> benchmarks(hello->benchmarks().begin(),
                                                  hello->benchmarks().end());
  if (auto checked = CheckAgainst(benchmarks, options.config); !checked) return checked;
  auto ledger = DayLedger::Open(LedgerFile(options.storage), options.config.day,
                                static_cast<int>(std::thread::hardware_concurrency()));
  if (!ledger) return tl::unexpected(ledger.error());

  std::optional<ResponderProcess> responder;
  if (!options.listen_address.empty()) {
    auto started = ResponderProcess::Start(options.bench, options.listen_address);
    if (!started) return tl::unexpected(started.error());
    responder.emplace(std::move(*started));
    hello->set_responder(responder->AnnouncedAs(HostName()));
    spdlog::info("answering network benchmarks at {}", hello->responder());
  }

  Surroundings surroundings(options.root, options.config.work_dir, hello->platform(),
                            options.look_interval);
  Measurer measurer(
      options, std::move(benchmarks), std::move(*ledger),
      [&surroundings] { return surroundings.Digest(); }, MachineRandom);
  const bool shares_kernel =
      options.role == v1::ROLE_CONTAINER || !hello->platform().container().empty();
  PlacementWatch placement(options.root, options.node_host, shares_kernel);
  const Agent agent{options, *hello, *identity, measurer, surroundings, placement};
  return agent.Run(stop);
}

}  // namespace hypergauge::probes
