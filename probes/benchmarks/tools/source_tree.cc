#include "probes/benchmarks/tools/source_tree.h"

#include <cstdint>
#include <fstream>

namespace hypergauge::probes {
namespace {

constexpr int kFunctions = 40;  // of a unit: some 50 ms of compiling
constexpr uint32_t kStart = 1;

Result<void> Write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return Fail(ErrorCode::kResourceExhausted, "cannot write " + path.string());
}

std::string FunctionName(int unit, int function) {
  return "u" + std::to_string(unit) + "_" + std::to_string(function);
}

uint32_t Factor(int unit, int function) {
  return 2U * static_cast<uint32_t>(unit * kFunctions + function) + 3U;
}

std::string UnitText(int unit) {
  std::string text = "#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n";
  text += "#include <string.h>\n";
  for (int function = 0; function < kFunctions; ++function) {
    text += "static uint32_t " + FunctionName(unit, function) +
            "(uint32_t value) {\n"
            "  unsigned char bytes[sizeof(value)];\n"
            "  uint32_t sum = 0;\n"
            "  memcpy(bytes, &value, sizeof(value));\n"
            "  for (size_t i = 0; i < sizeof(bytes); ++i) sum += bytes[i] * (uint32_t)(i + 1);\n"
            "  return sum * " +
            std::to_string(Factor(unit, function)) + "u + (value >> 3);\n}\n";
  }
  text += "uint32_t unit" + std::to_string(unit) + "(uint32_t value) {\n";
  for (int function = 0; function < kFunctions; ++function) {
    text += "  value = " + FunctionName(unit, function) + "(value);\n";
  }
  return text + "  return value;\n}\n";
}

std::string MainText(int units) {
  std::string declarations = "#include <stdint.h>\n#include <stdio.h>\n";
  std::string calls;
  for (int unit = 0; unit < units; ++unit) {
    const auto name = "unit" + std::to_string(unit);
    declarations += "uint32_t " + name + "(uint32_t value);\n";
    calls += "  value = " + name + "(value);\n";
  }
  return declarations + "int main(void) {\n  uint32_t value = " + std::to_string(kStart) + "u;\n" +
         calls + "  printf(\"%u\\n\", (unsigned)value);\n  return 0;\n}\n";
}

}  // namespace

Result<void> WriteSourceTree(const std::filesystem::path& folder, int units) {
  std::string objects = "main.o";
  for (int unit = 0; unit < units; ++unit) {
    const auto name = "unit" + std::to_string(unit);
    objects += " " + name + ".o";
    if (auto put = Write(folder / (name + ".c"), UnitText(unit)); !put) return put;
  }
  if (auto put = Write(folder / "main.c", MainText(units)); !put) return put;
  return Write(folder / "Makefile", "program: " + objects + "\n\tcc -O2 -o $@ " + objects +
                                        "\n%.o: %.c\n\tcc -O2 -c -o $@ $<\n");
}

std::string SourceTreeAnswer(int units) {
  uint32_t value = kStart;
  for (int unit = 0; unit < units; ++unit) {
    for (int function = 0; function < kFunctions; ++function) {
      uint32_t sum = 0;
      // The bytes of memory, least significant first: what x86 and ARM have.
      for (uint32_t i = 0; i < 4; ++i) sum += ((value >> (8 * i)) & 0xFFU) * (i + 1);
      value = sum * Factor(unit, function) + (value >> 3);
    }
  }
  return std::to_string(value);
}

}  // namespace hypergauge::probes
