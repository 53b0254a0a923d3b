#include "aggregator/store/schema.h"

#include <array>
#include <string>

#include "aggregator/store/point_writer.h"

namespace hypergauge::aggregator {
namespace {

// A run is one row and its payload one blob; no index that no query needs. `latest` and `tallies`
// spare a scan of all runs at start, and change in the same transaction as `runs`.
// Released: files of this version are about, so it never changes again.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE nodes(
  node      INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL UNIQUE,
  last_seen INTEGER NOT NULL,        -- nanoseconds since 1970, the aggregator's clock
  hello     BLOB NOT NULL            -- hypergauge.v1.Hello
) STRICT;
CREATE TABLE runs(
  node      INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,
  sequence  INTEGER NOT NULL,
  started   INTEGER NOT NULL,        -- nanoseconds since 1970, the node's clock
  payload   BLOB NOT NULL,           -- hypergauge.v1.Run
  PRIMARY KEY(node, epoch, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE latest(
  node      INTEGER NOT NULL,
  benchmark TEXT NOT NULL,
  suite     TEXT NOT NULL,
  clean     INTEGER NOT NULL,        -- 1: the last clean run, 0: the last of any verdict
  started   INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,
  sequence  INTEGER NOT NULL,
  PRIMARY KEY(node, benchmark, suite, clean)
) STRICT, WITHOUT ROWID;
CREATE TABLE tallies(
  node      INTEGER NOT NULL,
  benchmark TEXT NOT NULL,
  verdict   INTEGER NOT NULL,        -- hypergauge.v1.Verdict
  runs      INTEGER NOT NULL,
  PRIMARY KEY(node, benchmark, verdict)
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE nodes ADD COLUMN
  standing  INTEGER NOT NULL DEFAULT 0;  -- Standing of store.h; what leaves the lists keeps its runs
ALTER TABLE nodes ADD COLUMN
  label     TEXT NOT NULL DEFAULT '';    -- the last one that it had; empty where it had none yet
CREATE TABLE events(
  event     INTEGER PRIMARY KEY,     -- hypergauge.v1.Event.id
  at        INTEGER NOT NULL,        -- nanoseconds since 1970, the aggregator's clock
  kind      INTEGER NOT NULL,        -- hypergauge.v1.Event.Kind
  node_id   TEXT NOT NULL,
  label     TEXT NOT NULL,           -- the node's at the time
  payload   BLOB NOT NULL            -- hypergauge.v1.Event without its id
) STRICT;
CREATE TABLE environment_epochs(
  epoch     INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  began     INTEGER NOT NULL,        -- nanoseconds since 1970, the aggregator's clock
  ended     INTEGER NOT NULL,        -- 0 while it lasts
  payload   BLOB NOT NULL            -- hypergauge.v1.EnvironmentEpoch without its times
) STRICT;
CREATE INDEX environment_epochs_by_node ON environment_epochs(node_id, epoch);
CREATE TABLE placement_epochs(
  epoch     INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  began     INTEGER NOT NULL,
  ended     INTEGER NOT NULL,
  payload   BLOB NOT NULL            -- hypergauge.v1.PlacementEpoch without its times
) STRICT;
CREATE INDEX placement_epochs_by_node ON placement_epochs(node_id, epoch);
CREATE TABLE continuity(             -- hypergauge.v1.ContinuityToken; 0 and empty for unknown
  node_id           TEXT PRIMARY KEY,
  issued_counter    INTEGER NOT NULL,
  issued_secret     BLOB NOT NULL,
  confirmed_counter INTEGER NOT NULL,
  confirmed_secret  BLOB NOT NULL,
  uuid_digest       TEXT NOT NULL,
  generation        TEXT NOT NULL,
  given_to          TEXT NOT NULL    -- node_id of the probe that shall become this node
) STRICT, WITHOUT ROWID;
)sql";

// One index for what lasts, for what ended lately, and for what is forgotten.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE leases(
  token     INTEGER PRIMARY KEY,     -- hypergauge.v1.LeaseRecord.fencing_token
  node_id   TEXT NOT NULL,
  started   INTEGER NOT NULL,        -- nanoseconds since 1970, the aggregator's clock
  ended     INTEGER NOT NULL,        -- 0 while it lasts
  payload   BLOB NOT NULL            -- hypergauge.v1.LeaseRecord
) STRICT;
CREATE INDEX leases_by_end ON leases(ended);
CREATE TABLE rounds(                 -- the last one of a node and plan
  node_id   TEXT NOT NULL,
  plan      TEXT NOT NULL,
  started   INTEGER NOT NULL,
  PRIMARY KEY(node_id, plan)
) STRICT, WITHOUT ROWID;
CREATE TABLE pauses(
  host      TEXT PRIMARY KEY,        -- empty for all
  payload   BLOB NOT NULL            -- hypergauge.v1.Pause
) STRICT, WITHOUT ROWID;
CREATE TABLE slots(
  token       INTEGER PRIMARY KEY,   -- hypergauge.v1.SlotRecord.token
  valid_until INTEGER NOT NULL,
  payload     BLOB NOT NULL          -- hypergauge.v1.SlotRecord
) STRICT;
CREATE TABLE highest(                -- outlives the rows that it was taken from
  name      TEXT PRIMARY KEY,        -- token, round
  value     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kVersion4 = R"sql(
CREATE TABLE host_days(              -- what a host has given; the last day alone
  host      TEXT PRIMARY KEY,
  day       INTEGER NOT NULL,        -- since 1970, UTC
  cpu_nanos INTEGER NOT NULL,
  written   INTEGER NOT NULL,        -- bytes
  sent      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// A new segment of a series is a row of its own, so that no window of points ever spans two.
constexpr const char* kVersion5 = R"sql(
CREATE TABLE series(
  series    INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  benchmark TEXT NOT NULL,
  suite     TEXT NOT NULL,
  family    TEXT NOT NULL,
  labels    TEXT NOT NULL,           -- JSON object, keys in order
  segment   TEXT NOT NULL,           -- benchmark's version and hash of hypergauge-bench
  UNIQUE(node_id, benchmark, suite, family, labels, segment)
) STRICT;
CREATE TABLE points(                 -- medians of clean runs
  series    INTEGER NOT NULL,
  at        INTEGER NOT NULL,        -- nanoseconds since 1970, EffectiveStart of the run
  sequence  INTEGER NOT NULL,        -- hypergauge.v1.RunId
  value     REAL NOT NULL,
  round     INTEGER NOT NULL,        -- hypergauge.v1.Run.round and round_pass
  pass      INTEGER NOT NULL,
  PRIMARY KEY(series, at, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE marks(
  series    INTEGER NOT NULL,
  started   INTEGER NOT NULL,        -- nanoseconds since 1970: where a level begins
  ratio     REAL NOT NULL,           -- analysis::SeriesMark
  accepted  REAL NOT NULL,
  PRIMARY KEY(series, started)
) STRICT, WITHOUT ROWID;
CREATE TABLE regressions(
  regression INTEGER PRIMARY KEY,    -- hypergauge.v1.Regression.id
  open       INTEGER NOT NULL,       -- 1 until it is resolved, accepted or retracted
  changed    INTEGER NOT NULL,       -- nanoseconds since 1970, the aggregator's clock
  state      INTEGER NOT NULL,       -- hypergauge.v1.Regression.State
  improved   INTEGER NOT NULL,       -- 1 where figures got better
  payload    BLOB NOT NULL           -- hypergauge.v1.Regression
) STRICT;
CREATE INDEX regressions_by_state ON regressions(open, changed);
CREATE TABLE datasets(
  name      TEXT PRIMARY KEY,
  payload   TEXT NOT NULL            -- JSON, as it was imported
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array<const char*, kSchemaVersion> kVersions = {kVersion1, kVersion2, kVersion3,
                                                               kVersion4, kVersion5};

constexpr uint32_t kFirstWithPoints = 5;

Result<uint32_t> VersionOf(Database& database) {
  auto statement = database.Prepare("PRAGMA user_version");
  if (!statement) return tl::unexpected(statement.error());
  if (const auto row = statement->Step(); !row) return tl::unexpected(row.error());
  return static_cast<uint32_t>(statement->Int(0));
}

Result<void> ApplyVersionsAfter(Database& database, uint32_t version) {
  const bool has_runs = version > 0 && version < kFirstWithPoints;
  for (; version < kSchemaVersion; ++version) {
    if (auto applied = database.Execute(kVersions[version]); !applied) return applied;
  }
  if (has_runs) {
    if (auto filled = FillPoints(database); !filled) return filled;
  }
  return database.Execute("PRAGMA user_version=" + std::to_string(kSchemaVersion));
}

}  // namespace

Result<void> Migrate(Database& database, const std::filesystem::path& file) {
  // SQLite's word and not the file's header: the write-ahead log may hold a newer one.
  const auto version = VersionOf(database);
  if (!version) return tl::unexpected(version.error());
  if (*version == kSchemaVersion) return {};
  if (*version > kSchemaVersion) {
    return Fail(ErrorCode::kUnsupported, "store file " + file.string() + " has schema version " +
                                             std::to_string(*version) + ", this release knows " +
                                             std::to_string(kSchemaVersion));
  }
  if (auto begun = database.Execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto applied = ApplyVersionsAfter(database, *version);
  if (applied) applied = database.Execute("COMMIT");
  if (!applied) (void)database.Execute("ROLLBACK");
  return applied;
}

}  // namespace hypergauge::aggregator
