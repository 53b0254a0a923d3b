#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hypergauge::probes {

/// The first `words` x 32 bits of pi's fraction, most significant word first: 243F6A88 85A308D3 ...
/// Takes some 50 ms for the 1042 words that Blowfish needs.
/// Source: Machin's formula, pi = 16 arctan(1/5) - 4 arctan(1/239).
[[nodiscard]] std::vector<uint32_t> PiFraction(size_t words);

/// "3.1415..." with `digits` decimals, by the same formula.
[[nodiscard]] std::string MachinDecimals(size_t digits);

/// The same as 4 x arctan(1), reckoned as bc's library does it: 3 arctan(.2) + arctan(9/46), each
/// by its power series with one multiplication of all digits a term. Source: bc's libmath.b,
/// function a(x).
[[nodiscard]] std::string FourArctanOfOne(size_t digits);

}  // namespace hypergauge::probes
