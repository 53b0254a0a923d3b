#include "tests/support/obedient_probe.h"

namespace hypergauge::testing {

class ObedientProbes::Stream final
    : public grpc::ClientBidiReactor<v1::ProbeMessage, v1::AggregatorMessage> {
 public:
  Stream(ObedientProbes& all, v1::ProbeService::Stub& stub, const v1::Hello& hello,
         std::string host)
      : all_(all), node_id_(hello.identity().node_id()), host_(std::move(host)) {
    stub.async()->Session(&context_, this);
    StartRead(&received_);
    v1::ProbeMessage message;
    *message.mutable_hello() = hello;
    Send(std::move(message));
    StartCall();
  }
  // Not before the end of the call, which calls back until then.
  ~Stream() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (received_.has_welcome()) all_.Welcomed();
    if (received_.has_lease()) {
      all_.Take(node_id_, host_, received_.lease());
      v1::ProbeMessage message;
      message.mutable_lease_end()->set_lease_id(received_.lease().lease_id());
      message.mutable_lease_end()->set_outcome(v1::LeaseEnd::OUTCOME_COMPLETED);
      all_.GiveBack(host_);
      Send(std::move(message));
    }
    StartRead(&received_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
    if (ok && !waiting_.empty()) StartWrite(&waiting_.front());
  }

  void OnDone(const grpc::Status& status) override {
    all_.Broke(node_id_ + " lost its stream: " + status.error_message());
    const std::lock_guard lock(mutex_);
    done_ = true;
    ended_.notify_all();
  }

 private:
  void Send(v1::ProbeMessage message) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(message));
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  ObedientProbes& all_;
  const std::string node_id_;
  const std::string host_;
  grpc::ClientContext context_;
  v1::AggregatorMessage received_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable ended_;
  std::deque<v1::ProbeMessage> waiting_;
  bool done_ = false;
};

ObedientProbes::ObedientProbes(const std::string& address, int channels) {
  for (int i = 0; i < channels; ++i) {
    grpc::ChannelArguments arguments;
    // Channels to one address would share one connection otherwise.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stubs_.push_back(v1::ProbeService::NewStub(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments)));
  }
}

ObedientProbes::~ObedientProbes() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  streams_.clear();
}

void ObedientProbes::Connect(const v1::Hello& hello, const std::string& host) {
  streams_.push_back(
      std::make_unique<Stream>(*this, *stubs_[streams_.size() % stubs_.size()], hello, host));
}

ObedientProbes::Seen ObedientProbes::WaitUntil(const std::function<bool(const Seen&)>& is_so,
                                               std::chrono::seconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [&] { return is_so(seen_) || !seen_.broken.empty(); });
  return seen_;
}

void ObedientProbes::Welcomed() {
  const std::lock_guard lock(mutex_);
  ++seen_.welcomed;
  changed_.notify_all();
}

void ObedientProbes::Take(const std::string& node_id, const std::string& host,
                          const v1::Lease& lease) {
  const std::lock_guard lock(mutex_);
  const auto [holder, is_free] = holders_.try_emplace(host, node_id);
  if (!is_free) {
    seen_.broken.push_back(node_id + " got a lease of " + host + " while " + holder->second +
                           " had one");
  }
  if (!seen_.tokens.insert(lease.fencing_token()).second) {
    seen_.broken.push_back("a token was granted twice to " + node_id);
  }
  ++seen_.leases[node_id];
  changed_.notify_all();
}

void ObedientProbes::GiveBack(const std::string& host) {
  const std::lock_guard lock(mutex_);
  holders_.erase(host);
}

void ObedientProbes::Broke(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (!stopping_) seen_.broken.push_back(what);
  changed_.notify_all();
}

}  // namespace hypergauge::testing
