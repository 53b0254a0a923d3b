// Downloads over FTP.
#include "probes/benchmarks/network/download.h"
#include "probes/benchmarks/network/ftp_client.h"
#include "probes/benchmarks/network/ftp_server.h"

namespace hypergauge::probes {
namespace {

const DownloadProtocol kFtp{
    .scheme = "ftp", .fetch = &FetchFtp, .serve = &ServeFtp, .server = &Peer::ftp};

const Registrar kRegistrar(DescribeDownload(kFtp), [] { return MakeDownload(kFtp); });

}  // namespace
}  // namespace hypergauge::probes
