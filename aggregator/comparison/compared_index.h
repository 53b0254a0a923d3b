#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "aggregator/analysis/overhead.h"
#include "aggregator/comparison/compare.h"

namespace hypergauge::aggregator {

/// A quantity that is compared, and what its row is called.
struct ComparedQuantity {
  const v1::BenchmarkDescriptor* benchmark = nullptr;
  const v1::Quantity* quantity = nullptr;
  std::string name;
  [[nodiscard]] bool higher_is_better() const {
    return quantity->direction() == v1::DIRECTION_HIGHER_IS_BETTER;
  }
};

/// Looks things up in a fleet, which must outlive it.
class ComparedIndex {
 public:
  ComparedIndex(const ComparedFleet& fleet, const v1::CompareRequest& request);

  /// The nodes that a guest can be compared with, the first that did the same work first of all;
  /// empty where there is none.
  struct Baseline {
    std::vector<const v1::Node*> nodes;
    bool substitute = false;  ///< of the same hardware group, and not its host
  };
  [[nodiscard]] Baseline BaselineOf(const v1::Node& guest) const;

  /// Null for what is not compared.
  [[nodiscard]] const ComparedQuantity* QuantityOf(
      const std::string& benchmark, const std::string& family,
      const std::map<std::string, std::string>& labels) const;

  /// "kvm", or where versions are told apart "kvm 8.2".
  [[nodiscard]] std::string PlatformOf(const v1::Node& node) const;

  /// Of the node's last clean run.
  [[nodiscard]] analysis::RunFacts FactsOf(const v1::Node& node, const std::string& benchmark,
                                           const std::string& suite) const;

 private:
  bool versions_;
  std::map<std::string, const v1::Node*> nodes_;               // by label
  std::map<std::string, std::string> groups_;                  // by label of the node
  std::map<std::string, std::vector<const v1::Node*>> metal_;  // bare metal by hardware group
  std::multimap<std::string, ComparedQuantity> quantities_;    // by benchmark
  std::map<std::tuple<std::string, std::string, std::string>, const v1::Run*> clean_;
};

/// Whether the node is one that is compared with another.
[[nodiscard]] bool IsGuest(const v1::Node& node);

}  // namespace hypergauge::aggregator
