#include "probes/agent/offline_slot.h"

#include <google/protobuf/util/json_util.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "probes/durable_file.h"
#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

constexpr size_t kFileBytes = 65'536;
constexpr mode_t kOwnerOnly = 0600;
constexpr int kMostBenchmarks = 256;
constexpr size_t kNameBytes = 128;
const std::string kLeasePrefix = "slot-";

tl::unexpected<Error> Bad(const std::string& what) {
  return Fail(ErrorCode::kInvalidArgument, "offline_slot." + what);
}

std::string InSeconds(int64_t nanos) {
  return std::to_string(ToSeconds(nanoseconds(nanos))) + " s";
}

Result<void> CheckNames(const v1::OfflineSlot& slot) {
  const auto is_name = [](const std::string& name) {
    return !name.empty() && name.size() <= kNameBytes && Printable(name) == name;
  };
  if (!is_name(slot.suite())) return Bad("suite is no name");
  if (slot.benchmarks_size() > kMostBenchmarks) {
    return Bad("benchmarks has " + std::to_string(slot.benchmarks_size()) + " names, the most is " +
               std::to_string(kMostBenchmarks));
  }
  if (!std::all_of(slot.benchmarks().begin(), slot.benchmarks().end(), is_name)) {
    return Bad("benchmarks has what is no name");
  }
  return {};
}

// All but the validity, so that no arithmetic with them can overflow.
Result<void> CheckTimes(const v1::OfflineSlot& slot) {
  const int64_t longest = nanoseconds(kLongestSlotValidity).count();
  const int64_t period = slot.period_nanos();
  if (period <= 0 || period > longest) {
    return Bad("period_nanos is " + InSeconds(period) + ", not within 7 days");
  }
  if (slot.length_nanos() <= 0 || slot.length_nanos() > period) {
    return Bad("length_nanos is " + InSeconds(slot.length_nanos()) + ", not within the period of " +
               InSeconds(period));
  }
  if (slot.offset_nanos() < 0 || slot.offset_nanos() >= period) {
    return Bad("offset_nanos is " + InSeconds(slot.offset_nanos()) + ", not within the period of " +
               InSeconds(period));
  }
  if (slot.after_nanos() < 0 || slot.after_nanos() > longest) {
    return Bad("after_nanos is " + InSeconds(slot.after_nanos()) + ", not within 7 days");
  }
  if (slot.valid_until_unix_nanos() <= 0) return Bad("valid_until_unix_nanos is not after 1970");
  return {};
}

std::string Format(const std::string& node_id, const v1::OfflineSlot& slot) {
  std::string text;
  const auto made = google::protobuf::util::MessageToJsonString(slot, &text);
  if (!made.ok()) text = "null";  // strings that are not UTF-8; CheckSlot lets none through
  return nlohmann::json{{"node_id", node_id}, {"slot", nlohmann::json::parse(text, nullptr, false)}}
             .dump(2) +
         "\n";
}

// Nothing for the slot of another node.
Result<std::optional<v1::OfflineSlot>> Parse(const std::string& text, const std::string& node_id) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("node_id") || !json.contains("slot")) {
    return Fail(ErrorCode::kCorrupt, "it is no object with node_id and slot");
  }
  if (json["node_id"] != node_id) return std::optional<v1::OfflineSlot>();
  v1::OfflineSlot slot;
  const auto read = google::protobuf::util::JsonStringToMessage(json["slot"].dump(), &slot);
  if (!read.ok()) return Fail(ErrorCode::kCorrupt, Printable(read.ToString(), 256));
  if (slot.token() == 0) return Fail(ErrorCode::kCorrupt, "it has no token");
  if (auto names = CheckNames(slot); !names) return tl::unexpected(names.error());
  if (auto times = CheckTimes(slot); !times) return tl::unexpected(times.error());
  return slot;
}

Result<void> Remove(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::remove(file, error);
  if (error) return tl::unexpected(FromErrno(error.value(), "remove " + file.string()));
  return SyncFolder(file.parent_path());
}

}  // namespace

Result<v1::OfflineSlot> CheckSlot(v1::OfflineSlot slot, nanoseconds now) {
  if (slot.token() == 0) return slot;
  if (auto names = CheckNames(slot); !names) return tl::unexpected(names.error());
  if (auto times = CheckTimes(slot); !times) return tl::unexpected(times.error());
  if (slot.valid_until_unix_nanos() <= now.count()) {
    return Bad("valid_until_unix_nanos is over since " +
               InSeconds(now.count() - std::max<int64_t>(0, slot.valid_until_unix_nanos())));
  }
  slot.set_valid_until_unix_nanos(
      std::min(slot.valid_until_unix_nanos(), (now + kLongestSlotValidity).count()));
  return slot;
}

Result<OfflineSlotFile> OfflineSlotFile::Open(std::filesystem::path file, std::string node_id) {
  OfflineSlotFile opened(std::move(file), std::move(node_id));
  const auto text = ReadHead(opened.file_, kFileBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return opened;
    return tl::unexpected(text.error());
  }
  auto parsed = Parse(*text, opened.node_id_);
  if (!parsed) {
    spdlog::warn("{} is damaged, there is no offline slot until the aggregator gives one: {}",
                 opened.file_.string(), parsed.error().message);
    return opened;
  }
  opened.slot_ = std::move(*parsed);
  if (opened.slot_) return opened;
  spdlog::info("the offline slot of another node is forgotten");
  if (auto removed = Remove(opened.file_); !removed) return tl::unexpected(removed.error());
  return opened;
}

Result<void> OfflineSlotFile::Keep(const v1::OfflineSlot& slot) {
  if (slot.token() == 0) {
    auto removed = Remove(file_);
    if (removed) slot_.reset();
    return removed;
  }
  auto written = WriteFileDurably(file_, Format(node_id_, slot), kOwnerOnly);
  if (written) slot_ = slot;
  return written;
}

std::string LeaseIdOf(const v1::OfflineSlot& slot) {
  return kLeasePrefix + std::to_string(slot.token());
}

bool IsSlotLease(const std::string& lease_id) {
  return lease_id.starts_with(kLeasePrefix);
}

std::optional<v1::Lease> SlotUse::Due(const v1::OfflineSlot& slot, const AggregatorTime& time,
                                      nanoseconds now) const {
  if (now - reached_ < nanoseconds(slot.after_nanos())) return std::nullopt;
  const auto into = (time.unix.count() - slot.offset_nanos()) % slot.period_nanos();
  if (into < 0) return std::nullopt;  // before the first of all
  const auto begin = time.unix - nanoseconds(into);
  const auto end = std::min(begin + nanoseconds(slot.length_nanos()),
                            nanoseconds(slot.valid_until_unix_nanos()));
  const auto left = end - time.error - time.unix;
  if (time.unix - time.error < begin || left < nanoseconds(slot.length_nanos()) / 2 ||
      left <= nanoseconds::zero() || begin.count() == used_) {
    return std::nullopt;
  }
  v1::Lease lease;
  lease.set_lease_id(LeaseIdOf(slot));
  lease.set_fencing_token(slot.token());
  lease.set_suite(slot.suite());
  *lease.mutable_benchmarks() = slot.benchmarks();
  lease.set_lock_class(v1::Lease::CLASS_EXCLUSIVE);
  lease.set_start_unix_nanos(begin.count());
  lease.set_end_unix_nanos(end.count());
  lease.set_duration_nanos(left.count());
  return lease;
}

}  // namespace hypergauge::probes
