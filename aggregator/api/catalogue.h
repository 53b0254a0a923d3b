#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/result.h"
#include "hypergauge/v1/catalogue.pb.h"

namespace hypergauge::aggregator {

/// What ships: the products of the pilot's data set, with a title for each of its features. Errors:
/// kCorrupt, which only a build with another data set can have.
[[nodiscard]] Result<v1::Catalogue> ShippedCatalogue();

/// What ships, with what a file of the operator's adds or replaces. The file is read again when it
/// was changed. Threads: any.
class Catalogue {
 public:
  /// `file` empty: none. Errors: those of LoadCatalogue, which stop a start; later ones are
  /// logged and noted in the catalogue, which stays as it was.
  [[nodiscard]] static Result<std::unique_ptr<Catalogue>> Open(std::filesystem::path file);

  [[nodiscard]] v1::Catalogue Get();

 private:
  // What tells one state of a file from another.
  struct Stamp {
    bool exists = false;
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t modified_nanos = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  Catalogue(std::filesystem::path file, v1::Catalogue shipped)
      : file_(std::move(file)), shipped_(std::move(shipped)), current_(shipped_) {}

  [[nodiscard]] static Stamp StampOf(const std::filesystem::path& file);
  [[nodiscard]] Result<void> Read();

  const std::filesystem::path file_;
  const v1::Catalogue shipped_;
  std::mutex mutex_;  // guards all below
  v1::Catalogue current_;
  std::string broken_;  // why the file cannot be used; empty where it can
  Stamp read_;
};

}  // namespace hypergauge::aggregator
