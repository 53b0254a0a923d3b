// The rows of DMI: who names a machine how. A product is added by one row here.
#include "probes/platform/dmi_contradictions.h"
#include "probes/platform/dmi_rows.h"

namespace hypergauge::probes {
namespace {

using How = DmiPattern::How;
using Patterns = std::vector<DmiPattern>;

constexpr How kIs = DmiPattern::kIs;
constexpr How kBegins = DmiPattern::kBegins;
constexpr How kHas = DmiPattern::kHas;

constexpr const char* kSystemd = "systemd, src/basic/virt.c, dmi_vendor_table";
constexpr const char* kCloudInit = "cloud-init, tools/ds-identify";
constexpr const char* kVirtWhat = "virt-what";
constexpr const char* kOhai = "ohai, lib/ohai/common/dmi.rb";

constexpr unsigned kKvmFamily = kAlone | kUnderKvm | kUnderHyperv | kUnderQemu;
// A name that clouds give their bare metal too: it makes no virtual machine by itself.
constexpr unsigned kNameOnly = kUnderKvm | kUnderHyperv | kUnderXen | kUnderVmware | kUnderQemu;

const std::vector<std::string> kVendors = {"sys_vendor", "chassis_vendor", "board_vendor",
                                           "bios_vendor"};
const std::vector<std::string> kNames = {"product_name", "sys_vendor"};

Patterns Vendor(How how, const char* text) {
  return {{{"sys_vendor"}, how, text}};
}
Patterns Product(How how, const char* text) {
  return {{{"product_name"}, how, text}};
}
Patterns AssetTag(How how, const char* text) {
  return {{{"chassis_asset_tag"}, how, text}};
}
Patterns VirtualMachine(std::vector<DmiPattern> more = {}) {
  Patterns patterns = {{{"sys_vendor"}, kBegins, "Microsoft"},
                       {{"product_name"}, kIs, "Virtual Machine"}};
  patterns.insert(patterns.end(), more.begin(), more.end());
  return patterns;
}

void Append(std::vector<DmiRow>& rows, std::vector<DmiRow> more) {
  rows.insert(rows.end(), more.begin(), more.end());
}

std::vector<DmiRow> DesktopRows() {
  constexpr unsigned kVirtualbox = kAlone | kUnderKvm | kUnderHyperv | kUnderVirtualbox;
  constexpr unsigned kParallels = kAlone | kUnderKvm | kUnderHyperv;
  constexpr const char* kVbox = "VirtualBox, src/VBox/Devices/PC/DevFwCommon.cpp";
  return {
      {"dmi-virtualbox-name",
       {{{"product_name", "bios_version"}, kIs, "VirtualBox"}},
       "virtualbox",
       "virtualbox",
       kVirtualbox,
       kSystemd,
       "",
       IsNoVirtualbox},
      {"dmi-virtualbox-vendor",
       {{{"sys_vendor", "bios_vendor"}, kBegins, "innotek"}},
       "virtualbox",
       "virtualbox",
       kVirtualbox,
       kSystemd,
       "",
       IsNoVirtualbox},
      // The board keeps its name where the user copied the host's tables into the guest.
      {"dmi-virtualbox-board",
       {{{"board_name"}, kIs, "VirtualBox"}},
       "virtualbox",
       "virtualbox",
       kVirtualbox & ~kAlone,
       kVbox},
      {"dmi-parallels-server",
       {{kVendors, kBegins, "Parallels"}, {{"product_name"}, kHas, "Server"}},
       "parallels",
       "parallels-server",
       kParallels,
       kSystemd},
      {"dmi-parallels",
       {{{"sys_vendor", "bios_vendor", "product_name", "board_vendor"}, kBegins, "Parallels"}},
       "parallels",
       "parallels-desktop",
       kParallels,
       kSystemd},
      {"dmi-bhyve",
       {{{"product_name", "bios_vendor"}, kIs, "BHYVE"}},
       "bhyve",
       "bhyve",
       kAlone,
       kSystemd},
      {"dmi-apple", Product(kBegins, "Apple Virtualization"), "apple-vz", "apple-virtualization",
       kAlone, kSystemd},
      {"dmi-vmware",
       {{kNames, kBegins, "VMware"}},
       "vmware",
       "vmware",
       kAlone,
       kSystemd,
       "",
       IsNoVmware},
      {"dmi-vmware-bios",
       {{{"bios_version"}, kBegins, "VMW"}},
       "vmware",
       "vmware",
       kAlone,
       kSystemd,
       "",
       IsNoVmware},
  };
}

std::vector<DmiRow> MicrosoftRows() {
  constexpr const char* kTag = "cloud-init, DataSourceAzure.py: one constant for all machines";
  constexpr unsigned kBoth = kAlone | kUnderHyperv;
  const std::vector<std::string> versions = {"product_version", "bios_version"};
  const DmiPattern uefi = {versions, kHas, "UEFI"};
  const DmiPattern version = {versions, kBegins, "Hyper-V UEFI"};
  const DmiPattern azure = {{"chassis_asset_tag"}, kIs, kAzureTag};
  return {
      {"dmi-azure-gen2", VirtualMachine({azure, uefi}), "hyperv", "azure", kBoth, kTag, "gen2",
       IsNoHyperv},
      {"dmi-azure-gen1", VirtualMachine({azure}), "hyperv", "azure", kBoth, kTag, "gen1",
       IsNoHyperv},
      {"dmi-azure-version", {azure, version}, "hyperv", "azure", kBoth, kTag, "gen2", IsNoHyperv},
      {"dmi-azure", {azure}, "hyperv", "azure", kBoth, kTag, "", IsNoHyperv},
      {"dmi-hyperv-gen2", VirtualMachine({uefi}), "hyperv", "hyperv", kBoth,
       "Linux boot logs, \"Hyper-V UEFI Release\"", "gen2", IsNoHyperv},
      {"dmi-hyperv-version",
       {version},
       "hyperv",
       "hyperv",
       kBoth,
       "Linux boot logs, \"Hyper-V UEFI Release\"",
       "gen2",
       IsNoHyperv},
      {"dmi-virtualpc-2007", VirtualMachine({{{"product_version"}, kIs, "VS2005R2"}}), "virtualpc",
       "virtualpc-2007", kAlone, kOhai},
      {"dmi-virtualpc", VirtualMachine({{{"product_version"}, kIs, "6.0"}}), "virtualpc",
       "virtualpc", kAlone, kOhai},
      {"dmi-virtual-server", VirtualMachine({{{"product_version"}, kIs, "5.0"}}), "virtualpc",
       "virtual-server", kAlone, kOhai},
      {"dmi-hyperv-gen1-bios", VirtualMachine({{{"bios_vendor"}, kBegins, "American Megatrends"}}),
       "hyperv", "hyperv", kUnderHyperv, "Hyper-V's generation 1 has AMI's BIOS", "gen1"},
      {"dmi-hyperv-gen1", VirtualMachine({{{"product_version"}, kBegins, ""}}), "hyperv", "hyperv",
       kUnderHyperv, kOhai, "gen1"},
      {"dmi-hyperv-7", VirtualMachine({{{"product_version"}, kIs, "7.0"}}), "hyperv", "hyperv",
       kAlone, kOhai, "gen1", IsNoHyperv},
      {"dmi-virtualpc-other", VirtualMachine(), "virtualpc", "virtualpc", kAlone, kOhai, "",
       IsNoVirtualPc},
      {"dmi-hyperv", VirtualMachine(), "hyperv", "hyperv", kBoth, kOhai, "", IsNoHyperv},
  };
}

std::vector<DmiRow> CloudRows() {
  constexpr unsigned kCloud = kKvmFamily | kUnderXen | kUnderVmware;
  return {
      {"dmi-ec2-xen-version",
       {{{"bios_version", "product_version"}, kHas, "amazon"}},
       "xen",
       "ec2-xen",
       kUnderXen | kAlone,
       "cloud-init, Ec2",
       "",
       IsNoXen},
      {"dmi-ec2-xen", Vendor(kBegins, "Amazon EC2"), "xen", "ec2-xen", kUnderXen, kCloudInit},
      {"dmi-ec2",
       {{{"sys_vendor", "bios_vendor"}, kBegins, "Amazon EC2"}},
       "kvm",
       "ec2-nitro",
       kKvmFamily,
       kSystemd,
       "",
       IsRentedMetal},
      {"dmi-gce",
       {{{"product_name", "board_name"}, kIs, "Google Compute Engine"}},
       "kvm",
       "gce",
       kKvmFamily,
       kSystemd,
       "",
       IsGoogleMetal},
      // Before 2014; its appliances and notebooks have names of their own.
      {"dmi-gce-old",
       {{{"sys_vendor"}, kIs, "Google"}, {{"product_name"}, kIs, "Google"}},
       "kvm",
       "gce",
       kUnderKvm | kUnderHyperv,
       "Kubernetes, pkg/credentialprovider/gcp"},
      {"dmi-alibaba",
       {{kNames, kBegins, "Alibaba Cloud"}},
       "kvm",
       "alibaba-ecs",
       kCloud,
       kVirtWhat,
       "",
       IsRentedMetal},
      {"dmi-tencent", Vendor(kBegins, "Tencent Cloud"), "kvm", "tencent-cloud", kCloud, kCloudInit,
       "", IsRentedMetal},
      {"dmi-oracle-cloud", AssetTag(kIs, "OracleCloud.com"), "kvm", "oracle-cloud", kNameOnly,
       kCloudInit},
      {"dmi-huawei-cloud", AssetTag(kIs, "HUAWEICLOUD"), "kvm", "huawei-cloud", kNameOnly,
       kCloudInit},
      {"dmi-telekom", AssetTag(kIs, "OpenTelekomCloud"), "kvm", "open-telekom-cloud", kNameOnly,
       kCloudInit},
      {"dmi-sap-ccloud", AssetTag(kBegins, "SAP CCloud"), "kvm", "openstack", kNameOnly,
       kCloudInit},
      {"dmi-zstack", AssetTag(kHas, ".zstack.io"), "kvm", "zstack", kNameOnly, kCloudInit},
      {"dmi-digitalocean", Vendor(kIs, "DigitalOcean"), "kvm", "digitalocean", kCloud, kCloudInit,
       "", IsRentedMetal},
      {"dmi-hetzner", Vendor(kBegins, "Hetzner"), "kvm", "hetzner", kCloud, kCloudInit, "",
       IsRentedMetal},
      {"dmi-scaleway", Vendor(kIs, "Scaleway"), "kvm", "scaleway", kCloud, kCloudInit, "",
       IsRentedMetal},
      {"dmi-upcloud", Vendor(kIs, "UpCloud"), "kvm", "upcloud", kCloud, kCloudInit, "",
       IsRentedMetal},
      {"dmi-vultr", Vendor(kIs, "Vultr"), "kvm", "vultr", kCloud, kCloudInit, "", IsRentedMetal},
      {"dmi-akamai", Vendor(kIs, "Akamai"), "kvm", "akamai", kCloud, kCloudInit, "", IsRentedMetal},
      {"dmi-linode", Vendor(kIs, "Linode"), "kvm", "linode", kCloud, kCloudInit, "", IsRentedMetal},
      {"dmi-exoscale",
       {{kNames, kBegins, "Exoscale"}},
       "kvm",
       "exoscale",
       kCloud,
       kCloudInit,
       "",
       IsRentedMetal},
      {"dmi-cloudsigma",
       {{kNames, kIs, "CloudSigma"}},
       "kvm",
       "cloudsigma",
       kCloud,
       kCloudInit,
       "",
       IsRentedMetal},
      {"dmi-outscale",
       {{kNames, kBegins, "3DS Outscale"}},
       "kvm",
       "outscale",
       kCloud,
       kCloudInit,
       "",
       IsRentedMetal},
      {"dmi-e24cloud", Vendor(kIs, "e24cloud"), "kvm", "e24cloud", kCloud, kCloudInit, "",
       IsRentedMetal},
      {"dmi-tilaa", Vendor(kIs, "Tilaa"), "kvm", "tilaa", kCloud, kCloudInit, "", IsRentedMetal},
      {"dmi-nwcs", Vendor(kIs, "NWCS"), "kvm", "nwcs", kCloud, kCloudInit, "", IsRentedMetal},
      {"dmi-cloudcix", Product(kIs, "CloudCIX"), "kvm", "cloudcix", kCloud, kCloudInit, "",
       IsRentedMetal},
      {"dmi-yandex", Vendor(kIs, "Yandex"), "kvm", "yandex-cloud", kCloud, "Yandex Cloud guests",
       "", IsRentedMetal},
  };
}

std::vector<DmiRow> VirtualizationRows() {
  constexpr unsigned kManager = kKvmFamily | kUnderXen | kUnderVmware;
  return {
      {"dmi-openstack",
       {{{"product_name", "sys_vendor"}, kBegins, "OpenStack"}},
       "kvm",
       "openstack",
       kManager,
       kSystemd},
      {"dmi-openstack-asset", AssetTag(kBegins, "OpenStack"), "kvm", "openstack", kNameOnly,
       kCloudInit},
      {"dmi-cloudstack", Product(kHas, "CloudStack"), "kvm", "cloudstack", kManager, kCloudInit},
      {"dmi-smartos", {{kNames, kBegins, "SmartDC"}}, "kvm", "smartos", kManager, kCloudInit},
      {"dmi-joyent", Vendor(kIs, "Joyent"), "kvm", "smartos", kNameOnly, kVirtWhat},
      {"dmi-kubevirt", {{kNames, kIs, "KubeVirt"}}, "kvm", "kubevirt", kManager, kSystemd},
      {"dmi-ovirt", {{kNames, kBegins, "oVirt"}}, "kvm", "ovirt", kManager, kVirtWhat},
      {"dmi-rhev", {{kNames, kBegins, "RHEV"}}, "kvm", "rhev", kManager, kVirtWhat},
      {"dmi-nutanix",
       {{kNames, kBegins, "Nutanix"}},
       "kvm",
       "nutanix-ahv",
       kUnderKvm | kUnderHyperv | kUnderQemu,
       kVirtWhat},
      {"dmi-nutanix-ahv",
       {{{"sys_vendor"}, kBegins, "Nutanix"}, {{"product_name"}, kIs, "AHV"}},
       "kvm",
       "nutanix-ahv",
       kManager,
       kVirtWhat},
      {"dmi-cloud-hypervisor",
       {{kNames, kBegins, "Cloud Hypervisor"}},
       "kvm",
       "cloud-hypervisor",
       kManager,
       "Cloud Hypervisor, arch/src/x86_64/smbios.rs"},
      {"dmi-crosvm", Product(kBegins, "crosvm"), "kvm", "crosvm", kManager, "crosvm"},
      {"dmi-virtuozzo", Vendor(kBegins, "Virtuozzo"), "kvm", "virtuozzo", kManager,
       "Virtuozzo guests"},
      {"dmi-lxd", {{{"board_name"}, kIs, "LXD"}}, "kvm", "lxd-vm", kManager, kCloudInit},
      {"dmi-incus", {{{"board_name"}, kIs, "Incus"}}, "kvm", "incus-vm", kManager, "Incus"},
      {"dmi-proxmox",
       {{{"bios_vendor", "sys_vendor"}, kBegins, "Proxmox"}},
       "qemu",
       "proxmox-ve",
       kKvmFamily,
       "Proxmox VE, pve-edk2-firmware"},
      {"dmi-openbsd",
       {{{"sys_vendor"}, kIs, "OpenBSD"}, {{"product_name"}, kIs, "VMM"}},
       "openbsd-vmm",
       "openbsd-vmm",
       kAlone,
       "facter, lib/facter/util/facts/facts_utils.rb"},
      {"dmi-hitachi-virtage",
       {{{"sys_vendor"}, kHas, "Hitachi"}, {{"product_name"}, kHas, " LPAR"}},
       "virtage",
       "virtage",
       kAlone,
       kVirtWhat},
      {"dmi-xen-hvm", Product(kHas, "HVM domU"), "xen", "xen", kAlone, kSystemd, "", IsNoXen},
      {"dmi-xen",
       {{{"sys_vendor", "bios_vendor"}, kIs, "Xen"}},
       "xen",
       "xen",
       kAlone,
       kSystemd,
       "",
       IsNoXen},
      {"dmi-kvm",
       {{{"product_name", "sys_vendor"}, kBegins, "KVM"}},
       "kvm",
       "qemu",
       kKvmFamily & ~kUnderQemu,
       kSystemd},
  };
}

// Those of QEMU's own, whoever runs it.
std::vector<DmiRow> QemuRows() {
  constexpr const char* kMachineType = "QEMU, hw/i386: the machine type is SMBIOS' version";
  constexpr const char* kRedHat = "Nutanix and RHEL guests: Red Hat's machine types";
  const std::vector<std::string> types = {"product_version", "chassis_version", "board_version"};
  const auto row = [](const char* id, Patterns patterns, const char* source,
                      unsigned under = kKvmFamily) {
    return DmiRow{id, std::move(patterns), "qemu", "qemu", under, source, "", IsNoQemu};
  };
  return {
      row("dmi-qemu", {{{"sys_vendor", "product_name"}, kBegins, "QEMU"}}, kSystemd),
      row("dmi-bochs", {{{"sys_vendor", "product_name"}, kBegins, "Bochs"}}, kSystemd),
      row("dmi-qemu-q35", {{types, kBegins, "pc-q35-"}}, kMachineType),
      row("dmi-qemu-i440fx", {{types, kBegins, "pc-i440fx-"}}, kMachineType),
      row("dmi-qemu-standard-pc", Product(kBegins, "Standard PC ("), "QEMU, hw/i386"),
      row("dmi-qemu-q35-name", {{types, kHas, "PC (Q35 + ICH9"}}, kRedHat),
      row("dmi-qemu-i440fx-name", {{types, kHas, "PC (i440FX + PIIX"}}, kRedHat),
      row("dmi-qemu-rhel", {{{"sys_vendor"}, kIs, "Red Hat"}, {{"product_name"}, kBegins, "RHEL"}},
          "tp-qemu, qemu/tests/cfg/smbios_default_check.cfg"),
      row("dmi-qemu-chassis", {{{"chassis_vendor"}, kBegins, "QEMU"}}, "QEMU, hw/smbios"),
      row("dmi-qemu-board", {{{"board_vendor"}, kBegins, "QEMU"}}, kSystemd),
      row("dmi-ovmf", {{{"bios_vendor"}, kHas, "OVMF"}}, "EDK II, OvmfPkg"),
      row("dmi-seabios", {{{"bios_vendor"}, kIs, "SeaBIOS"}}, "SeaBIOS, src/fw/biostables.c",
          kUnderKvm | kUnderHyperv),
      row("dmi-bios-bochs", {{{"bios_vendor", "chassis_vendor"}, kBegins, "Bochs"}}, kSystemd),
  };
}

// Signs that any other beats.
std::vector<DmiRow> LastDmiRows() {
  return {
      {"dmi-vmware-board",
       {{{"bios_vendor", "board_vendor"}, kBegins, "VMware"}},
       "vmware",
       "vmware",
       kAlone,
       kSystemd,
       "",
       IsNoVmware},
      {"dmi-virtualbox-board-vendor",
       {{{"board_vendor"}, kIs, "Oracle Corporation"}},
       "virtualbox",
       "virtualbox",
       kUnderKvm | kUnderHyperv,
       "systemd issue 13429 and pull request 31871",
       "",
       IsNoVirtualboxBoard},
  };
}

}  // namespace

const std::vector<DmiRow>& DmiRows() {
  static const std::vector<DmiRow> kRows = [] {
    std::vector<DmiRow> rows = DesktopRows();
    Append(rows, MicrosoftRows());
    Append(rows, CloudRows());
    Append(rows, VirtualizationRows());
    Append(rows, QemuRows());
    Append(rows, LastDmiRows());
    return rows;
  }();
  return kRows;
}

}  // namespace hypergauge::probes
