#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "probes/platform/placement/identity.h"

namespace hypergauge::probes {

/// A domain as libvirt writes it down.
struct Domain {
  std::string name;
  GuestIdentity guest;  ///< <uuid>, sysinfo's uuid, and <mac address='...'/> of its interfaces
  /// Of the files of running domains (<domstatus>); empty and 0 in definitions.
  std::string state;
  int pid = 0;
};

/// Reads a <domain>, or one inside a <domstatus>.
/// Errors: kInvalidArgument for bytes that are no XML, with line and what is wrong; for a document
/// type declaration, which libvirt never writes and which can blow up; and for other documents.
/// Source: https://libvirt.org/formatdomain.html; libvirt, src/conf/domain_conf.c (domstatus).
[[nodiscard]] Result<Domain> ParseDomainXml(std::string_view xml);

}  // namespace hypergauge::probes
