#include "aggregator/identity/admission.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace hypergauge::aggregator {
namespace {

constexpr size_t kSecretBytes = 16;

tl::unexpected<Error> NoNode(const std::string& node) {
  return Fail(ErrorCode::kNotFound, "there is no node \"" + node +
                                        "\", and none that vanished with this label or node_id");
}

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
  Admitted admitted;
  {
    const std::lock_guard lock(mutex_);
    const bool is_new = continuity_.StateOf(node_id).issued.counter() == 0;
    admitted.was = continuity_.Accept(hello, Secret());
    auto state = continuity_.StateOf(node_id);
    admitted.token = state.issued;
    store_.PutContinuity(node_id, std::move(state));
    // A copy that noticed by itself was told by nobody.
    admitted.says_split =
        is_new && !hello.split_from().empty() && refused_.erase(hello.split_from()) == 0;
  }
  if (judgement.verdict == Continuity::Verdict::kWelcomeWithWarning) {
    spdlog::warn("node {} ({}) is believed, though {}", hello.identity().name(), node_id,
                 judgement.reason);
  }
  return admitted;
}

void Admission::RecordSplit(const v1::Hello& hello) {
  const auto& node_id = hello.identity().node_id();
  auto original = fleet_.LabelOf(hello.split_from());
  if (original.empty()) original = hello.split_from();
  auto split = EventOf(v1::Event::KIND_NODE_SPLIT, node_id, fleet_.LabelOf(node_id));
  split.set_old_value(original);
  split.set_text(split.node() + " says that it is a copy of " + original +
                 ", and enrolls as a new node");
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

// Listed nodes first; then those that vanished, which are in the store only.
Result<v1::NodeIdentity> Admission::FindPlace(const std::string& node) {
  auto node_id = fleet_.NodeIdOf(node);
  if (node_id.empty() && !fleet_.LabelOf(node).empty()) node_id = node;
  auto ids = node_id.empty() ? store_.FindVanished(node)
                             : Result<std::vector<std::string>>(std::vector{node_id});
  if (!ids) return tl::unexpected(ids.error());
  if (ids->empty()) return NoNode(node);
  if (ids->size() > 1) {
    return Fail(ErrorCode::kInvalidArgument,
                std::to_string(ids->size()) + " nodes that vanished were called \"" + node +
                    "\"; name one by its node_id: " + ids->front() + ", " + ids->back());
  }
  auto known = store_.LoadNode(ids->front());
  if (!known) return tl::unexpected(known.error());
  if (known->nodes.empty()) return NoNode(node);
  return known->nodes.front().hello.identity();
}

Result<Admission::Handover> Admission::Replace(const std::string& old_node,
                                               const std::string& new_node) {
  const auto old = FindPlace(old_node);
  if (!old) return tl::unexpected(old.error());
  const std::string taker = fleet_.NodeIdOf(new_node);
  if (taker.empty()) return Fail(ErrorCode::kNotFound, "there is no node \"" + new_node + "\"");
  const auto& node_id = old->node_id();
  if (node_id == taker) {
    return Fail(ErrorCode::kInvalidArgument, "node \"" + old_node + "\" cannot take its own place");
  }
  if (fleet_.IsConnected(node_id))
    return Fail(ErrorCode::kUnavailable, "node \"" + old_node + "\" is connected");
  if (!fleet_.IsConnected(taker))
    return Fail(ErrorCode::kUnavailable, "node \"" + new_node + "\" is not connected");
  const auto epoch = store_.HighestEpoch(node_id);
  if (!epoch) return tl::unexpected(epoch.error());
  Handover handover{taker, {}};
  handover.message.set_node_id(node_id);
  handover.message.set_epoch(std::max(*epoch, old->epoch()) + 1);
  const std::lock_guard lock(mutex_);
  *handover.message.mutable_continuity() = continuity_.Give(node_id, handover.to, Secret());
  store_.PutContinuity(node_id, continuity_.StateOf(node_id));
  return handover;
}

}  // namespace hypergauge::aggregator
