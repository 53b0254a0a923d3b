#include "cli/history_pages.h"

#include <algorithm>

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kFirstPage = int64_t{7} * 86'400 * kSecond;
constexpr int64_t kLongestPage = int64_t{400} * 86'400 * kSecond;
constexpr int kFewPoints = 10'000;  // a page with less of them could be longer

int PointsIn(const v1::GetHistoryResponse& page) {
  int points = 0;
  for (const auto& series : page.series()) points += series.points_size();
  return points;
}

bool IsWhole(const v1::GetHistoryResponse& page) {
  if (page.left_out() > 0) return false;
  for (const auto& series : page.series()) {
    for (const auto& point : series.points()) {
      if (point.runs() > 1) return false;
    }
  }
  return true;
}

}  // namespace

Result<void> ReadWholeHistory(v1::GetHistoryRequest request, const AskHistory& ask,
                              const TakeHistory& take) {
  constexpr uint32_t kMostPoints = 5000;
  request.set_max_points(kMostPoints);
  const int64_t until = request.until_unix_nanos();
  int64_t since = request.since_unix_nanos();
  int64_t length = kFirstPage;
  while (since < until) {
    const int64_t end = std::min(since + length, until);
    request.set_since_unix_nanos(since);
    request.set_until_unix_nanos(end);
    const auto page = ask(request);
    const bool too_much =
        page ? !IsWhole(*page) : page.error().code == ErrorCode::kResourceExhausted;
    if (too_much && end - since > 1) {
      length = (end - since) / 2;
      continue;
    }
    if (!page) return tl::unexpected(page.error());
    if (too_much) {
      return Fail(ErrorCode::kResourceExhausted,
                  "more began in one nanosecond than an answer holds");
    }
    if (auto taken = take(*page, end); !taken) return taken;
    if (PointsIn(*page) < kFewPoints) length = std::min(length * 2, kLongestPage);
    since = end;
  }
  return {};
}

}  // namespace hypergauge::cli
