#include "probes/benchmarks/kernel/ping_pong.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string>

#include "probes/benchmarks/cpus.h"

namespace hypergauge::probes {
namespace {

struct Pipe {
  PipeEnd in;
  PipeEnd out;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(FromErrno(errno, "pipe2"));
  return Pipe{.in = PipeEnd(ends[0]), .out = PipeEnd(ends[1])};
}

// read(2) or write(2) of one byte, again when a signal came in between.
template <typename Transfer>
bool TransferByte(Transfer transfer) {
  ssize_t moved = 0;
  do {
    moved = transfer();
  } while (moved < 0 && errno == EINTR);
  return moved == 1;
}

}  // namespace

PipeEnd::~PipeEnd() {
  if (descriptor_ >= 0) close(descriptor_);
}

void AnswerInSequence(int in, int out) {
  uint8_t expected = 0;
  uint8_t got = 0;
  while (read(in, &got, 1) == 1 && got == expected++) {
    const uint8_t answer = AnswerTo(got);
    if (write(out, &answer, 1) != 1) return;
  }
}

Result<PingPong> PingPong::Start(int cpu, const Answerer& answer) {
  auto there = MakePipe();
  auto back = MakePipe();
  if (!there) return tl::unexpected(there.error());
  if (!back) return tl::unexpected(back.error());
  auto other = ForkedProcess::Start([&] {
    PipeEnd(std::move(there->out));  // closed here, or neither would see the other end
    PipeEnd(std::move(back->in));
    answer(there->in.descriptor(), back->out.descriptor());
  });
  if (!other) return tl::unexpected(other.error());
  if (auto pinned = RunOn(other->id(), {cpu}); !pinned) return tl::unexpected(pinned.error());
  PingPong result;
  result.to_ = std::move(there->out);
  result.from_ = std::move(back->in);
  result.other_ = std::move(*other);
  return result;
}

Result<void> PingPong::RoundTrips(int64_t count) {
  const int to = to_.descriptor();
  const int from = from_.descriptor();
  for (int64_t i = 0; i < count; ++i) {
    uint8_t answer = 0;
    if (!TransferByte([&] { return write(to, &sequence_, 1); }) ||
        !TransferByte([&] { return read(from, &answer, 1); })) {
      return Fail(ErrorCode::kUnavailable,
                  "the other process ended before it answered byte " + std::to_string(sequence_));
    }
    if (answer != AnswerTo(sequence_)) {
      return Fail(ErrorCode::kWrongAnswer, "byte " + std::to_string(sequence_) +
                                               " was answered by " + std::to_string(answer) +
                                               " instead of " +
                                               std::to_string(AnswerTo(sequence_)));
    }
    ++sequence_;
  }
  return {};
}

std::chrono::nanoseconds PingPong::OtherWaited() const {
  int64_t running = 0;
  int64_t waiting = 0;  // the second field of schedstat (kernel: sched-stats.rst)
  std::ifstream("/proc/" + std::to_string(other_.id()) + "/schedstat") >> running >> waiting;
  return std::chrono::nanoseconds(waiting);
}

}  // namespace hypergauge::probes
