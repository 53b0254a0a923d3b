#include "probes/benchmarks/network/download.h"

#include <algorithm>
#include <array>
#include <boost/version.hpp>

#include "probes/benchmarks/network/content_server.h"
#include "probes/benchmarks/network/forked_process.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
constexpr int64_t kSize = int64_t{16} << 20;
constexpr int64_t kPilotSize = 677'000'000;
constexpr uint64_t kMostSent = 4096;  // of requests and commands for a download
// A download in these times is useful; what is slower must not hold up all other benchmarks.
constexpr std::chrono::seconds kLimit{30};
constexpr std::chrono::minutes kPilotLimit{10};

bool IsSha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string BoostVersion() {
  return std::to_string(BOOST_VERSION / 100'000) + "." + std::to_string(BOOST_VERSION / 100 % 1000);
}

class Download final : public Benchmark {
 public:
  explicit Download(DownloadProtocol protocol) : protocol_(std::move(protocol)) {}

  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (!context.Option("url").empty()) return CheckOptions(context);
    if (context.peer.empty()) return {};
    const auto peer = ParsePeer(context.peer);
    if (!peer) return tl::unexpected(peer.error());
    if ((*peer).*protocol_.server) return {};
    return Fail(ErrorCode::kUnsupported,
                "an iperf3 server has no files: network_" + protocol_.scheme +
                    " needs hypergauge's responder or the options url and sha256");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    context.report.libraries["boost"] = BoostVersion();
    if (const auto url = context.Option("url"); !url.empty()) {
      url_ = *ParseUrl(url, protocol_.scheme);
      sha256_ = context.Option("sha256");
    } else {
      auto server = context.peer.empty() ? StartServer() : ServerOf(context.peer);
      if (!server) return tl::unexpected(server.error());
      url_.scheme = protocol_.scheme;
      url_.endpoint = std::move(*server);
      url_.path = "/" + std::to_string(context.size);
      auto sha256 = ContentSha256(static_cast<uint64_t>(context.size));
      if (!sha256) return tl::unexpected(std::move(sha256.error()));
      sha256_ = std::move(*sha256);
    }
    ReportPeer(context, url_.endpoint);
    if (!context.Option("url").empty()) {
      context.report.peer = ToString(url_.endpoint);
      context.report.shares_cpus = false;
    }
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    auto spent = std::chrono::nanoseconds::zero();  // the digests' time left out
    uint64_t bytes = 0;
    int downloads = 0;
    for (; spent < context.sample_time || downloads == 0; ++downloads) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      if (context.SendLeft() < kMostSent) {
        return Fail(ErrorCode::kCeilingReached,
                    "a further request does not fit into the bytes that may still be sent");
      }
      sink_.Clear();
      const auto start = context.clock->MonotonicRaw();
      auto fetched = protocol_.fetch(context, url_, start + Limit(context), sink_);
      if (!fetched) return tl::unexpected(std::move(fetched.error()));
      spent += context.clock->MonotonicRaw() - start;
      if (auto checked = CheckContent(); !checked) return tl::unexpected(checked.error());
      bytes += sink_.size();
    }
    context.report.answer = "SHA-256 of " + std::to_string(sink_.size()) + " bytes = " + sha256_;
    const double seconds = ToSeconds(spent);
    return std::vector<double>{seconds / downloads, static_cast<double>(bytes) / seconds};
  }

 private:
  static std::chrono::nanoseconds Limit(const Context& context) {
    if (context.suite == Suite::kPilot) return kPilotLimit;
    return kLimit;
  }

  [[nodiscard]] Result<void> CheckOptions(const Context& context) const {
    auto url = ParseUrl(context.Option("url"), protocol_.scheme);
    if (!url) return tl::unexpected(std::move(url.error()));
    if (IsSha256(context.Option("sha256"))) return {};
    return Fail(ErrorCode::kInvalidArgument,
                "the option url needs the option sha256, 64 lower-case digits of its content's "
                "SHA-256, and not \"" +
                    context.Option("sha256") + "\"");
  }

  Result<void> CheckContent() {
    const auto sha256 = sink_.Sha256();
    if (!sha256) return tl::unexpected(sha256.error());
    if (*sha256 == sha256_) return {};
    return Fail(ErrorCode::kWrongAnswer, ToString(url_) + ": SHA-256 of its " +
                                             std::to_string(sink_.size()) + " bytes is " + *sha256 +
                                             " and not " + sha256_);
  }

  [[nodiscard]] Result<Endpoint> ServerOf(const std::string& peer) const {
    return *((*ParsePeer(peer)).*protocol_.server);  // Available has looked
  }

  Result<Endpoint> StartServer() {
    auto listener = ListenAt({.host = kLoopback, .port = 0});
    if (!listener) return tl::unexpected(listener.error());
    const auto port = LocalPort(*listener);
    if (!port) return tl::unexpected(port.error());
    const std::array<ContentService, 1> services{{{std::move(*listener), protocol_.serve}}};
    auto child = ForkedProcess::Start([&] { ServeContent(services); });
    if (!child) return tl::unexpected(child.error());
    process_ = std::move(*child);
    return Endpoint{.host = kLoopback, .port = *port};
  }

  DownloadProtocol protocol_;
  ForkedProcess process_;
  Url url_;
  std::string sha256_;
  ContentSink sink_;
};

}  // namespace

std::unique_ptr<Benchmark> MakeDownload(const DownloadProtocol& protocol) {
  return std::make_unique<Download>(protocol);
}

Descriptor DescribeDownload(const DownloadProtocol& protocol) {
  const std::string name = "network_" + protocol.scheme;
  std::string upper = protocol.scheme;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  const Work work{
      .size = kSize, .work_unit = "download of 16 MiB over " + upper, .bytes_sent = 4 * kMostSent};
  Work pilot = work;
  pilot.size = kPilotSize;
  pilot.work_unit = "download of 677 MB over " + upper;
  return {
      .name = name,
      .version = 1,
      .category = "network",
      .help = "Downloads over " + upper + ", each over a connection of its own",
      .quantities = {{.family = name + "_seconds",
                      .unit = "seconds",
                      .direction = Direction::kLowerIsBetter,
                      .help = "Time of a download over " + upper + " from connecting to its end"},
                     {.family = name + "_bytes_per_second",
                      .unit = "bytes_per_second",
                      .direction = Direction::kHigherIsBetter,
                      .help = "Content downloaded over " + upper + " in a second"}},
      .work = {{Suite::kLight, work}, {Suite::kStandard, work}, {Suite::kPilot, pilot}},
      .resources = {"nic"},
      .options = {{"url",
                   protocol.scheme + "://HOST[:PORT]/PATH to download instead of the peer's"},
                  {"sha256", "SHA-256 of the url's content, which is compared each time"}},
  };
}

}  // namespace hypergauge::probes
