#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "probes/benchmarks/kernel/shared_page.h"

namespace hypergauge::probes {
namespace {

bool Never() {
  return false;
}

// A page, and a thread that uses it as long as the object lives.
class UsedPage {
 public:
  explicit UsedPage(SharedPage::Protect protect) : page_(protect), user_([this] { page_.Use(); }) {}
  ~UsedPage() { page_.End(); }
  UsedPage(const UsedPage&) = delete;
  UsedPage& operator=(const UsedPage&) = delete;

  SharedPage& page() { return page_; }

 private:
  SharedPage page_;
  std::jthread user_;
};

void ExpectWrong(SharedPage::Protect protect, const std::string& message) {
  UsedPage used(protect);
  ASSERT_TRUE(used.page().Ready());
  ASSERT_TRUE(used.page().TakeAndGive());
  const auto verified = used.page().Verify(Never);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(verified.error().message, message);
}

TEST(SharedPage, IsProtectedFromTheOtherThreadAndGivenBack) {
  UsedPage used(mprotect);
  ASSERT_TRUE(used.page().Ready()) << used.page().Ready().error().message;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(used.page().TakeAndGive());
    EXPECT_TRUE(used.page().Verify(Never));
  }
}

TEST(SharedPage, BetraysAProtectionThatDoesNothing) {
  ExpectWrong([](void*, size_t, int) { return 0; },
              "another CPU wrote a page that had been protected");
}

TEST(SharedPage, BetraysAProtectionThatStays) {
  ExpectWrong(
      [](void* page, size_t bytes, int protection) {
        return protection == PROT_READ ? mprotect(page, bytes, PROT_READ) : 0;
      },
      "another CPU could not write a page that was writable again");
}

TEST(SharedPage, TellsOfAProtectionThatIsRefused) {
  SharedPage page([](void*, size_t, int) {
    errno = EACCES;
    return -1;
  });
  const auto refused = page.TakeAndGive();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "mprotect: Permission denied");
}

TEST(SharedPage, WaitsForNoAnswerOnceStopped) {
  SharedPage page;  // and no one who uses it
  const auto verified = page.Verify([] { return true; });
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kCancelled);
}

TEST(SharedPage, KnowsThatNoOneUsesIt) {
  SharedPage page;
  ASSERT_TRUE(page.TakeAndGive());
  EXPECT_EQ(page.uses(), 0);
}

}  // namespace
}  // namespace hypergauge::probes
