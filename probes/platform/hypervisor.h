#pragma once

#include <filesystem>
#include <string_view>

#include "hypergauge/v1/node.pb.h"
#include "probes/platform/cpuid.h"

namespace hypergauge::probes {

/// What the machine whose /proc and /sys stand under `root` runs in; its CPU is asked as well where
/// that is "/". Reads some hundred files and may fork a child: once a process is often enough.
[[nodiscard]] v1::Platform DetectPlatform(const std::filesystem::path& root = "/");

/// The role of a node whose user set none. Other than RoleOf(Detection), which says what a machine
/// is, it depends on whether the node names a host: a machine that names none counts as a host,
/// virtual or not, since it is the outermost that is measured.
[[nodiscard]] v1::Role DefaultRole(const v1::Platform& platform, std::string_view node_host);

/// Whether the hypervisor promises to report steal time: "no steal" and "not reported" differ.
/// Source: KVM: first leaf behind its signature, EAX bit 5, KVM_FEATURE_STEAL_TIME (kernel:
/// Documentation/virt/kvm/x86/cpuid.rst); Xen: always, by its runstate area.
[[nodiscard]] bool ReportsSteal(const Cpuid& cpuid);

}  // namespace hypergauge::probes
