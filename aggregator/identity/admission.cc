#include "aggregator/identity/admission.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace hypergauge::aggregator {
namespace {

constexpr size_t kSecretBytes = 16;

v1::Event EventOf(v1::Event::Kind kind, const std::string& node_id, const std::string& node) {
  v1::Event event;
  event.set_kind(kind);
  event.set_node_id(node_id);
  event.set_node(node);
  return event;
}

}  // namespace

std::string Admission::Secret() const {
  std::string bytes;
  for (uint64_t bits = 0; bytes.size() < kSecretBytes; bits >>= 8U) {
    if (bytes.size() % sizeof bits == 0) bits = random_();
    bytes += static_cast<char>(bits & 0xffU);
  }
  return bytes;
}

Result<Continuity::Judgement> Admission::Judge(const v1::Hello& hello) {
  const auto& identity = hello.identity();
  const auto highest = store_.HighestSequence(identity.node_id(), identity.epoch());
  if (!highest) return tl::unexpected(highest.error());
  const std::lock_guard lock(mutex_);
  return continuity_.Judge(hello, *highest);
}

Admission::Admitted Admission::Accept(const v1::Hello& hello,
                                      const Continuity::Judgement& judgement) {
  const auto& node_id = hello.identity().node_id();
  const auto& original = hello.split_from();
  Admitted admitted;
  bool is_news = false;
  {
    const std::lock_guard lock(mutex_);
    const bool is_new = continuity_.StateOf(node_id).issued.counter() == 0;
    admitted.was = continuity_.Accept(hello, Secret());
    auto state = continuity_.StateOf(node_id);
    admitted.token = state.issued;
    store_.PutContinuity(node_id, std::move(state));
    // A copy that noticed by itself was told by nobody.
    is_news = is_new && !original.empty() && refused_.erase(original) == 0;
  }
  if (judgement.verdict == Continuity::Verdict::kWelcomeWithWarning) {
    spdlog::warn("node {} ({}) is believed, though {}", hello.identity().name(), node_id,
                 judgement.reason);
  }
  if (is_news) RecordSplit(original, node_id);
  return admitted;
}

void Admission::RecordSplit(const std::string& original, const std::string& node_id) {
  auto label = fleet_.LabelOf(original);
  if (label.empty()) label = original;
  auto split = EventOf(v1::Event::KIND_NODE_SPLIT, original, label);
  split.set_new_value(node_id);
  split.set_text("a copy of " + label + " noticed that it is one, and enrolls as a new node");
  events_.Record(std::move(split));
}

void Admission::Refuse(const v1::Hello& hello, const std::string& reason) {
  const auto& node_id = hello.identity().node_id();
  spdlog::warn("who comes as node {} ({}) is told to enroll as a new one: {}",
               hello.identity().name(), node_id, reason);
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(node_id).second) return;
  }
  auto event = EventOf(v1::Event::KIND_NODE_SPLIT, node_id, fleet_.LabelOf(node_id));
  event.set_new_value(hello.identity().name());
  event.set_text("another machine came as " + event.node() +
                 " and was told to enroll anew: " + reason);
  events_.Record(std::move(event));
}

void Admission::Confirm(const std::string& node_id, uint64_t counter) {
  const std::lock_guard lock(mutex_);
  if (continuity_.Confirm(node_id, counter)) {
    store_.PutContinuity(node_id, continuity_.StateOf(node_id));
  }
}

Result<Admission::Handover> Admission::Replace(const std::string& old_node,
                                               const std::string& new_node) {
  const auto nodes = fleet_.Nodes();
  const auto find = [&](const std::string& label) {
    return std::find_if(nodes.begin(), nodes.end(),
                        [&](const v1::Node& node) { return node.label() == label; });
  };
  const auto old = find(old_node);
  const auto taker = find(new_node);
  for (const auto& [found, label] : {std::pair(old, old_node), std::pair(taker, new_node)}) {
    if (found == nodes.end()) {
      return Fail(ErrorCode::kNotFound, "there is no node \"" + label + "\"");
    }
  }
  if (old == taker) {
    return Fail(ErrorCode::kInvalidArgument, "node \"" + old_node + "\" cannot take its own place");
  }
  if (old->connected())
    return Fail(ErrorCode::kUnavailable, "node \"" + old_node + "\" is connected");
  if (!taker->connected())
    return Fail(ErrorCode::kUnavailable, "node \"" + new_node + "\" is not connected");
  const auto& node_id = old->identity().node_id();
  const auto epoch = store_.HighestEpoch(node_id);
  if (!epoch) return tl::unexpected(epoch.error());
  Handover handover{taker->identity().node_id(), {}};
  handover.message.set_node_id(node_id);
  handover.message.set_epoch(std::max(*epoch, old->identity().epoch()) + 1);
  const std::lock_guard lock(mutex_);
  *handover.message.mutable_continuity() = continuity_.Give(node_id, handover.to, Secret());
  store_.PutContinuity(node_id, continuity_.StateOf(node_id));
  return handover;
}

void Admission::Forget(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  continuity_.Forget(node_id);
  refused_.erase(node_id);
  store_.DeleteContinuity(node_id);
}

}  // namespace hypergauge::aggregator
