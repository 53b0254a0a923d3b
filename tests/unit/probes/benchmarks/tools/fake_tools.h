#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {

/// Stand-ins for tools, found before the real ones as long as the object lives.
class FakeTools {
 public:
  FakeTools();
  ~FakeTools();
  FakeTools(const FakeTools&) = delete;
  FakeTools& operator=(const FakeTools&) = delete;

  /// A shell script that knows its version, 1.2.3, and otherwise does as `body` says.
  void Add(const std::string& name, const std::string& body) const;

  /// No tool is found but those of this object.
  void HideOthers() const;

 private:
  testing::TempDir folder_;
  std::string path_;  ///< of the environment, as it was
};

/// A file of testdata/.
[[nodiscard]] std::string TestData(const std::string& name);

}  // namespace hypergauge::probes
