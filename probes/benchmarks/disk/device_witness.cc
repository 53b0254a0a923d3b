#include "probes/benchmarks/disk/device_witness.h"

namespace hypergauge::probes {

DeviceWitness DeviceWitness::Of(const std::filesystem::path& folder) {
  auto device = FindBlockDevice(folder);
  return device ? DeviceWitness(std::move(*device)) : DeviceWitness();
}

void DeviceWitness::Begin() {
  before_.reset();
  if (!device_) return;
  if (const auto traffic = ReadTraffic(*device_)) before_ = *traffic;
}

bool DeviceWitness::Confirms(uint64_t bytes_read, uint64_t bytes_written) const {
  if (!before_) return false;
  const auto after = ReadTraffic(*device_);
  return after && after->bytes_read - before_->bytes_read >= bytes_read &&
         after->bytes_written - before_->bytes_written >= bytes_written;
}

std::string DeviceWitness::Judge(Context& context, uint64_t bytes_read,
                                 uint64_t bytes_written) const {
  if (Confirms(bytes_read, bytes_written)) return "seen on " + device_->name;
  context.report.cached = true;
  return device_ ? device_->name + " did not see it all" : "on no block device that is known";
}

}  // namespace hypergauge::probes
