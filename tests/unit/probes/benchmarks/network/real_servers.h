#pragma once

#include <memory>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/network/fake_server.h"

/// Debian's own servers on a free port of 127.0.0.1, in the foreground, with one folder of files.
/// They need root, as the packages' own services do.
namespace hypergauge::probes {

class RealServer {
 public:
  RealServer(const RealServer&) = delete;
  RealServer& operator=(const RealServer&) = delete;
  virtual ~RealServer() = default;

  /// Whether it answers; its output says why not.
  [[nodiscard]] bool IsReady();
  [[nodiscard]] const std::string& output() const { return process_->output(); }
  [[nodiscard]] std::string Url(const std::string& name) const;

 protected:
  RealServer(std::string scheme, const std::string& content);
  void Start(const std::vector<std::string>& argv);

  testing::TempDir folder_;
  UnusedPort port_;

 private:
  std::string scheme_;
  std::unique_ptr<testing::Process> process_;
};

/// Both give out `content` as /content.
class Nginx final : public RealServer {
 public:
  explicit Nginx(const std::string& content);
};

class Vsftpd final : public RealServer {
 public:
  explicit Vsftpd(const std::string& content);
};

/// Some bytes that no compression makes much smaller, and their SHA-256 by the system's sha256sum.
struct KnownContent {
  std::string bytes;
  std::string sha256;
};
[[nodiscard]] KnownContent MakeKnownContent(size_t size);

}  // namespace hypergauge::probes
