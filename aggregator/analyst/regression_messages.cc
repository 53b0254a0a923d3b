#include "aggregator/analyst/regression_messages.h"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "aggregator/store/series_key.h"
#include "base/units.h"

namespace hypergauge::aggregator {
namespace {

using analysis::RegressionKind;
using analysis::RegressionScope;
using analysis::RegressionState;

constexpr int64_t kMostLabelsShown = 8;
constexpr double kPercent = 100;

// Protobuf's enums count from 1, because 0 says nothing.
template <typename Message, typename Engine>
Message Up(Engine value) {
  return static_cast<Message>(static_cast<int>(value) + 1);
}

template <typename Engine, typename Message>
Engine Down(Message value) {
  return static_cast<Engine>(static_cast<int>(value) - 1);
}

std::string Lower(std::string name, std::string_view prefix) {
  name.erase(0, prefix.size());
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return name;
}

bool IsNode(RegressionScope scope) {
  return scope == RegressionScope::kNode || scope == RegressionScope::kHost;
}

std::string Called(const std::string& node_id, const NodeLabels& label_of) {
  std::string label = label_of(node_id);
  return label.empty() ? node_id : label;
}

template <typename Message>
void PutLabels(const std::string& text, Message& message) {
  if (text.empty()) return;
  const auto labels = ParseLabels(text);
  if (!labels) return;  // the engine only hands back what it was given
  message.mutable_labels()->insert(labels->begin(), labels->end());
}

template <typename Message>
std::string LabelsOf(const Message& message) {
  if (message.labels().empty()) return "";
  return LabelsText({message.labels().begin(), message.labels().end()});
}

v1::AffectedSeries ToMessage(const analysis::AffectedSeries& child, const NodeLabels& label_of) {
  v1::AffectedSeries message;
  message.set_series(child.series);
  message.set_node_id(child.node);
  message.set_node(Called(child.node, label_of));
  message.set_benchmark(child.benchmark);
  message.set_suite(child.suite);
  message.set_family(child.family);
  PutLabels(child.labels, message);
  message.set_onset_unix_nanos(child.onset_unix_nanos);
  message.set_before(child.before);
  message.set_after(child.after);
  message.set_effect_ratio(child.effect);
  return message;
}

analysis::AffectedSeries FromMessage(const v1::AffectedSeries& message) {
  analysis::AffectedSeries child;
  child.series = message.series();
  child.node = message.node_id();
  child.benchmark = message.benchmark();
  child.suite = message.suite();
  child.family = message.family();
  child.labels = LabelsOf(message);
  child.onset_unix_nanos = message.onset_unix_nanos();
  child.before = message.before();
  child.after = message.after();
  child.effect = message.effect_ratio();
  return child;
}

// What a family's figures are, by how its name ends.
std::string_view UnitOf(std::string_view family) {
  for (const std::string_view unit :
       {"operations_per_second", "connections_per_second", "events_per_second", "bytes_per_second",
        "seconds", "ratio"}) {
    if (family.ends_with(unit)) return unit;
  }
  return "";
}

// "network_tcp (light, flow up) on guest-1".
std::string WhatAndWhere(const v1::Regression& regression) {
  std::string what = regression.benchmark() + " (" + regression.suite();
  const std::map<std::string, std::string> labels(regression.labels().begin(),
                                                  regression.labels().end());
  int64_t shown = 0;
  for (const auto& [name, value] : labels) {
    if (name == "threads" || ++shown > kMostLabelsShown) continue;
    what += ", " + name + " " + value;
  }
  what += ") on ";
  if (regression.scope() == v1::Regression::SCOPE_HOST) what += "host ";
  if (regression.scope() == v1::Regression::SCOPE_KERNEL) what += "kernel ";
  if (regression.scope() == v1::Regression::SCOPE_GUEST_IMAGE) what += "image ";
  return what + regression.subject();
}

}  // namespace

v1::Regression ToMessage(const analysis::Regression& regression, const NodeLabels& label_of) {
  v1::Regression message;
  message.set_id(static_cast<uint64_t>(regression.id));
  message.set_scope(Up<v1::Regression::Scope>(regression.scope));
  message.set_kind(Up<v1::Regression::Kind>(regression.kind));
  message.set_state(Up<v1::Regression::State>(regression.state));
  message.set_subject(regression.subject);
  if (IsNode(regression.scope)) {
    message.set_subject_node_id(regression.subject);
    message.set_subject(Called(regression.subject, label_of));
  }
  message.set_benchmark(regression.benchmark);
  message.set_suite(regression.suite);
  message.set_family(regression.family);
  PutLabels(regression.labels, message);
  message.set_higher_is_better(regression.higher_is_better);
  message.set_pooled(regression.is_pooled);
  message.set_onset_unix_nanos(regression.onset_unix_nanos);
  message.set_onset_low_unix_nanos(regression.onset_low_unix_nanos);
  message.set_onset_high_unix_nanos(regression.onset_high_unix_nanos);
  message.set_before(regression.before);
  message.set_after(regression.after);
  message.set_effect_ratio(regression.effect);
  message.set_p(regression.p);
  message.set_q(regression.q);
  message.set_blame(regression.blame);
  message.set_cause(regression.cause);
  message.set_notified(regression.notified);
  for (const auto& child : regression.children) {
    *message.add_children() = ToMessage(child, label_of);
  }
  for (size_t state = 0; state < regression.entered.size(); ++state) {
    if (regression.entered[state] == 0) continue;
    const std::string word(ToString(static_cast<RegressionState>(state)));
    (*message.mutable_entered_unix_nanos())[word] = regression.entered[state];
  }
  message.set_text(RegressionText(message));
  return message;
}

Result<analysis::Regression> FromMessage(const v1::Regression& message) {
  const auto known = [](int value, int most) { return value >= 1 && value <= most; };
  if (message.id() == 0 || !known(message.scope(), v1::Regression::Scope_MAX) ||
      !known(message.kind(), v1::Regression::Kind_MAX) ||
      !known(message.state(), v1::Regression::State_MAX)) {
    return Fail(ErrorCode::kCorrupt, "the store holds a regression that makes no sense");
  }
  analysis::Regression regression;
  regression.id = static_cast<int64_t>(message.id());
  regression.scope = Down<RegressionScope>(message.scope());
  regression.kind = Down<RegressionKind>(message.kind());
  regression.state = Down<RegressionState>(message.state());
  regression.subject = IsNode(regression.scope) ? message.subject_node_id() : message.subject();
  regression.benchmark = message.benchmark();
  regression.suite = message.suite();
  regression.family = message.family();
  regression.labels = LabelsOf(message);
  regression.higher_is_better = message.higher_is_better();
  regression.is_pooled = message.pooled();
  regression.onset_unix_nanos = message.onset_unix_nanos();
  regression.onset_low_unix_nanos = message.onset_low_unix_nanos();
  regression.onset_high_unix_nanos = message.onset_high_unix_nanos();
  regression.before = message.before();
  regression.after = message.after();
  regression.effect = message.effect_ratio();
  regression.p = message.p();
  regression.q = message.q();
  regression.blame = message.blame();
  regression.cause = message.cause();
  regression.notified = message.notified();
  for (const auto& child : message.children()) regression.children.push_back(FromMessage(child));
  for (size_t state = 0; state < regression.entered.size(); ++state) {
    const std::string word(ToString(static_cast<RegressionState>(state)));
    const auto found = message.entered_unix_nanos().find(word);
    if (found != message.entered_unix_nanos().end()) regression.entered[state] = found->second;
  }
  return regression;
}

std::string RegressionText(const v1::Regression& regression) {
  const auto unit = UnitOf(regression.family());
  const char* direction = regression.effect_ratio() < 0 ? "better" : "worse";
  std::string text = WhatAndWhere(regression) + " is " +
                     FormatFigure(std::abs(regression.effect_ratio()) * kPercent, "%") + " " +
                     direction;
  if (regression.kind() == v1::Regression::KIND_DRIFT) text += " by a slow drift";
  if (regression.kind() == v1::Regression::KIND_MODES) text += " as its modes changed";
  if (!regression.pooled()) {
    text += ": " + FormatFigure(regression.before(), unit) + " before, " +
            FormatFigure(regression.after(), unit) + " now";
  }
  return text;
}

std::string WordOf(v1::Regression::State state) {
  return Lower(v1::Regression::State_Name(state), "STATE_");
}

std::string WordOf(v1::Regression::Scope scope) {
  return Lower(v1::Regression::Scope_Name(scope), "SCOPE_");
}

std::string WordOf(v1::Regression::Kind kind) {
  return Lower(v1::Regression::Kind_Name(kind), "KIND_");
}

bool IsOpen(v1::Regression::State state) {
  return state >= v1::Regression::STATE_SUSPECT && state <= v1::Regression::STATE_MUTED;
}

}  // namespace hypergauge::aggregator
