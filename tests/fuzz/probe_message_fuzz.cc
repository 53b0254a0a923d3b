// Whatever a peer sends to the aggregator's session.
#include "aggregator/ingest/validate.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hypergauge::fuzz::Expect;
  namespace aggregator = hypergauge::aggregator;
  namespace v1 = hypergauge::v1;
  v1::ProbeMessage message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) {
    const auto bytes = hypergauge::fuzz::Text(data, size);
    Expect(!aggregator::ExplainUnparsable(message, bytes, "message").field.empty());
    return 0;
  }
  static_cast<void>(aggregator::CheckBounds(message, "message"));
  static_cast<void>(aggregator::CheckHello(message.hello()));
  static_cast<void>(aggregator::CheckRun(message.run(), message.hello()));
  return 0;
}
