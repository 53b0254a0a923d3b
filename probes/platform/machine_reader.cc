#include "probes/platform/machine_reader.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "base/printable.h"
#include "probes/durable_file.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"
#include "probes/platform/smbios.h"
#include "probes/platform/vmware_backdoor.h"
#include "probes/platform/within_root.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytes = size_t{256} << 10U;
constexpr size_t kFolderEntries = 4096;
constexpr size_t kFieldBytes = 512;

// Files whose text is a signal.
constexpr std::array kTexts = {
    "/proc/cpuinfo",
    "/proc/version",
    "/proc/sys/kernel/arch",
    "/proc/sys/kernel/osrelease",
    "/proc/self/cgroup",
    "/proc/1/cgroup",
    "/proc/self/status",
    "/proc/1/status",
    "/proc/mounts",
    "/proc/1/mounts",
    "/proc/modules",
    "/proc/cmdline",
    "/proc/sysinfo",
    "/proc/ppc64/lparcfg",
    "/proc/xen/capabilities",
    "/sys/hypervisor/type",
    "/sys/hypervisor/guest_type",
    "/sys/hypervisor/uuid",
    "/sys/hypervisor/properties/features",
    "/sys/hypervisor/version/major",
    "/sys/hypervisor/version/minor",
    "/sys/hypervisor/version/extra",
    "/etc/os-release",
    "/run/.containerenv",
    "/run/host/container-manager",
    "/run/systemd/container",
};

// Files and folders of which it counts that they exist.
constexpr std::array kMarks = {
    "/.dockerenv",
    "/.dockerinit",
    "/dev/incus/sock",
    "/dev/lxd/sock",
    "/dev/mdesc",
    "/etc/pve",
    "/proc/bc",
    "/proc/device-tree/chosen/qemu,graphic-width",
    "/proc/device-tree/hmc-managed?",
    "/proc/device-tree/ibm,partition-name",
    "/proc/lve/list",
    "/proc/sys/fs/binfmt_misc/WSLInterop",
    "/proc/sys/fs/binfmt_misc/WSLInterop-late",
    "/proc/vz",
    "/proc/xen",
    "/run/WSL",
    "/sys/bus/xen",
    "/sys/bus/xen-backend",
    "/sys/class/dmi/id",
    "/sys/class/vlds/ctrl",
    "/sys/class/vlds/sp",
    "/sys/devices/jailhouse",
    "/sys/firmware/acpi",
    "/sys/fs/cgroup/cgroup.events",
    "/sys/fs/cgroup/cgroup.type",
    "/sys/fs/cgroup/systemd",
    "/sys/fs/cgroup/systemd/release_agent",
    "/sys/hypervisor",
    "/sys/kernel/cgroup/features",
    "/run/secrets/kubernetes.io/serviceaccount",
    "/var/run/secrets/kubernetes.io/serviceaccount",
};

constexpr std::array kLinks = {"/proc/self/ns/pid", "/proc/self/ns/cgroup"};

// World-readable, and none names a single machine but asset tags, of which only constants are used.
constexpr std::array kDmiFields = {
    "sys_vendor",   "product_name",   "product_version", "product_family",  "product_sku",
    "board_vendor", "board_name",     "board_version",   "bios_vendor",     "bios_version",
    "bios_date",    "chassis_vendor", "chassis_type",    "chassis_version", "chassis_asset_tag",
};

std::string Denied() {
  return geteuid() == 0 ? "permission denied, even to root" : "permission denied: root is needed";
}

class Reader {
 public:
  Reader(fs::path root, MachineFacts& facts) : root_(std::move(root)), facts_(facts) {}

  void ReadAll() {
    for (const char* path : kTexts) ReadText(path);
    for (const char* path : kMarks) ReadMark(path);
    for (const char* path : kLinks) ReadLink(path);
    ReadDmi();
    ReadSmbios();
    ReadDeviceTree();
    ReadAcpi();
    ReadPci();
    ReadMacs();
    ReadInitEnvironment();
  }

 private:
  // Empty where links lead in a circle.
  [[nodiscard]] fs::path At(const std::string& path) const { return WithinRoot(root_, path); }

  [[nodiscard]] static std::error_code CircleOr(const std::error_code& error, const fs::path& at) {
    return at.empty() ? make_error_code(std::errc::too_many_symbolic_link_levels) : error;
  }

  void NoteError(const std::string& path, const std::error_code& error) {
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
      facts_.absent.insert(path);
    } else {
      facts_.unread[path] = error == std::errc::permission_denied ? Denied() : error.message();
    }
  }

  // Only regular files: a FIFO would never end. Nothing where it cannot be read.
  std::optional<std::string> Content(const std::string& path, size_t max_bytes = kFileBytes) {
    std::error_code error;
    const auto at = At(path);
    const auto status = fs::status(at, error);
    error = CircleOr(error, at);
    if (error || !fs::exists(status)) {
      NoteError(path, error ? error : make_error_code(std::errc::no_such_file_or_directory));
      return std::nullopt;
    }
    if (!fs::is_regular_file(status)) {
      facts_.unread[path] = "not a regular file";
      return std::nullopt;
    }
    auto content = ReadHead(at, max_bytes);
    if (content) return std::move(*content);
    facts_.unread[path] = content.error().code == ErrorCode::kPermissionDenied
                              ? Denied()
                              : Printable(content.error().message, kFieldBytes);
    return std::nullopt;
  }

  void ReadText(const std::string& path) {
    if (auto content = Content(path)) facts_.files[path] = std::move(*content);
  }

  void ReadMark(const std::string& path) {
    std::error_code error;
    const auto at = At(path);
    const auto status = fs::status(at, error);
    error = CircleOr(error, at);
    if (fs::is_directory(status)) {
      facts_.dirs.insert(path);
    } else if (fs::exists(status)) {
      facts_.files[path] = "";
    } else {
      NoteError(path, error ? error : make_error_code(std::errc::no_such_file_or_directory));
    }
  }

  void ReadLink(const std::string& path) {
    std::error_code error;
    const fs::path link(path);
    const auto target = fs::read_symlink(At(link.parent_path()) / link.filename(), error);
    if (error) {
      NoteError(path, error);
    } else {
      facts_.links[path] = target.string();
    }
  }

  // Names in a folder, sorted; nothing where there is none.
  std::optional<std::vector<std::string>> Names(const std::string& path) {
    std::error_code error;
    const auto at = At(path);
    std::vector<std::string> names;
    for (auto entry = fs::directory_iterator(at, error);
         !error && entry != fs::directory_iterator() && names.size() < kFolderEntries;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    error = CircleOr(error, at);
    if (error) {
      NoteError(path, error);
      return std::nullopt;
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void ReadDmi() {
    for (const std::string field : kDmiFields) {
      if (auto content = Content("/sys/class/dmi/id/" + field, kFieldBytes)) {
        facts_.dmi[field] = Printable(*content, kFieldBytes);
      }
    }
    std::erase_if(facts_.absent,
                  [](const std::string& path) { return path.starts_with("/sys/class/dmi/id/"); });
  }

  void ReadSmbios() {
    for (const char* path : {"/sys/firmware/dmi/tables/DMI", "/sys/firmware/dmi/entries/0-0/raw"}) {
      const auto content = Content(path);
      if (!content) continue;
      facts_.smbios_vm_bit = SmbiosVmBit(*content);
      if (facts_.smbios_vm_bit) return;
      facts_.unread[path] = "holds no complete BIOS information";
    }
  }

  void ReadDeviceTree() {
    const std::string tree = "/proc/device-tree";
    const auto nodes = Names(tree);
    if (!nodes) return;
    ReadText(tree + "/compatible");
    ReadText(tree + "/model");
    for (const auto& node : *nodes) {
      const auto path = tree + "/" + node + "/compatible";
      if (fs::is_regular_file(At(path), ignored_)) ReadText(path);
    }
  }

  void ReadAcpi() {
    const std::string folder = "/sys/bus/acpi/devices";
    const auto devices = Names(folder);
    if (!devices) return;
    facts_.acpi_hids.emplace();
    for (const auto& device : *devices) {
      const auto path = folder + "/" + device + "/hid";
      if (!fs::is_regular_file(At(path), ignored_)) continue;
      if (auto hid = Content(path, kFieldBytes)) facts_.acpi_hids->emplace(Trimmed(*hid));
    }
    ReadOem();
  }

  // Bytes 10 to 15 of a table's header; ACPI 6.5, 5.2.6.
  void ReadOem() {
    const std::string path = "/sys/firmware/acpi/tables/FACP";
    const auto table = Content(path, kFieldBytes);
    if (!table) return;
    if (table->size() < 16) {
      facts_.unread[path] = "shorter than a header";
      return;
    }
    facts_.acpi_oem_id = std::string(Trimmed(std::string_view(*table).substr(10, 6)));
    // "Hypervisor Vendor Identity" of the FADT; ACPI 6.5, 5.2.9.
    constexpr size_t kVendorAt = 268;
    if (table->size() >= kVendorAt + 8) {
      facts_.acpi_hypervisor_vendor =
          std::string(Trimmed(std::string_view(*table).substr(kVendorAt, 8)));
    }
  }

  void ReadPci() {
    const std::string folder = "/sys/bus/pci/devices";
    const auto devices = Names(folder);
    if (!devices) return;
    facts_.pci.emplace();
    for (const auto& device : *devices) {
      const auto vendor = Content(folder + "/" + device + "/vendor", kFieldBytes).value_or("");
      const auto id = Content(folder + "/" + device + "/device", kFieldBytes).value_or("");
      const auto digits = [](std::string_view text) {
        text = Trimmed(text);
        return Lower(text.starts_with("0x") ? text.substr(2) : text);
      };
      if (!vendor.empty() && !id.empty()) facts_.pci->insert(digits(vendor) + ":" + digits(id));
    }
  }

  // Bridges, tunnels and containers' links have addresses that somebody made up: only what has a
  // device behind it counts, and only the maker's half.
  void ReadMacs() {
    const std::string folder = "/sys/class/net";
    const auto links = Names(folder);
    if (!links) return;
    facts_.mac_ouis.emplace();
    for (const auto& link : *links) {
      if (!fs::exists(At(folder + "/" + link + "/device"), ignored_)) continue;
      const auto address = Content(folder + "/" + link + "/address", kFieldBytes).value_or("");
      constexpr size_t kOuiChars = 8;
      if (address.size() > kOuiChars && address != "00:00:00:00:00:00\n") {
        facts_.mac_ouis->insert(Lower(address.substr(0, kOuiChars)));
      }
    }
  }

  void ReadInitEnvironment() {
    const std::string path = "/proc/1/environ";
    const auto content = Content(path);
    if (!content) return;
    facts_.init_environment.emplace();
    for (const auto variable : Split(*content, '\0')) {
      const auto sign = variable.find('=');
      if (sign == std::string_view::npos) continue;
      facts_.init_environment->emplace(variable.substr(0, sign), variable.substr(sign + 1));
    }
  }

  fs::path root_;
  MachineFacts& facts_;
  std::error_code ignored_;
};

std::map<std::string, std::string> OwnEnvironment() {
  std::map<std::string, std::string> own;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const auto sign = text.find('=');
    if (sign != std::string_view::npos) own.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  return own;
}

}  // namespace

MachineSource ThisMachine() {
  utsname names{};
  MachineSource source;
  if (uname(&names) == 0) source.arch = &names.machine[0];
  source.cpuid = MachineCpuid;
  source.vmware_backdoor = AskVmwareBackdoor;
  source.environment = OwnEnvironment();
  return source;
}

MachineFacts ReadMachineFacts(const std::filesystem::path& root, const MachineSource& source) {
  MachineFacts facts;
  facts.arch = source.arch;
  facts.own_environment = source.environment;
  if (source.cpuid) {
    ReadCpuidFacts(source.cpuid, facts);
  } else {
    facts.unread["cpuid"] = "not asked: it would answer for the machine that this program runs on";
  }
  Reader(root, facts).ReadAll();
  if (facts.arch.empty()) facts.arch = Trimmed(facts.Text("/proc/sys/kernel/arch"));
  if (!source.vmware_backdoor || !MayAskVmware(facts)) {
    facts.unread["vmware_backdoor_product"] = "not asked: it is no VMware, or not for certain";
  } else if (facts.vmware_backdoor_product = source.vmware_backdoor();
             !facts.vmware_backdoor_product) {
    facts.unread["vmware_backdoor_product"] = "nobody answered";
  }
  return facts;
}

}  // namespace hypergauge::probes
