#include "probes/agent/stream.h"

#include <grpcpp/channel.h>

#include <utility>

namespace hypergauge::probes {

// gRPC calls back on threads of its own and never inside Start..., so the lock may be held there.

Stream::Stream(const std::shared_ptr<grpc::Channel>& channel, ClockExchanger& clocks,
               std::function<void()> notify)
    : clocks_(clocks), notify_(std::move(notify)), stub_(v1::ProbeService::NewStub(channel)) {
  stub_->async()->Session(&context_, this);
  AddHold();
  StartRead(&incoming_);
  StartCall();
}

Stream::~Stream() {
  context_.TryCancel();
  std::unique_lock lock(mutex_);
  abandoned_ = true;
  if (!reading_) ReleaseLocked();
  done_.wait(lock, [&] { return status_.has_value(); });
}

void Stream::ReleaseLocked() {
  closed_ = true;
  if (std::exchange(held_, false)) RemoveHold();
}

std::optional<v1::AggregatorMessage> Stream::Take() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(has_incoming_, false)) return std::nullopt;
  v1::AggregatorMessage message = std::move(incoming_);
  incoming_.Clear();
  reading_ = true;
  StartRead(&incoming_);
  return message;
}

bool Stream::CanWrite() const {
  const std::lock_guard lock(mutex_);
  return !writing_ && !closed_;
}

void Stream::Write(v1::ProbeMessage message) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;  // it has ended meanwhile
  outgoing_ = std::move(message);
  writing_ = true;
  if (outgoing_.has_clock_request()) clocks_.Writing(outgoing_.clock_request());
  StartWrite(&outgoing_);
}

bool Stream::WasSent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

void Stream::CloseWrites() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(closed_, true)) return;
  StartWritesDone();
}

std::optional<grpc::Status> Stream::Ended() const {
  const std::lock_guard lock(mutex_);
  return has_incoming_ ? std::nullopt : status_;
}

void Stream::OnReadDone(bool ok) {
  // First of all: what comes later would be measured.
  if (ok && incoming_.has_clock_reply()) clocks_.Received(incoming_.clock_reply());
  const std::lock_guard lock(mutex_);
  reading_ = false;
  has_incoming_ = ok;
  if (!ok || abandoned_) ReleaseLocked();
  notify_();
}

void Stream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (ok) sent_ = true;
  if (!ok) closed_ = true;
  notify_();
}

void Stream::OnDone(const grpc::Status& status) {
  // With the lock, or the object could go between the two lines.
  const std::lock_guard lock(mutex_);
  status_ = status;
  done_.notify_all();
  notify_();
}

}  // namespace hypergauge::probes
