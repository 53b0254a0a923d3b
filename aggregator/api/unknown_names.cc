#include "aggregator/api/unknown_names.h"

#include "aggregator/placement/outermost_hosts.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kMostQuoted = 253;  // the longest name that a node can have

Error NoSuch(const std::string& field, const std::string& what, const std::string& name) {
  return {ErrorCode::kNotFound,
          field + ": there is no " + what + " \"" + Printable(name, kMostQuoted) + "\""};
}

}  // namespace

std::set<std::string> KnownHosts(const Fleet& fleet) {
  return OutermostHosts(fleet.ShownNodes({}, /*brief=*/true));
}

Error NoSuchNode(const std::string& field, const std::string& node) {
  return NoSuch(field, "node", node);
}

Error NoSuchHost(const std::string& field, const std::string& host) {
  return NoSuch(field, "host", host);
}

}  // namespace hypergauge::aggregator
