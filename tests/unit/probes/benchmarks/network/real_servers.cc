#include "tests/unit/probes/benchmarks/network/real_servers.h"

#include <filesystem>
#include <random>

namespace hypergauge::probes {

RealServer::RealServer(std::string scheme, const std::string& content)
    : scheme_(std::move(scheme)) {
  // The servers' own users must be able to read it.
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  const auto file = folder_.Write("files/content", content);
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  std::filesystem::permissions(file.parent_path(), std::filesystem::perms(0755));
  std::filesystem::create_directory(folder_.path() / "empty");
}

void RealServer::Start(const std::vector<std::string>& argv) {
  process_ = std::make_unique<testing::Process>(argv);
}

bool RealServer::IsReady() {
  const bool answers = testing::Eventually(std::chrono::seconds(20), [&] {
    return ConnectTo(port_.endpoint(), std::chrono::seconds(1)).has_value();
  });
  if (!answers) (void)process_->Wait(std::chrono::seconds(0));  // reads its output
  return answers;
}

std::string RealServer::Url(const std::string& name) const {
  return scheme_ + "://" + ToString(port_.endpoint()) + "/" + name;
}

Nginx::Nginx(const std::string& content) : RealServer("http", content) {
  const std::string root = folder_.path().string();
  std::string temp_paths;
  for (const char* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    temp_paths += std::string(each) + "_temp_path " + root + "/empty/" + each + ";\n";
  }
  const auto file = folder_.Write("nginx.conf", "daemon off; master_process off; pid " + root +
                                                    "/pid; error_log stderr;\n"
                                                    "events {}\nhttp {\n access_log off;\n" +
                                                    temp_paths + " server { listen " +
                                                    ToString(port_.endpoint()) + "; root " + root +
                                                    "/files; }\n}\n");
  Start({"/usr/sbin/nginx", "-c", file.string(), "-p", root});
}

Vsftpd::Vsftpd(const std::string& content) : RealServer("ftp", content) {
  const std::string root = folder_.path().string();
  const auto file = folder_.Write(
      "vsftpd.conf", "listen=YES\nbackground=NO\nlisten_address=" + port_.endpoint().host +
                         "\nlisten_port=" + std::to_string(port_.endpoint().port) +
                         "\nanonymous_enable=YES\nlocal_enable=NO\nanon_root=" + root +
                         "/files\nsecure_chroot_dir=" + root +
                         "/empty\nxferlog_enable=NO\npam_service_name=vsftpd\n"
                         // Containers may forbid both, and loopback needs neither.
                         "seccomp_sandbox=NO\nisolate_network=NO\n");
  Start({"/usr/sbin/vsftpd", file.string()});
}

KnownContent MakeKnownContent(size_t size) {
  std::mt19937 numbers(7);
  std::string bytes;
  bytes.reserve(size);
  while (bytes.size() < size) bytes.push_back(static_cast<char>(numbers()));
  const testing::TempDir folder;
  const auto file = folder.Write("content", bytes);
  const auto sum = testing::RunProcess({"sha256sum", "--binary", file.string()});
  return {.bytes = std::move(bytes), .sha256 = sum.output.substr(0, 64)};
}

}  // namespace hypergauge::probes
