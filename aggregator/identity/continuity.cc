#include "aggregator/identity/continuity.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

using Judgement = Continuity::Judgement;
using Verdict = Continuity::Verdict;

// Nobody gets so far honestly, and the next one must fit too.
constexpr uint64_t kMostCounter = uint64_t{1} << 62U;

bool Equal(const v1::ContinuityToken& a, const v1::ContinuityToken& b) {
  return a.counter() > 0 && a.counter() == b.counter() && a.secret() == b.secret();
}

bool Differ(const std::string& known, const std::string& told) {
  return !known.empty() && !told.empty() && known != told;
}

bool IsGiven(const ContinuityState& state, const v1::Hello& hello) {
  return !state.given_to.empty() && Equal(state.issued, hello.continuity());
}

Judgement EnrollAnew(std::string reason) {
  return {Verdict::kEnrollAnew, std::move(reason)};
}

Judgement JudgeMachine(const ContinuityState& state, const v1::NodeIdentity& identity) {
  if (Differ(state.uuid_digest, identity.hypervisor_uuid_digest())) {
    return EnrollAnew("its hypervisor gives it another UUID than the node has");
  }
  if (Differ(state.generation, identity.machine_generation())) {
    return EnrollAnew("its hypervisor says that it was cloned or set back to a snapshot");
  }
  return {};
}

Judgement JudgeToken(const ContinuityState& state, const v1::Hello& hello) {
  if (!hello.has_continuity()) {
    if (state.confirmed.counter() == 0) return {};
    return EnrollAnew("it does not present what the node was given");
  }
  const auto& token = hello.continuity();
  if (Equal(token, state.issued) || Equal(token, state.confirmed)) return {};
  if (token.counter() > kMostCounter) return EnrollAnew("what it presents was never given");
  if (state.issued.counter() == 0) return {};  // it may have been another aggregator's
  if (token.counter() > state.issued.counter()) {
    return {Verdict::kWelcomeWithWarning,
            "it was given token " + std::to_string(token.counter()) + ", and here the last is " +
                std::to_string(state.issued.counter()) +
                ": the aggregator's store was set back to an older state"};
  }
  if (token.counter() == state.issued.counter()) {
    return EnrollAnew("what it presents was given to another machine");
  }
  return EnrollAnew("it presents token " + std::to_string(token.counter()) +
                    ", but the node has gone on to " + std::to_string(state.issued.counter()));
}

// A probe without continuity that numbered no run may be one that does not tell.
Judgement JudgeSequence(const v1::Hello& hello, uint64_t stored) {
  const bool tells = hello.has_continuity() || hello.last_sequence() > 0;
  if (!tells || stored <= hello.last_sequence()) return {};
  return EnrollAnew("runs up to " + std::to_string(stored) + " are stored, and it knows of " +
                    std::to_string(hello.last_sequence()) +
                    " only: it was set back to an older state");
}

uint64_t HighestCounter(const ContinuityState& state) {
  return std::max(state.issued.counter(), state.confirmed.counter());
}

void Learn(std::string& known, const std::string& told) {
  if (!told.empty()) known = told;
}

}  // namespace

Judgement Continuity::Judge(const v1::Hello& hello, uint64_t stored_sequence) const {
  const ContinuityState state = StateOf(hello.identity().node_id());
  if (IsGiven(state, hello)) return {};
  auto judgement = JudgeMachine(state, hello.identity());
  if (judgement.verdict == Verdict::kWelcome) judgement = JudgeToken(state, hello);
  if (judgement.verdict == Verdict::kEnrollAnew) return judgement;
  auto sequence = JudgeSequence(hello, stored_sequence);
  return sequence.verdict == Verdict::kEnrollAnew ? sequence : judgement;
}

std::string Continuity::Accept(const v1::Hello& hello, const std::string& secret) {
  auto& state = states_[hello.identity().node_id()];
  std::string taker;
  if (IsGiven(state, hello)) {
    taker = state.given_to;
    state.uuid_digest.clear();  // of the machine that is gone
    state.generation.clear();
  }
  state.given_to.clear();
  Learn(state.uuid_digest, hello.identity().hypervisor_uuid_digest());
  Learn(state.generation, hello.identity().machine_generation());
  if (hello.has_continuity() && hello.continuity().counter() <= kMostCounter) {
    state.confirmed = hello.continuity();
  }
  state.issued.set_counter(HighestCounter(state) + 1);
  state.issued.set_secret(secret);
  return taker;
}

bool Continuity::Confirm(const std::string& node_id, uint64_t counter) {
  const auto found = states_.find(node_id);
  if (found == states_.end() || counter == 0) return false;
  auto& state = found->second;
  // What was given to another probe, this one cannot have.
  if (state.issued.counter() != counter || !state.given_to.empty()) return false;
  state.confirmed = state.issued;
  return true;
}

v1::ContinuityToken Continuity::Give(const std::string& node_id, const std::string& to,
                                     const std::string& secret) {
  auto& state = states_[node_id];
  state.issued.set_counter(HighestCounter(state) + 1);
  state.issued.set_secret(secret);
  state.given_to = to;
  return state.issued;
}

ContinuityState Continuity::StateOf(const std::string& node_id) const {
  const auto found = states_.find(node_id);
  return found == states_.end() ? ContinuityState() : found->second;
}

}  // namespace hypergauge::aggregator
