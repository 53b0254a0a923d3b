#include "probes/benchmarks/network/content.h"

#include <algorithm>
#include <random>

namespace hypergauge::probes {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr size_t kReadBytes = size_t{256} << 10;  // at once

std::vector<char> MakeBlock() {
  std::mt19937_64 words;  // its numbers are fixed by the C++ standard: all builds give out the same
  std::vector<char> block;
  block.reserve(kBlockBytes);
  while (block.size() < kBlockBytes) {
    const uint64_t word = words();
    for (unsigned shift = 0; shift < 64; shift += 8) {
      block.push_back(static_cast<char>(word >> shift & 0xFFU));
    }
  }
  return block;
}

}  // namespace

const std::vector<char>& ContentBlock() {
  static const std::vector<char> kBlock = MakeBlock();
  return kBlock;
}

Result<std::string> ContentSha256(uint64_t size) {
  auto digest = Digest::Fetch("SHA256");
  if (!digest) return tl::unexpected(digest.error());
  for (uint64_t left = size; left > 0;) {
    const auto part = std::min<uint64_t>(left, kBlockBytes);
    digest->Add(std::as_bytes(std::span(ContentBlock()).first(part)));
    left -= part;
  }
  return digest->Finish();
}

void ContentSink::Clear() {
  digest_ = Digest::Fetch("SHA256");
  filled_ = 0;
  size_ = 0;
}

std::span<char> ContentSink::Room() {
  if (filled_ == kept_.size()) {
    if (digest_) digest_->Add(std::as_bytes(std::span(kept_)));
    filled_ = 0;
  }
  return std::span(kept_).subspan(filled_, std::min(kReadBytes, kept_.size() - filled_));
}

void ContentSink::Commit(size_t bytes) {
  filled_ += bytes;
  size_ += bytes;
}

Result<std::string> ContentSink::Sha256() {
  if (!digest_) return tl::unexpected(digest_.error());
  digest_->Add(std::as_bytes(std::span(kept_).first(filled_)));
  return digest_->Finish();
}

}  // namespace hypergauge::probes
