#pragma once

#include <optional>
#include <string>
#include <string_view>

/// UUIDs of machines, as firmware, hypervisors and people write them.
namespace hypergauge::probes {

/// "4c4c4544-0042-..." in lower case, from 32 hexadecimal digits with or without dashes and braces;
/// blanks, line ends and NULs around them are left out. Nothing for other text, and for what
/// vendors put in where there is none: all digits equal, 03000200-0400-0500-0006-000700080009 and
/// its like, in either byte order. Source: DSP0134 (SMBIOS), 7.2.1.
[[nodiscard]] std::optional<std::string> NormalUuid(std::string_view text);

/// The same UUID with the bytes of its first three fields turned around: SMBIOS stores those fields
/// little-endian since 2.6, and who reads an older table sees them so.
[[nodiscard]] std::string SwappedUuid(std::string_view normal);

}  // namespace hypergauge::probes
