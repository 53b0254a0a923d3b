#pragma once

#include <cstdint>
#include <string>

namespace hypergauge::probes {

/// A generated C program of several units; the same for the same number of units, everywhere. Each
/// unit is some 200 lines of 32-bit arithmetic on one number that wanders through all of them.

/// The text of unit `index`.
[[nodiscard]] std::string UnitText(uint32_t index);

/// The text of main(): prints what the units make of 1 as eight hexadecimal digits.
[[nodiscard]] std::string MainText(uint32_t units);

/// What the program prints, computed here.
[[nodiscard]] std::string ExpectedOutput(uint32_t units);

}  // namespace hypergauge::probes
