#include "base/html.h"

#include <gtest/gtest.h>

namespace hypergauge {
namespace {

TEST(EscapeHtmlTest, LeavesNothingThatMeansSomethingToABrowser) {
  EXPECT_EQ(EscapeHtml(""), "");
  EXPECT_EQ(EscapeHtml("a \u00e9 b"), "a \u00e9 b");
  EXPECT_EQ(EscapeHtml("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(EscapeHtml("a\x1b[1m\tb\n"), "a [1m\tb\n");
}

}  // namespace
}  // namespace hypergauge
