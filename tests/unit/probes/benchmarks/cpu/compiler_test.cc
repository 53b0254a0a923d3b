#include "probes/benchmarks/cpu/compiler.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(CompilerName, IsReadFromWhatCompilersSay) {
  struct Case {
    const char* output;
    const char* name;
    const char* version;
  };
  const Case cases[] = {
      {"cc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc.\n",
       "gcc", "12.2.0"},
      {"gcc (GCC) 4.1.2 20080704 (Red Hat 4.1.2-48)\nCopyright (C) 2006 Free Software Foundation\n",
       "gcc", "4.1.2"},
      {"Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n", "clang", "14.0.6"},
      {"Ubuntu clang version 18.1.3-1ubuntu1\n", "clang", "18.1.3"},
      {"tcc version 0.9.27 (x86_64 Linux)\n", "tcc", "0.9.27"},
      {"", "unknown", "unknown"},
      {"nonsense\n", "nonsense", "unknown"},
  };
  for (const auto& each : cases) {
    const auto compiler = ParseCompilerName(each.output);
    EXPECT_EQ(compiler.name, each.name) << each.output;
    EXPECT_EQ(compiler.version, each.version) << each.output;
  }
}

}  // namespace
}  // namespace hypergauge::probes
