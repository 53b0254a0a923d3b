#include "probes/platform/placement/guest_finder.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "probes/durable_file.h"
#include "probes/platform/placement/domain_xml.h"
#include "probes/platform/placement/forwarding_table.h"
#include "probes/platform/placement/guest_config.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCommandBytes = size_t{256} << 10U;
constexpr size_t kFileBytes = size_t{1} << 20U;
constexpr size_t kMostFiles = 4096;  // of a folder
constexpr int kYoungLooks = 6;
constexpr int kRoundsBetweenFullLooks = 12;

// The number that a whole text is; 0 where it is none.
int NumberOf(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// Files of a folder by their extension; a folder that is not there has none.
std::vector<fs::path> FilesOf(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  std::error_code gone;
  for (fs::directory_iterator file(folder, gone), end; !gone && file != end; file.increment(gone)) {
    if (file->path().extension() == extension) files.push_back(file->path());
    if (files.size() == kMostFiles) break;
  }
  return files;
}

void AddUnlessEmpty(GuestIdentity guest, std::vector<GuestIdentity>& guests) {
  if (!guest.empty()) guests.push_back(std::move(guest));
}

// "[lxc monitor] /var/lib/lxc web" is the title that LXC gives the process which waits for a
// container.
fs::path MonitoredContainer(std::string_view cmdline, const fs::path& root) {
  constexpr std::string_view kTitle = "[lxc monitor] ";
  if (!cmdline.starts_with(kTitle)) return {};
  cmdline = cmdline.substr(kTitle.size(), cmdline.find('\0') - kTitle.size());
  const auto space = cmdline.rfind(' ');
  if (space == std::string_view::npos || !cmdline.starts_with('/')) return {};
  const auto name = cmdline.substr(space + 1);
  if (name.empty() || name.find('/') != std::string_view::npos || name == "..") return {};
  return root / cmdline.substr(1, space - 1) / name;
}

// The user of a process by its folder of /proc; the one whom nobody trusts where it is gone.
uid_t UserOf(const fs::path& folder) {
  constexpr uid_t kNobody = 65534;
  struct stat process {};
  return stat(folder.c_str(), &process) == 0 ? process.st_uid : kNobody;
}

}  // namespace

std::vector<GuestIdentity> GuestFinder::Find() {
  LookAtProcesses();
  std::vector<GuestIdentity> guests;
  for (const auto& [pid, process] : processes_) {
    if (process.command) AddUnlessEmpty(process.command->guest, guests);
  }
  AddProxmox(guests);
  AddContainers(guests);
  for (const char* driver : {"qemu", "lxc", "libxl"}) AddLibvirt(driver, guests);
  auto bridged = ReadBridgedGuests(root_);
  guests.insert(guests.end(), std::make_move_iterator(bridged.begin()),
                std::make_move_iterator(bridged.end()));
  return guests;
}

void GuestFinder::LookAtProcesses() {
  const bool full = round_++ % kRoundsBetweenFullLooks == 0;
  for (auto& [pid, process] : processes_) process.seen = false;
  std::error_code gone;
  for (fs::directory_iterator entry(root_ / "proc", gone), end; !gone && entry != end;
       entry.increment(gone)) {
    const int pid = NumberOf(entry->path().filename().native());
    if (pid <= 0) continue;
    auto& process = processes_[pid];
    process.seen = true;
    const bool is_known = process.looks >= kYoungLooks && !process.command;
    if (!is_known || full) Look(entry->path(), process);
  }
  std::erase_if(processes_, [](const auto& each) { return !each.second.seen; });
}

void GuestFinder::Look(const fs::path& folder, Process& process) const {
  ++process.looks;
  const auto cmdline = ReadHead(folder / "cmdline", kCommandBytes).value_or("");
  process.container = MonitoredContainer(cmdline, root_);
  process.command = ParseVmmCommand(cmdline);
  if (!process.command || process.command->config_file.empty()) return;
  // As the process sees it: Firecracker's jailer gives it a root folder of its own.
  const fs::path file = process.command->config_file;
  const auto seen =
      file.is_absolute() ? folder / "root" / file.relative_path() : folder / "cwd" / file;
  process.command->guest =
      ParseFirecrackerConfig(ReadForeignHead(seen, kFileBytes, UserOf(folder)).value_or(""));
}

fs::path GuestFinder::RunFolder() const {
  std::error_code ignored;
  return fs::exists(root_ / "run", ignored) ? root_ / "run" : root_ / "var/run";
}

// etc/pve holds only what belongs to this machine of a cluster.
void GuestFinder::AddProxmox(std::vector<GuestIdentity>& guests) const {
  for (const auto& file : FilesOf(RunFolder() / "qemu-server", ".pid")) {
    if (!Lives(NumberOf(ReadHead(file, kFileBytes).value_or("")))) continue;
    const auto config = root_ / "etc/pve/qemu-server" / file.stem().concat(".conf");
    AddUnlessEmpty(ParseProxmoxConfig(ReadHead(config, kFileBytes).value_or("")), guests);
  }
}

void GuestFinder::AddContainers(std::vector<GuestIdentity>& guests) const {
  for (const auto& [pid, process] : processes_) {
    if (process.container.empty()) continue;
    const auto user = UserOf(root_ / "proc" / std::to_string(pid));
    const auto own = ReadForeignHead(process.container / "config", kFileBytes, user);
    AddUnlessEmpty(ParseLxcConfig(own.value_or("")), guests);
    const auto config = root_ / "etc/pve/lxc" / process.container.filename().concat(".conf");
    AddUnlessEmpty(ParseProxmoxConfig(ReadHead(config, kFileBytes).value_or("")), guests);
  }
}

void GuestFinder::AddLibvirt(const std::string& driver, std::vector<GuestIdentity>& guests) const {
  const auto running = RunFolder() / "libvirt" / driver;
  for (const auto& file : FilesOf(running, ".xml")) AddDomain(file, guests);
  for (const auto& file : FilesOf(running, ".pid")) {
    if (!Lives(NumberOf(ReadHead(file, kFileBytes).value_or("")))) continue;
    const auto definition = root_ / "etc/libvirt" / driver / file.stem().concat(".xml");
    auto domain = ParseDomainXml(ReadHead(definition, kFileBytes).value_or(""));
    if (!domain) continue;
    domain->guest.evidence = Evidence::kHint;
    AddUnlessEmpty(std::move(domain->guest), guests);
  }
}

void GuestFinder::AddDomain(const fs::path& file, std::vector<GuestIdentity>& guests) const {
  const auto text = ReadHead(file, kFileBytes);
  auto domain = text ? ParseDomainXml(*text) : tl::unexpected(text.error());
  if (!domain) {
    spdlog::debug("libvirt's {} is left out: {}", file.string(), domain.error().message);
    return;
  }
  const bool ended = domain->state.empty() || domain->state == "shutoff" ||
                     domain->state == "crashed" || domain->state == "nostate";
  if (ended || (domain->pid > 0 && !Lives(domain->pid))) return;
  const auto process = processes_.find(domain->pid);
  const bool came = process != processes_.end() && process->second.command &&
                    process->second.command->guest.evidence == Evidence::kIncoming;
  // Libvirt says "running" only when the guest has arrived.
  if (came && domain->state != "running") domain->guest.evidence = Evidence::kIncoming;
  AddUnlessEmpty(std::move(domain->guest), guests);
}

}  // namespace hypergauge::probes
