#include "probes/sha256.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

// FIPS 180-2, appendix B.1 and B.3.
TEST(Sha256, KnowsThePublishedAnswers) {
  const testing::TempDir folder;
  EXPECT_EQ(Sha256OfFile(folder.Write("abc", "abc")).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256OfFile(folder.Write("million", std::string(1'000'000, 'a'))).value(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, NamesAFileThatCannotBeRead) {
  const testing::TempDir folder;
  const auto missing = Sha256OfFile(folder.path() / "none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("none"), std::string::npos);
  EXPECT_FALSE(Sha256OfFile(folder.path()));
}

}  // namespace
}  // namespace hypergauge::probes
