#include "probes/platform/placement/domain_xml.h"

#include <expat.h>

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kTextBytes = 4096;  // of a name or a UUID

std::string_view Attribute(const XML_Char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2) {
    if (attributes[0] == name) return attributes[1];
  }
  return {};
}

// Gathers what is wanted while Expat walks through the document.
class Reader {
 public:
  explicit Reader(XML_Parser parser) : parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(
        parser,
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<Reader*>(self)->Begin(name, attributes);
        },
        [](void* self, const XML_Char*) { static_cast<Reader*>(self)->End(); });
    XML_SetCharacterDataHandler(parser, [](void* self, const XML_Char* text, int length) {
      static_cast<Reader*>(self)->Text({text, static_cast<size_t>(length)});
    });
    XML_SetStartDoctypeDeclHandler(
        parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
          static_cast<Reader*>(self)->Refuse();
        });
  }

  [[nodiscard]] bool found() const { return found_; }
  [[nodiscard]] bool refused() const { return refused_; }
  Domain Take() { return std::move(domain_); }

 private:
  void Begin(std::string_view name, const XML_Char** attributes) {
    path_.emplace_back(name);
    text_.clear();
    if (path_.size() == 1 && name == "domstatus") {
      domain_.state = Attribute(attributes, "state");
      const auto pid = Attribute(attributes, "pid");
      std::from_chars(pid.data(), pid.data() + pid.size(), domain_.pid);
    }
    if (At({})) found_ = true;
    if (At({"devices", "interface", "mac"})) {
      if (auto mac = NormalMac(Attribute(attributes, "address"))) {
        domain_.guest.macs.push_back(std::move(*mac));
      }
    }
    is_uuid_entry_ = At({"sysinfo", "system", "entry"}) && Attribute(attributes, "name") == "uuid";
  }

  void End() {
    if (At({"name"})) domain_.name = text_;
    if (At({"uuid"}) || is_uuid_entry_) {
      if (auto uuid = NormalUuid(text_)) domain_.guest.uuids.push_back(std::move(*uuid));
    }
    is_uuid_entry_ = false;
    text_.clear();
    path_.pop_back();
  }

  void Text(std::string_view text) {
    if (text_.size() + text.size() <= kTextBytes) text_ += text;
  }

  void Refuse() {
    refused_ = true;
    XML_StopParser(parser_, XML_FALSE);
  }

  // Whether this is the element below <domain>, which is the document or stands in <domstatus>.
  [[nodiscard]] bool At(const std::vector<std::string_view>& below) const {
    const size_t skip = !path_.empty() && path_[0] == "domstatus" ? 1 : 0;
    if (path_.size() != skip + 1 + below.size() || path_[skip] != "domain") return false;
    return std::equal(below.begin(), below.end(), path_.begin() + static_cast<long>(skip) + 1);
  }

  XML_Parser parser_;
  std::vector<std::string> path_;
  std::string text_;
  bool is_uuid_entry_ = false;
  bool found_ = false;
  bool refused_ = false;
  Domain domain_;
};

}  // namespace

Result<Domain> ParseDomainXml(std::string_view xml) {
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  const std::unique_ptr<XML_ParserStruct, Free> parser(XML_ParserCreate("UTF-8"));
  if (!parser) return Fail(ErrorCode::kResourceExhausted, "no memory for an XML parser");
  Reader reader(parser.get());
  const auto status = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  if (reader.refused()) {
    return Fail(ErrorCode::kInvalidArgument, "it has a document type declaration");
  }
  if (status != XML_STATUS_OK) {
    return Fail(ErrorCode::kInvalidArgument,
                "line " + std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " +
                    XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  if (!reader.found()) return Fail(ErrorCode::kInvalidArgument, "it describes no domain");
  return reader.Take();
}

}  // namespace hypergauge::probes
