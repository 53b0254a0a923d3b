#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hypergauge::probes {

/// The first `words` x 32 bits of pi's fraction, most significant word first: 243F6A88 85A308D3 ...
/// Takes some 50 ms for the 1042 words that Blowfish needs.
/// Source: Machin's formula, pi = 16 arctan(1/5) - 4 arctan(1/239).
[[nodiscard]] std::vector<uint32_t> PiFraction(size_t words);

}  // namespace hypergauge::probes
