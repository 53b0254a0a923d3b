#include "probes/yaml_settings.h"

#include <yaml.h>

#include <memory>
#include <set>

#include "base/printable.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = size_t{1} << 20U;
constexpr int kDeepest = 16;

// A parsed document, which libyaml allocates.
class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() {
    if (loaded_) yaml_document_delete(&document_);
  }

  Result<void> Load(const std::string& text, const std::string& name) {
    const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> parser(
        new yaml_parser_t, [](yaml_parser_t* each) {
          yaml_parser_delete(each);
          delete each;
        });
    if (yaml_parser_initialize(parser.get()) == 0) {
      return Fail(ErrorCode::kResourceExhausted, name + ": no memory for the YAML parser");
    }
    yaml_parser_set_input_string(parser.get(), reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
    loaded_ = yaml_parser_load(parser.get(), &document_) != 0;
    if (loaded_) return {};
    return Fail(ErrorCode::kInvalidArgument,
                name + ":" + std::to_string(parser->problem_mark.line + 1) + ": " +
                    (parser->problem == nullptr ? "no YAML" : parser->problem));
  }

  yaml_document_t* get() { return &document_; }

 private:
  yaml_document_t document_{};
  bool loaded_ = false;
};

class Flattener {
 public:
  Flattener(yaml_document_t* document, const std::string& name)
      : document_(document), name_(name) {}

  Result<void> Add(const yaml_node_t& node, const std::string& key, int depth = 0) {
    // An alias can make a document that contains itself.
    if (depth > kDeepest) return Complain(node, key, "is nested too deeply");
    switch (node.type) {
      case YAML_MAPPING_NODE:
        return AddMapping(node, key, depth);
      case YAML_SEQUENCE_NODE:
        return AddSequence(node, key);
      case YAML_SCALAR_NODE:
        if (key.empty()) return Complain(node, key, "is no mapping of settings");
        return AddValue(node, key, TextOf(node));
      default:
        return {};
    }
  }

  std::vector<Setting> Take() { return std::move(settings_); }

 private:
  static std::string TextOf(const yaml_node_t& node) {
    return {reinterpret_cast<const char*>(node.data.scalar.value), node.data.scalar.length};
  }

  [[nodiscard]] std::string Origin(const yaml_node_t& node) const {
    return name_ + ":" + std::to_string(node.start_mark.line + 1);
  }

  [[nodiscard]] Result<void> Complain(const yaml_node_t& node, const std::string& key,
                                      const std::string& what) const {
    return Fail(ErrorCode::kInvalidArgument,
                Origin(node) + ": " + (key.empty() ? "the document" : Printable(key)) + " " + what);
  }

  Result<void> AddValue(const yaml_node_t& node, const std::string& key, std::string value) {
    if (!seen_.insert(key).second) return Complain(node, key, "is given twice");
    settings_.push_back({key, std::move(value), Origin(node)});
    return {};
  }

  Result<void> AddMapping(const yaml_node_t& node, const std::string& key, int depth) {
    for (const auto* pair = node.data.mapping.pairs.start; pair < node.data.mapping.pairs.top;
         ++pair) {
      const auto* name = yaml_document_get_node(document_, pair->key);
      const auto* value = yaml_document_get_node(document_, pair->value);
      if (name->type != YAML_SCALAR_NODE) return Complain(*name, key, "has a key that is no word");
      const auto inner = key.empty() ? TextOf(*name) : key + "." + TextOf(*name);
      if (auto added = Add(*value, inner, depth + 1); !added) return added;
    }
    return {};
  }

  Result<void> AddSequence(const yaml_node_t& node, const std::string& key) {
    std::string joined;
    for (const auto* item = node.data.sequence.items.start; item < node.data.sequence.items.top;
         ++item) {
      const auto* value = yaml_document_get_node(document_, *item);
      if (value->type != YAML_SCALAR_NODE)
        return Complain(*value, key, "has an entry that is no value");
      joined += (joined.empty() ? "" : ",") + TextOf(*value);
    }
    return AddValue(node, key, std::move(joined));
  }

  yaml_document_t* document_;
  const std::string& name_;
  std::vector<Setting> settings_;
  std::set<std::string> seen_;
};

}  // namespace

Result<std::vector<Setting>> ParseYamlSettings(const std::string& text, const std::string& name) {
  Document document;
  if (auto loaded = document.Load(text, name); !loaded) return tl::unexpected(loaded.error());
  Flattener flattener(document.get(), name);
  if (const auto* root = yaml_document_get_root_node(document.get()); root != nullptr) {
    if (auto added = flattener.Add(*root, ""); !added) return tl::unexpected(added.error());
  }
  return flattener.Take();
}

Result<std::vector<Setting>> ReadYamlSettings(const std::filesystem::path& file) {
  const auto text = ReadHead(file, kFileBytes + 1);
  if (!text) return tl::unexpected(text.error());
  if (text->size() > kFileBytes) {
    return Fail(ErrorCode::kInvalidArgument, file.string() + ": is larger than 1 MiB");
  }
  return ParseYamlSettings(*text, file.string());
}

}  // namespace hypergauge::probes
