#include "aggregator/config_catalogue.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregator/yaml_reader.h"
#include "base/printable.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr uintmax_t kMostFileBytes = 1 << 20;
constexpr size_t kMostTextBytes = 1024;
constexpr size_t kMostUrlBytes = 2048;
constexpr size_t kMostIdBytes = 64;
constexpr int kMostProducts = 1000;
constexpr int kMostFeatures = 100;
constexpr int kMostConsoles = 100;
constexpr int kMostNotes = 100;
constexpr const char* kUsualSource = "operator";

[[noreturn]] void Throw(const YAML::Node& node, const std::string& message) {
  throw ConfigError{node.Mark(), message};
}

// A line for people.
std::string ReadLine(const YAML::Node& node, size_t most_bytes = kMostTextBytes) {
  auto text = node.IsNull() ? std::string() : ReadText(node);
  if (text.empty()) Throw(node, "is empty");
  if (text.size() > most_bytes) {
    Throw(node, "has " + std::to_string(text.size()) + " bytes; at most " +
                    std::to_string(most_bytes) + " are taken");
  }
  if (!IsUtf8(text) || HasControlCharacters(text)) {
    Throw(node, "has control characters, or is not UTF-8");
  }
  return text;
}

bool IsId(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string ReadId(const YAML::Node& node) {
  auto id = ReadLine(node, kMostIdBytes);
  if (!IsId(id)) Throw(node, "\"" + id + "\" is no id: small letters, digits and '_' make one");
  return id;
}

// The page makes a link of it, so that nothing but a web page may be behind it.
std::string ReadUrl(const YAML::Node& node) {
  constexpr std::string_view kForbidden = " \"'<>\\^`{|}";
  auto url = ReadLine(node, kMostUrlBytes);
  std::string_view rest = url;
  const auto scheme = rest.substr(0, rest.find("://"));
  if (scheme != "http" && scheme != "https") {
    Throw(node, "\"" + Printable(url, kMostIdBytes) + "\" must begin with http:// or https://");
  }
  rest.remove_prefix(std::min(rest.size(), scheme.size() + 3));
  const auto host = rest.substr(0, rest.find_first_of("/?#"));
  if (host.empty() || host.front() == ':') Throw(node, "the address has no host");
  if (host.find('@') != std::string_view::npos) {
    Throw(node, "the address has a user or password, which everybody would see");
  }
  if (url.find_first_of(kForbidden) != std::string::npos) {
    Throw(node, "the address has characters that must be written as %XX");
  }
  return url;
}

template <typename List>
void CheckCount(const YAML::Node& node, const List& list, int most, const std::string& what) {
  if (list.size() <= most) return;
  Throw(node, "there are more than " + std::to_string(most) + " " + what);
}

// Reads the file's parts and remembers what has to fit together.
class Reader {
 public:
  explicit Reader(const std::set<std::string>& shipped_features) : known_(shipped_features) {}

  CatalogueFile Read(const YAML::Node& root);

 private:
  void ReadFeature(const YAML::Node& node);
  void ReadProduct(const YAML::Node& node);
  void ReadFeaturesOf(const YAML::Node& node, v1::CatalogueProduct& product);
  static void ReadConsole(const YAML::Node& node, v1::CatalogueProduct& product);
  void CheckFeatures() const;

  struct UsedFeature {
    YAML::Node node;
    std::string id;
  };
  std::set<std::string> known_;
  std::set<std::string> own_;
  std::set<std::pair<std::string, std::string>> products_;  // platform and product
  std::vector<UsedFeature> used_;
  CatalogueFile file_;
};

void Reader::ReadFeature(const YAML::Node& node) {
  auto& feature = *file_.catalogue.add_features();
  ReadMap(node, "a feature",
          {{"id", [&](const YAML::Node& id) { feature.set_id(ReadId(id)); }},
           {"title", [&](const YAML::Node& title) { feature.set_title(ReadLine(title)); }}});
  if (feature.id().empty() || feature.title().empty()) Throw(node, "needs an id and a title");
  if (!own_.insert(feature.id()).second) Throw(node, "\"" + feature.id() + "\" is given twice");
}

void Reader::ReadFeaturesOf(const YAML::Node& node, v1::CatalogueProduct& product) {
  if (!node.IsMap()) Throw(node, "must be a map of a feature's id to what the product has");
  for (const auto& entry : node) {
    const auto id = ReadId(entry.first);
    if (product.features().contains(id)) Throw(entry.first, "\"" + id + "\" is given twice");
    (*product.mutable_features())[id] = ReadLine(entry.second);
    used_.push_back({entry.first, id});
  }
}

void Reader::ReadConsole(const YAML::Node& node, v1::CatalogueProduct& product) {
  auto& console = *product.add_consoles();
  ReadMap(node, "a console",
          {{"title", [&](const YAML::Node& title) { console.set_title(ReadLine(title)); }},
           {"url", [&](const YAML::Node& url) { console.set_url(ReadUrl(url)); }}});
  if (console.title().empty() || console.url().empty()) Throw(node, "needs a title and a url");
  const auto same = [&](const auto& other) { return other.url() == console.url(); };
  if (std::count_if(product.consoles().begin(), product.consoles().end(), same) > 1) {
    Throw(node, "\"" + console.url() + "\" is given twice");
  }
}

void Reader::ReadProduct(const YAML::Node& node) {
  auto& product = *file_.catalogue.add_products();
  product.set_source(kUsualSource);
  ReadMap(node, "a product",
          {{"platform", [&](const YAML::Node& text) { product.set_platform(ReadLine(text)); }},
           {"product", [&](const YAML::Node& text) { product.set_product(ReadLine(text)); }},
           {"source", [&](const YAML::Node& text) { product.set_source(ReadLine(text)); }},
           {"features", [&](const YAML::Node& map) { ReadFeaturesOf(map, product); }},
           {"consoles", [&](const YAML::Node& list) {
              ReadList(list, "consoles",
                       [&](const YAML::Node& console) { ReadConsole(console, product); });
              CheckCount(list, product.consoles(), kMostConsoles, "consoles");
            }}});
  if (product.platform().empty() || product.product().empty()) {
    Throw(node, "needs a platform and a product");
  }
  if (!products_.emplace(product.platform(), product.product()).second) {
    Throw(node, "\"" + product.product() + "\" of " + product.platform() + " is given twice");
  }
}

void Reader::CheckFeatures() const {
  for (const auto& used : used_) {
    if (own_.contains(used.id) || (file_.with_shipped && known_.contains(used.id))) continue;
    Throw(used.node, "there is no feature \"" + used.id + "\"; `features` gives it a title");
  }
}

CatalogueFile Reader::Read(const YAML::Node& root) {
  if (root.IsNull()) return {};  // an empty file
  auto& catalogue = file_.catalogue;
  ReadMap(root, "the catalogue",
          {{"shipped",
            [&](const YAML::Node& node) {
              const auto word = ReadText(node);
              if (word != "true" && word != "false") Throw(node, "must be true or false");
              file_.with_shipped = word == "true";
            }},
           {"features",
            [&](const YAML::Node& list) {
              ReadList(list, "features", [&](const YAML::Node& node) { ReadFeature(node); });
              CheckCount(list, catalogue.features(), kMostFeatures, "features");
            }},
           {"products",
            [&](const YAML::Node& list) {
              ReadList(list, "products", [&](const YAML::Node& node) { ReadProduct(node); });
              CheckCount(list, catalogue.products(), kMostProducts, "products");
            }},
           {"notes", [&](const YAML::Node& list) {
              ReadList(list, "notes",
                       [&](const YAML::Node& node) { catalogue.add_notes(ReadLine(node)); });
              CheckCount(list, catalogue.notes(), kMostNotes, "notes");
            }}});
  CheckFeatures();
  return std::move(file_);
}

}  // namespace

Result<CatalogueFile> ParseCatalogue(const std::string& text, const std::string& name,
                                     const std::set<std::string>& shipped_features) {
  return ReadYaml(text, name,
                  [&](const YAML::Node& root) { return Reader(shipped_features).Read(root); });
}

Result<CatalogueFile> LoadCatalogue(const std::filesystem::path& file,
                                    const std::set<std::string>& shipped_features) {
  std::error_code error;
  // A pipe would keep whoever asks waiting.
  const bool is_special =
      std::filesystem::exists(file, error) && !std::filesystem::is_regular_file(file, error);
  if (!is_special && std::filesystem::file_size(file, error) > kMostFileBytes && !error) {
    return Fail(ErrorCode::kInvalidArgument, file.string() + ": is larger than 1 MiB");
  }
  if (is_special) {
    return Fail(ErrorCode::kInvalidArgument, file.string() + ": is no regular file");
  }
  const auto text = ReadSettingsFile(file, "catalogue file");
  if (!text) return tl::unexpected(text.error());
  return ParseCatalogue(*text, file.string(), shipped_features);
}

}  // namespace hypergauge::aggregator
