#include "probes/run_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace hypergauge::probes {
namespace {

std::string LowerWord(std::string_view name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string word(name);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

}  // namespace

const char* DirectionWord(v1::Direction direction) {
  return direction == v1::DIRECTION_HIGHER_IS_BETTER ? "higher" : "lower";
}

const v1::BenchmarkDescriptor* DescriptorOf(const v1::Run& run, const Descriptors& descriptors) {
  const auto found = std::find_if(
      descriptors.begin(), descriptors.end(),
      [&](const v1::BenchmarkDescriptor& each) { return each.name() == run.benchmark(); });
  return found == descriptors.end() ? nullptr : &*found;
}

v1::Quantity QuantityOf(const v1::BenchmarkDescriptor* descriptor, const v1::Measure& measure) {
  if (descriptor != nullptr) {
    for (const auto& quantity : descriptor->quantities()) {
      if (quantity.family() == measure.family() &&
          ToMap(quantity.labels()) == ToMap(measure.labels())) {
        return quantity;
      }
    }
  }
  return {};
}

bool IsOfACache(const v1::Run& run, const v1::Quantity& quantity) {
  const auto& marks = run.marks();
  return std::find(marks.begin(), marks.end(), v1::MARK_CACHED) != marks.end() &&
         !quantity.unranked();
}

v1::Quantity PrimaryOf(const v1::BenchmarkDescriptor* descriptor) {
  return descriptor == nullptr || descriptor->quantities().empty() ? v1::Quantity()
                                                                   : descriptor->quantities(0);
}

std::string VerdictWord(v1::Verdict verdict) {
  return LowerWord(v1::Verdict_Name(verdict), "VERDICT_");
}

std::string MarkWord(v1::Mark mark) {
  return LowerWord(v1::Mark_Name(mark), "MARK_");
}

std::string Rfc3339(std::chrono::nanoseconds since_1970) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(since_1970 - seconds).count();
  const std::time_t time = seconds.count();
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(), static_cast<int>(millis));
  return text.data();
}

}  // namespace hypergauge::probes
