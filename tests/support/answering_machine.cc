#include "tests/support/answering_machine.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "build_paths.h"
#include "tests/support/guest.h"
#include "tests/support/process.h"

namespace hypergauge::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLimit(60);

// An answer is an array with an object for each machine asked about, here one.
nlohmann::json FirstObject(const std::string& text) {
  auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_array() || parsed.size() != 1) return nullptr;
  return parsed.front();
}

nlohmann::json AnswerOf(const std::string& user, const std::string& console) {
  const std::string begins = "answer of " + user + " begins";
  const std::string ends = "answer of " + user + " ends with status 0";
  const auto from = console.find(begins);
  const auto to = console.find(ends);
  if (from == std::string::npos || to == std::string::npos) return nullptr;
  const auto start = from + begins.size();
  auto answer = console.substr(start, to - start);
  // Some consoles fold long lines, and JSON has no line breaks in its strings.
  answer.erase(std::remove(answer.begin(), answer.end(), '\n'), answer.end());
  return FirstObject(answer);
}

Answers Ask(const std::vector<std::string>& command) {
  auto output = RunProcess(command, kLimit).output;
  return {AnswerOf("root", output), AnswerOf("nobody", output), std::move(output)};
}

// Of which there may be one on a machine at a time: tests of several checkouts run side by side.
std::string UniqueName() {
  return "hypergauge-answer-" + std::to_string(getpid());
}

void MakeFiles(const fs::path& root) {
  // What nspawn and lxc-execute insist on, and what is mounted in a machine.
  for (const char* folder : {"bin", "dev", "etc", "proc", "root", "run", "sys", "usr", "var"}) {
    fs::create_directories(root / folder);
  }
  fs::create_directories(root / "tmp");
  fs::permissions(root / "tmp", fs::perms::all | fs::perms::sticky_bit);
  fs::copy_file("/bin/busybox", root / "bin/busybox");
  for (const char* applet : {"cat", "fold", "mount", "poweroff", "reboot", "sh", "su", "unshare"}) {
    fs::create_symlink("busybox", root / "bin" / applet);
  }
  fs::copy_file(Guest::StaticPrograms() + "/hypergauge-probe", root / "bin/hypergauge-probe");
  fs::copy_file(std::string(HYPERGAUGE_SOURCE_DIR) + "/scripts/guest-answer.sh", root / "init");
  std::ofstream(root / "etc/passwd") << "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";
  std::ofstream(root / "etc/group") << "root:x:0:\nnogroup:x:65534:\n";
}

std::vector<std::string> operator+(std::vector<std::string> words,
                                   const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const std::string kXen = std::string(HYPERGAUGE_SOURCE_DIR) + "/build/guest/xen/xen";

const std::vector<std::string> kQemu = {"qemu-system-x86_64",
                                        "-nodefaults",
                                        "-no-user-config",
                                        "-display",
                                        "none",
                                        "-no-reboot",
                                        "-accel",
                                        "tcg",
                                        "-smp",
                                        "1",
                                        "-serial",
                                        "stdio"};

}  // namespace

std::string AnsweringMachine::Missing() {
  if (!fs::exists(kXen)) return "run scripts/guest.sh xen build/guest/xen first";
  return Guest::Missing();
}

AnsweringMachine::AnsweringMachine() : initramfs_(folder_.path() / "initramfs") {
  const auto root = folder_.path() / "root";
  MakeFiles(root);
  // Not compressed: unpacking is emulated, and slower than reading.
  const auto packed =
      RunProcess({"/bin/sh", "-ec", "cd \"$0\"; find . | cpio --quiet -o -H newc -R 0:0 >\"$1\"",
                  root.string(), initramfs_});
  if (packed.exit_code != 0) throw std::runtime_error("cannot pack a guest: " + packed.output);
}

std::string AnsweringMachine::Root(const std::string& name) const {
  const auto root = folder_.path() / name;
  fs::copy(folder_.path() / "root", root,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  return root.string();
}

Answers AnsweringMachine::InQemu(const std::vector<std::string>& flags,
                                 const std::string& kernel_parameters) const {
  return Ask(kQemu +
             std::vector<std::string>{"-m", "160", "-kernel", Guest::Kernel(), "-initrd",
                                      initramfs_, "-append",
                                      "console=ttyS0 quiet panic=-1 " + kernel_parameters} +
             flags);
}

Answers AnsweringMachine::InXen(const std::string& cpu) const {
  // Debian's cloud kernel has no driver for the console of a Dom0, but its first messages get
  // there.
  const std::string kernel = Guest::Kernel() +
                             " earlyprintk=xen keep_bootcon printk.devkmsg=on printk.time=0 quiet "
                             "panic=-1 hypergauge_answer_by=kmsg";
  return Ask(kQemu + std::vector<std::string>{"-m", "512", "-cpu", cpu, "-kernel", kXen, "-append",
                                              "console=com1 com1=115200,8n1 "
                                              "dom0_mem=256M loglvl=none",
                                              "-initrd", kernel + "," + initramfs_});
}

Answers AnsweringMachine::InUserModeLinux(const std::string& kernel_parameters) const {
  return Ask({"env", "TMPDIR=" + folder_.path().string(), "linux.uml", "mem=160M",
              "initrd=" + initramfs_, "uml_dir=" + folder_.path().string(), "con=null",
              "con0=null,fd:1", "quiet", "panic=-1", kernel_parameters});
}

Answers AnsweringMachine::InNspawn() const {
  return Ask(std::vector<std::string>{"systemd-nspawn", "--quiet", "--register=no", "--keep-unit",
                                      "--machine=" + UniqueName(), "--directory=" + Root("nspawn"),
                                      "--pipe", "--resolv-conf=off", "--timezone=off",
                                      "--link-journal=no"} +
             std::vector<std::string>{"/bin/sh", "/init", "container"});
}

Answers AnsweringMachine::InLxc() const {
  const auto configuration = folder_.Write("lxc.conf", "lxc.rootfs.path = dir:" + Root("lxc") +
                                                           "\n"
                                                           "lxc.console.path = none\n"
                                                           "lxc.mount.auto = proc:mixed sys:ro\n");
  const auto state = folder_.path() / "lxc-state";
  fs::create_directories(state);
  return Ask(std::vector<std::string>{"lxc-execute", "-P", state.string(), "-n", UniqueName(), "-f",
                                      configuration.string(), "--"} +
             std::vector<std::string>{"/bin/sh", "/init", "container"});
}

Answers AnsweringMachine::InNamespaces() const {
  return Ask(std::vector<std::string>{"unshare", "--fork", "--kill-child", "--pid", "--cgroup",
                                      "--mount", "--mount-proc=/proc",
                                      "--root=" + Root("unshare")} +
             std::vector<std::string>{"/bin/sh", "/init", "namespaces"});
}

Answers AnsweringMachine::Here() {
  auto output =
      RunProcess({Guest::StaticPrograms() + "/hypergauge-probe", "detect", "--format", "json"})
          .output;
  return {FirstObject(output), nullptr, std::move(output)};
}

}  // namespace hypergauge::testing
