#include "tests/unit/probes/benchmarks/run_benchmark.h"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>

#include "build_paths.h"
#include "tests/support/process.h"

namespace hypergauge::probes {

using testing::RunProcess;

Context QuickContext(int64_t size, const std::filesystem::path& work_dir) {
  Context context;
  context.size = size;
  context.work_dir = work_dir;
  context.sample_time = std::chrono::milliseconds(10);
  return context;
}

Outcome RunQuickly(const std::string& name, Context& context) {
  const Plan plan{.warmups = 0, .min_samples = 1, .max_samples = 1};
  return RunBenchmark(Registry().at(name), context, plan);
}

Result<std::vector<double>> SampleOnce(const std::string& name, Context& context) {
  const auto benchmark = Registry().at(name).make();
  if (auto prepared = benchmark->Prepare(context); !prepared) {
    return tl::unexpected(prepared.error());
  }
  return benchmark->Sample(context);
}

DiskFolder::DiskFolder() {
  std::string name = std::string(HYPERGAUGE_BIN_DIR) + "/disk-test-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

DiskFolder::~DiskFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SmallDisk::SmallDisk(int mebibytes) : mount_point_(folder_.path() / "mounted") {
  const std::string image = folder_.path() / "image";
  std::filesystem::create_directory(mount_point_);
  std::ofstream(image).close();
  std::filesystem::resize_file(image, static_cast<uintmax_t>(mebibytes) << 20);
  is_mounted_ = RunProcess({"/sbin/mkfs.ext4", "-q", "-m", "0", image}).exit_code == 0 &&
                RunProcess({"mount", "-o", "loop", image, mount_point_}).exit_code == 0;
}

SmallDisk::~SmallDisk() {
  if (is_mounted_) (void)RunProcess({"umount", mount_point_});
}

bool SmallDisk::MakeReadOnly() const {
  return RunProcess({"mount", "-o", "remount,ro", mount_point_}).exit_code == 0;
}

}  // namespace hypergauge::probes
