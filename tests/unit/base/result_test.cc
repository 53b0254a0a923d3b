#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hypergauge {
namespace {

TEST(ResultTest, AFullDiskIsAnExhaustedResourceWithTheSystemsOwnText) {
  const Error error = FromErrno(ENOSPC, "write /var/x");
  EXPECT_EQ(error.code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(error.message, "write /var/x: No space left on device");
}

TEST(ResultTest, AnUnknownErrnoIsInternal) {
  EXPECT_EQ(FromErrno(ELOOP, "open").code, ErrorCode::kInternal);
}

TEST(ResultTest, AnnotatePutsTheContextInFront) {
  const auto error = Annotate(Error{ErrorCode::kNotFound, "no file"}, "reading config").value();
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "reading config: no file");
}

TEST(ResultTest, CodesHaveTheirNames) {
  EXPECT_EQ(ToString(ErrorCode::kWrongAnswer), "wrong_answer");
  EXPECT_EQ(ToString(ErrorCode::kDeadlineExceeded), "deadline_exceeded");
}

}  // namespace
}  // namespace hypergauge
