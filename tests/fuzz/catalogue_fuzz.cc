// The operator's catalogue: whatever the text is, there is one that a page can show, or a message.
#include "aggregator/config_catalogue.h"
#include "base/printable.h"
#include "base/text_format.h"
#include "tests/fuzz/bytes.h"

using hypergauge::fuzz::Expect;
namespace v1 = hypergauge::v1;

namespace {

void ExpectShowable(const std::string& text) {
  Expect(!text.empty());
  Expect(hypergauge::IsUtf8(text));
  Expect(!hypergauge::HasControlCharacters(text));
}

void Use(const v1::CatalogueProduct& product) {
  ExpectShowable(product.platform());
  ExpectShowable(product.product());
  ExpectShowable(product.source());
  for (const auto& [id, text] : product.features()) {
    ExpectShowable(id);
    ExpectShowable(text);
  }
  for (const auto& console : product.consoles()) {
    ExpectShowable(console.title());
    const auto& url = console.url();
    Expect(url.starts_with("http://") || url.starts_with("https://"));
    Expect(url.find_first_of(" \"'<>") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(hypergauge::fuzz::Text(data, size));
  const auto file = hypergauge::aggregator::ParseCatalogue(text, "c.yml", {"cluster", "snapshots"});
  if (!file) {
    Expect(file.error().message.starts_with("c.yml:"));
    return 0;
  }
  for (const auto& feature : file->catalogue.features()) ExpectShowable(feature.title());
  for (const auto& product : file->catalogue.products()) Use(product);
  for (const auto& note : file->catalogue.notes()) ExpectShowable(note);
  return 0;
}
