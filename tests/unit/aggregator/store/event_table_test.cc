#include "aggregator/store/event_table.h"

#include <gtest/gtest.h>

#include "aggregator/store/schema.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::TempDir;

class EventTableTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto migrated = Migrate(database_, "events.db");
    ASSERT_TRUE(migrated.has_value()) << migrated.error().message;
  }

  uint64_t Put(int64_t at, v1::Event::Kind kind, const std::string& label) {
    v1::Event event;
    event.set_unix_nanos(at);
    event.set_kind(kind);
    event.set_node(label);
    event.set_node_id("id-" + label);
    event.set_id(77);  // the table's own counts
    return table_.Put(event).value_or(0);
  }

  // The ids of what is listed.
  std::vector<uint64_t> Ids(const EventFilter& filter) {
    std::vector<uint64_t> ids;
    const auto events = table_.List(filter);
    EXPECT_TRUE(events.has_value()) << events.error().message;
    for (const auto& event : events.value_or(std::vector<v1::Event>{})) ids.push_back(event.id());
    return ids;
  }

  using Ids64 = std::vector<uint64_t>;
  TempDir folder_;
  Database database_ = *Database::Open(folder_.path() / "events.db", Database::Mode::kCreate);
  EventTable table_{database_};
};

TEST_F(EventTableTest, IdsCountFromOneAndTheNewestIsListedFirst) {
  EXPECT_EQ(Put(10, v1::Event::KIND_NODE_ENROLLED, "a"), 1U);
  EXPECT_EQ(Put(20, v1::Event::KIND_NODE_REMOVED, "a"), 2U);
  EXPECT_EQ(Ids({}), (Ids64{2, 1}));
  EXPECT_EQ(table_.List({})->front().kind(), v1::Event::KIND_NODE_REMOVED);
}

TEST_F(EventTableTest, EveryPartOfTheFilterNarrows) {
  Put(10, v1::Event::KIND_NODE_ENROLLED, "a");
  Put(20, v1::Event::KIND_NODE_ENROLLED, "b");
  Put(30, v1::Event::KIND_ENVIRONMENT_CHANGED, "a");
  Put(40, v1::Event::KIND_NODE_VANISHED, "c");
  EXPECT_EQ(Ids({.labels = {"a"}}), (Ids64{3, 1}));
  EXPECT_EQ(Ids({.labels = {"a"}, .node_ids = {"id-c"}}), (Ids64{4, 3, 1}));
  EXPECT_EQ(Ids({.kinds = {v1::Event::KIND_NODE_ENROLLED}}), (Ids64{2, 1}));
  EXPECT_EQ(Ids({.labels = {"a"}, .kinds = {v1::Event::KIND_NODE_ENROLLED}}), (Ids64{1}));
  EXPECT_EQ(Ids({.since_unix_nanos = 20, .before_unix_nanos = 40}), (Ids64{3, 2}));
  EXPECT_EQ(Ids({.limit = 1}), (Ids64{4}));
}

TEST_F(EventTableTest, TheOldestMakeRoomForTheNewest) {
  ASSERT_TRUE(database_
                  .Execute("INSERT INTO events VALUES(" + std::to_string(EventTable::kMostEvents) +
                           ", 1, 1, 'id-a', 'a', x''), (2, 1, 1, 'id-a', 'a', x'')")
                  .has_value());
  Put(10, v1::Event::KIND_NODE_ENROLLED, "a");
  Put(20, v1::Event::KIND_NODE_ENROLLED, "a");
  const uint64_t most = EventTable::kMostEvents;
  EXPECT_EQ(Ids({}), (Ids64{most + 2, most + 1, most}));
}

}  // namespace
}  // namespace hypergauge::aggregator
