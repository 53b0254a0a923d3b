#include "probes/benchmarks/cpu/zlib_text.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(ZlibText, IsTheSameEverywhere) {
  const auto text = CompressibleText();
  EXPECT_EQ(text.size(), kTextBytes);
  const auto checked = CheckRestored(text, text);
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST(ZlibText, ThatCameBackWithAWrongByteFails) {
  const auto text = CompressibleText();
  auto restored = text;
  restored[kTextBytes / 2] ^= 1;
  const auto checked = CheckRestored(text, restored);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(checked.error().message.find("instead of C34C9A01"), std::string::npos)
      << checked.error().message;
}

TEST(ZlibText, ThatCameBackShortOrNotAtAllFails) {
  const auto text = CompressibleText();
  EXPECT_FALSE(CheckRestored(text, std::string_view(text).substr(1)));
  EXPECT_FALSE(CheckRestored(text, std::string(kTextBytes, '\0')));
  EXPECT_FALSE(CheckRestored(text, ""));
}

TEST(ZlibText, OfAnotherOriginalFails) {
  const auto text = CompressibleText();
  auto original = text;
  original[0] ^= 1;
  const auto checked = CheckRestored(original, text);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("did not survive"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
