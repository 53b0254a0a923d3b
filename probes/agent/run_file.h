#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "hypergauge/v1/run.pb.h"

/// One spooled run as bytes: "HGRUN1\r\n", length and CRC-32 of the payload (both little-endian, 4
/// bytes), and the payload, a serialized hypergauge.v1.Run.
namespace hypergauge::probes {

/// Errors: kInvalidArgument for a run that Protobuf cannot serialize.
[[nodiscard]] Result<std::string> EncodeRunFile(const v1::Run& run);

/// Errors: kCorrupt, saying what is wrong.
[[nodiscard]] Result<v1::Run> DecodeRunFile(std::string_view bytes);

/// "00000000000000000017.run": sorts as the numbers do.
[[nodiscard]] std::string RunFileName(uint64_t sequence);

/// The sequence of such a name; nothing for other names.
[[nodiscard]] std::optional<uint64_t> SequenceOf(const std::filesystem::path& name);

}  // namespace hypergauge::probes
