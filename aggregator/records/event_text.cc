#include "aggregator/records/event_text.h"

namespace hypergauge::aggregator {
namespace {

bool IsControl(unsigned char c) {
  return c < 0x20 || c == 0x7f;
}

// U+0080 to U+009F, which some terminals obey like escapes.
bool IsLateControl(std::string_view utf8, size_t at) {
  return at + 1 < utf8.size() && utf8[at] == '\xc2' &&
         static_cast<unsigned char>(utf8[at + 1]) < 0xa0;
}

std::string ChangeText(const v1::Event& event, const std::string& unknown) {
  const auto shown = [&](const std::string& value) { return value.empty() ? unknown : value; };
  return " changed from " + shown(event.old_value()) + " to " + shown(event.new_value());
}

}  // namespace

std::string OneLine(std::string_view utf8, size_t most) {
  std::string line;
  for (size_t i = 0; i < utf8.size(); ++i) {
    if (IsLateControl(utf8, i)) {
      line += ' ';
      ++i;
    } else {
      line += IsControl(static_cast<unsigned char>(utf8[i])) ? ' ' : utf8[i];
    }
  }
  if (line.size() <= most) return line;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
  return line.substr(0, end);
}

std::string EventText(const v1::Event& event) {
  const std::string& node = event.node().empty() ? event.node_id() : event.node();
  switch (event.kind()) {
    case v1::Event::KIND_NODE_ENROLLED:
      return node + " enrolled";
    case v1::Event::KIND_NODE_SPLIT:
      return "another machine came with the identity of " + node + " and was told to enroll anew";
    case v1::Event::KIND_NODE_RENAMED:
      return node + " was called " + event.old_value() + " before";
    case v1::Event::KIND_NODE_REPLACED:
      return node + " took the place of " + event.old_value();
    case v1::Event::KIND_NODE_VANISHED:
      return node + " was silent for so long that it left all lists";
    case v1::Event::KIND_NODE_RETURNED:
      return node + " returned after it had vanished";
    case v1::Event::KIND_NODE_REMOVED:
      return node + " was removed by command";
    case v1::Event::KIND_ENVIRONMENT_CHANGED:
      return node + ": " + event.subject() + ChangeText(event, "nothing");
    case v1::Event::KIND_PLACEMENT_CHANGED:
      return node + ": host" + ChangeText(event, "unknown");
    case v1::Event::KIND_PLACEMENT_CONTESTED:
      return node + " stays on " + event.old_value() + " though " + event.new_value() +
             " claims it too";
    default:
      return node + ": " + event.subject() + ChangeText(event, "nothing");
  }
}

}  // namespace hypergauge::aggregator
