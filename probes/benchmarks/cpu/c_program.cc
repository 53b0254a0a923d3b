#include "probes/benchmarks/cpu/c_program.h"

#include <array>
#include <cstdio>
#include <random>
#include <vector>

namespace hypergauge::probes {
namespace {

constexpr size_t kSteps = 32;  // functions a unit

// One function: some rounds of x = x * multiplier + addend; x ^= x >> shift; if (x & mask) x +=
// more.
struct Step {
  uint32_t multiplier = 0;
  uint32_t addend = 0;
  uint32_t shift = 0;
  uint32_t mask = 0;
  uint32_t more = 0;
  uint32_t rounds = 0;
};

std::vector<Step> StepsOf(uint32_t index) {
  std::mt19937 numbers(index + 1);
  std::vector<Step> steps(kSteps);
  for (auto& step : steps) {
    step.multiplier = static_cast<uint32_t>(numbers()) | 1U;
    step.addend = static_cast<uint32_t>(numbers());
    step.shift = 1 + static_cast<uint32_t>(numbers()) % 31;
    step.mask = static_cast<uint32_t>(numbers());
    step.more = static_cast<uint32_t>(numbers());
    step.rounds = 3 + static_cast<uint32_t>(numbers()) % 14;
  }
  return steps;
}

uint32_t Run(const Step& step, uint32_t x) {
  for (uint32_t round = 0; round < step.rounds; ++round) {
    x = x * step.multiplier + step.addend;
    x ^= x >> step.shift;
    if ((x & step.mask) != 0) x += step.more;
  }
  return x;
}

std::string Text(const Step& step, size_t number) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(),
                "static uint32_t step%zu(uint32_t x) {\n"
                "  uint32_t round;\n"
                "  for (round = 0; round < %uu; ++round) {\n"
                "    x = x * %uu + %uu;\n"
                "    x ^= x >> %u;\n"
                "    if ((x & %uu) != 0) x += %uu;\n"
                "  }\n"
                "  return x;\n"
                "}\n\n",
                number, step.rounds, step.multiplier, step.addend, step.shift, step.mask,
                step.more);
  return text.data();
}

std::string Prototype(uint32_t index) {
  return "uint32_t unit" + std::to_string(index) + "(uint32_t x)";
}

}  // namespace

std::string UnitText(uint32_t index) {
  std::string text = "#include <stdint.h>\n\n" + Prototype(index) + ";\n\n";
  const auto steps = StepsOf(index);
  for (size_t i = 0; i < steps.size(); ++i) text += Text(steps[i], i);
  text += Prototype(index) + " {\n";
  for (size_t i = 0; i < steps.size(); ++i) text += "  x = step" + std::to_string(i) + "(x);\n";
  return text + "  return x;\n}\n";
}

std::string MainText(uint32_t units) {
  std::string text = "#include <stdint.h>\n#include <stdio.h>\n\n";
  for (uint32_t i = 0; i < units; ++i) text += Prototype(i) + ";\n";
  text += "\nint main(void) {\n  uint32_t x = 1;\n";
  for (uint32_t i = 0; i < units; ++i) text += "  x = unit" + std::to_string(i) + "(x);\n";
  return text + "  printf(\"%08lx\\n\", (unsigned long)x);\n  return 0;\n}\n";
}

std::string ExpectedOutput(uint32_t units) {
  uint32_t x = 1;
  for (uint32_t i = 0; i < units; ++i) {
    for (const auto& step : StepsOf(i)) x = Run(step, x);
  }
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x\n", x);
  return text.data();
}

}  // namespace hypergauge::probes
