#include "probes/agent/surroundings.h"

#include <utility>

#include "probes/environment_digest.h"
#include "probes/platform/environment.h"

namespace hypergauge::probes {

Surroundings::Surroundings(std::filesystem::path root, std::filesystem::path work_dir,
                           v1::Platform platform, std::chrono::nanoseconds max_age,
                           const Clock& clock)
    : root_(std::move(root)),
      work_dir_(std::move(work_dir)),
      platform_(std::move(platform)),
      max_age_(max_age),
      clock_(clock) {}

v1::Environment Surroundings::Read() {
  auto environment = ReadEnvironment(root_, work_dir_, platform_);
  environment.set_digest(EnvironmentDigest(environment, platform_));
  const std::lock_guard lock(mutex_);
  digest_ = environment.digest();
  read_at_ = clock_.MonotonicRaw();
  return environment;
}

std::string Surroundings::Digest() {
  {
    const std::lock_guard lock(mutex_);
    if (!digest_.empty() && clock_.MonotonicRaw() - read_at_ <= max_age_) return digest_;
  }
  return Read().digest();
}

}  // namespace hypergauge::probes
