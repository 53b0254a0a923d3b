#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <mutex>
#include <string>

#include "aggregator/analyst/analyst.h"
#include "aggregator/dispatch/dispatcher.h"
#include "aggregator/identity/admission.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/ingest/membership.h"
#include "aggregator/ingest/run_judge.h"
#include "aggregator/ingest/sessions.h"
#include "aggregator/ingest/validate.h"
#include "aggregator/placement/placement_keeper.h"
#include "aggregator/records/environment_log.h"
#include "aggregator/records/event_log.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/self_metrics.h"
#include "hypergauge/v1/session.grpc.pb.h"

namespace hypergauge::aggregator {

/// What the aggregator counts about its streams.
struct IngestMetrics {
  explicit IngestMetrics(exporter::SelfMetrics& metrics);

  exporter::Counter& sessions;           ///< streams that said Hello
  exporter::Counter& runs;               ///< stored for the first time
  exporter::Counter& duplicates;         ///< sent again after a lost acknowledgement
  exporter::Counter& rejected_messages;  ///< streams ended because a message broke the contract
};

/// What all streams share. Everything outlives the gRPC server.
struct Ingest {
  Store& store;
  Fleet& fleet;
  Sessions& sessions;
  Dispatcher& dispatcher;
  const Clock& clock;
  IngestMetrics& metrics;
  EventLog& events;
  Membership& membership;
  EnvironmentLog& environments;
  Admission& admission;
  PlacementKeeper& placements;
  RunJudge& judge;
  Analyst& analyst;
  std::string version;                    ///< of the aggregator
  uint32_t max_unacknowledged_runs = 64;  ///< a stream is not read further beyond
  uint32_t heartbeat_seconds = 15;        ///< how often probes say that they are alive
  /// How soon a probe answers that is still there while another one comes as the same node.
  std::chrono::milliseconds presence_limit{3'000};
  size_t max_waiting_messages = 1000;  ///< for a peer that does not read; its stream ends beyond
};

/// The session service. Messages are read as raw bytes, so that a peer whose message cannot be
/// parsed is told why instead of being cut off.
class ProbeService final
    : public v1::ProbeService::WithRawCallbackMethod_Session<v1::ProbeService::Service> {
 public:
  explicit ProbeService(Ingest ingest) : shared_{std::move(ingest)} {}

  /// For all streams of one service.
  struct Shared {
    Ingest ingest;
  };

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(
      grpc::CallbackServerContext* context) override;

 private:
  Shared shared_;
};

}  // namespace hypergauge::aggregator
