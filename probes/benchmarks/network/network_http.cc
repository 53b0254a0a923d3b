// Downloads over HTTP.
#include "probes/benchmarks/network/download.h"
#include "probes/benchmarks/network/http_client.h"
#include "probes/benchmarks/network/http_server.h"

namespace hypergauge::probes {
namespace {

const DownloadProtocol kHttp{
    .scheme = "http", .fetch = &FetchHttp, .serve = &ServeHttp, .server = &Peer::http};

const Registrar kRegistrar(DescribeDownload(kHttp), [] { return MakeDownload(kHttp); });

}  // namespace
}  // namespace hypergauge::probes
