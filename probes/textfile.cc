#include "probes/textfile.h"

#include "base/text_format.h"

namespace hypergauge::probes {

void Textfile::Add(const std::string& family, const std::string& help, const Labels& labels,
                   double value) {
  auto& entry = families_[family];
  if (entry.help.empty()) entry.help = help;
  entry.values[RenderLabels(labels)] = value;
}

std::string Textfile::Text() const {
  std::string text;
  for (const auto& [name, family] : families_) {
    const std::string full = "hypergauge_" + name;
    text += "# HELP " + full + " " + EscapeHelp(family.help, /*escape_quotes=*/false) + "\n";
    text += "# TYPE " + full + " gauge\n";
    for (const auto& [labels, value] : family.values) {
      text += full + labels + " ";
      AppendValue(text, value);
      text += '\n';
    }
  }
  return text;
}

}  // namespace hypergauge::probes
