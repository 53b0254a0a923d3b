#include "probes/day_ledger.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 4096;
constexpr double kSecondsOfDay = 86'400;

template <typename Number>
Number Rest(Number ceiling, Number spent) {
  return spent < ceiling ? ceiling - spent : Number{};
}

}  // namespace

Result<DayLedger> DayLedger::Open(std::filesystem::path file, DayCeilings ceilings, int cpus,
                                  const Clock& clock) {
  const Spending most{.bytes_written = ceilings.bytes_written,
                      .bytes_sent = ceilings.bytes_sent,
                      .cpu_seconds = ceilings.cpu_ratio * kSecondsOfDay * std::max(1, cpus)};
  DayLedger ledger(std::move(file), most, clock);
  ledger.page_.day = ledger.Today();
  if (ledger.file_.empty()) return ledger;
  const auto text = ReadHead(ledger.file_, kFileBytes);
  if (text) {
    ledger.page_ = ledger.ParsePage(*text);
  } else if (text.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(text.error());
  }
  return ledger;
}

DayLedger::Page DayLedger::ParsePage(const std::string& text) const {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto number = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_number() &&
                   json[name].get<double>() >= 0
               ? json[name].get<double>()
               : -1;
  };
  const double day = number("day");
  const double written = number("bytes_written");
  const double sent = number("bytes_sent");
  const double cpu = number("cpu_seconds");
  const double cycles = number("cycles");
  constexpr double kExact = 9e15;  // below which a double holds every integer
  if (std::min({day, written, sent, cpu, cycles}) < 0 ||
      std::max({day, written, sent, cpu, cycles}) > kExact) {
    return {.day = Today(), .spent = ceilings_};
  }
  return {.day = static_cast<int64_t>(day),
          .spent = {static_cast<uint64_t>(written), static_cast<uint64_t>(sent), cpu},
          .cycles = static_cast<uint64_t>(cycles)};
}

int64_t DayLedger::Today() const {
  return std::chrono::floor<std::chrono::days>(clock_->Realtime()).count();
}

void DayLedger::TurnPage() {
  // A clock that is stepped back over midnight gives no second allowance; one that was years ahead
  // must not lock the node for years.
  if (const auto today = Today(); today > page_.day || today < page_.day - 1) {
    page_.day = today;
    page_.spent = {};
  }
}

Result<void> DayLedger::Save() const {
  if (file_.empty()) return {};
  const nlohmann::json json{{"day", page_.day},
                            {"bytes_written", page_.spent.bytes_written},
                            {"bytes_sent", page_.spent.bytes_sent},
                            {"cpu_seconds", page_.spent.cpu_seconds},
                            {"cycles", page_.cycles}};
  return WriteFileDurably(file_, json.dump() + "\n");
}

Spending DayLedger::Left() {
  TurnPage();
  return {.bytes_written = Rest(ceilings_.bytes_written, page_.spent.bytes_written),
          .bytes_sent = Rest(ceilings_.bytes_sent, page_.spent.bytes_sent),
          .cpu_seconds = Rest(ceilings_.cpu_seconds, page_.spent.cpu_seconds)};
}

Result<void> DayLedger::Reserve(const Spending& most) {
  TurnPage();
  page_.spent.bytes_written += most.bytes_written;
  page_.spent.bytes_sent += most.bytes_sent;
  page_.spent.cpu_seconds += most.cpu_seconds;
  return Save();
}

Result<void> DayLedger::Settle(const Spending& reserved, const Spending& took) {
  TurnPage();  // over midnight the reservation is gone with its day, and the run counts on the new
  auto& spent = page_.spent;
  spent.bytes_written = Rest(spent.bytes_written, reserved.bytes_written) + took.bytes_written;
  spent.bytes_sent = Rest(spent.bytes_sent, reserved.bytes_sent) + took.bytes_sent;
  spent.cpu_seconds = Rest(spent.cpu_seconds, reserved.cpu_seconds) + took.cpu_seconds;
  // Most runs take CPU time alone: writing that down at the cycle's end spares the disk.
  const bool bytes =
      reserved.bytes_written + reserved.bytes_sent + took.bytes_written + took.bytes_sent > 0;
  return bytes ? Save() : Result<void>();
}

Result<uint64_t> DayLedger::NextCycle() {
  const uint64_t cycle = page_.cycles++;
  if (auto written = Save(); !written) return tl::unexpected(written.error());
  return cycle;
}

}  // namespace hypergauge::probes
