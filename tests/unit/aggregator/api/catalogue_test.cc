#include "aggregator/api/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const v1::CatalogueProduct* Find(const v1::Catalogue& catalogue, const std::string& product) {
  for (const auto& each : catalogue.products()) {
    if (each.product() == product) return &each;
  }
  return nullptr;
}

TEST(CatalogueTest, ShipsWithThePilotsRowsAndATitleForEachColumn) {
  const auto shipped = ShippedCatalogue();
  ASSERT_TRUE(shipped.has_value()) << shipped.error().message;
  EXPECT_EQ(shipped->products_size(), 8);
  EXPECT_EQ(shipped->features_size(), 10);
  EXPECT_EQ(shipped->features(0).title(), "Cluster");
  EXPECT_EQ(shipped->features(1).title(), "64-bit guests");
  EXPECT_EQ(shipped->products(0).product(), "Proxmox VE 1.7 (KVM/OpenVZ)");
  EXPECT_EQ(shipped->products(0).platform(), "kvm");
  EXPECT_EQ(shipped->products(0).source(), "pilot 2011");
  EXPECT_EQ(shipped->products(0).features().at("live_migration"), "yes");
  for (const auto& product : shipped->products()) {
    EXPECT_EQ(product.features_size(), 10) << product.product();
    EXPECT_THAT(product.consoles(), IsEmpty());
  }
}

class CatalogueOfFileTest : public ::testing::Test {
 protected:
  // Each another size, so that it counts as changed however coarse the file system's clock is.
  void Write(const std::string& text) {
    std::ofstream(file_, std::ios::trunc) << text << std::string(++writes_, '\n');
  }

  void Open() {
    auto opened = Catalogue::Open(file_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    catalogue_ = std::move(*opened);
  }

  const TempDir folder_;
  const std::filesystem::path file_ = folder_.path() / "catalogue.yml";
  std::unique_ptr<Catalogue> catalogue_;
  size_t writes_ = 0;
};

TEST_F(CatalogueOfFileTest, AddsAndReplaces) {
  Write(
      "features:\n"
      "  - {id: gpu, title: GPU passthrough}\n"
      "  - {id: cluster, title: Clusters}\n"
      "products:\n"
      "  - platform: kvm\n"
      "    product: Proxmox VE 1.7 (KVM/OpenVZ)\n"
      "    consoles: [{title: pve1, url: \"https://pve1:8006/\"}]\n"
      "  - platform: vmware-esx\n"
      "    product: VMware ESX 4.1\n"
      "    features: {cluster: \"no\"}\n"
      "  - {platform: proxmox-ve, product: Proxmox VE 8.2, features: {gpu: \"yes\"}}\n"
      "notes: [Ask Ada.]\n");
  Open();
  const auto catalogue = catalogue_->Get();
  EXPECT_EQ(catalogue.products_size(), 9);
  EXPECT_EQ(catalogue.features_size(), 11);
  EXPECT_EQ(catalogue.features(0).title(), "Clusters");
  EXPECT_EQ(catalogue.features(10).id(), "gpu");
  const auto* with_console = Find(catalogue, "Proxmox VE 1.7 (KVM/OpenVZ)");
  EXPECT_EQ(with_console->consoles(0).url(), "https://pve1:8006/");
  EXPECT_EQ(with_console->source(), "pilot 2011");  // of which every figure still is
  EXPECT_EQ(with_console->features_size(), 10);
  const auto* changed = Find(catalogue, "VMware ESX 4.1");
  EXPECT_EQ(changed->features().at("cluster"), "no");
  EXPECT_EQ(changed->features().at("snapshots"), "yes");
  EXPECT_EQ(changed->source(), "operator");
  EXPECT_EQ(Find(catalogue, "Proxmox VE 8.2")->features().at("gpu"), "yes");
  EXPECT_EQ(catalogue.notes(catalogue.notes_size() - 1), "Ask Ada.");
}

TEST_F(CatalogueOfFileTest, MayTakeThePlaceOfWhatShips) {
  Write("shipped: false\nproducts: [{platform: kvm, product: P}]\n");
  Open();
  const auto catalogue = catalogue_->Get();
  EXPECT_EQ(catalogue.products_size(), 1);
  EXPECT_THAT(catalogue.features(), IsEmpty());
  EXPECT_THAT(catalogue.notes(), IsEmpty());
}

TEST_F(CatalogueOfFileTest, IsReadAgainWhenItChanges) {
  Write("notes: [one]\n");
  Open();
  EXPECT_THAT(catalogue_->Get().DebugString(), HasSubstr("\"one\""));
  Write("notes: [two]\n");
  EXPECT_THAT(catalogue_->Get().DebugString(), HasSubstr("\"two\""));
  // As editors do it: a new file takes the old one's name.
  std::ofstream(folder_.path() / "new") << "notes: [three]\n";
  std::filesystem::rename(folder_.path() / "new", file_);
  EXPECT_THAT(catalogue_->Get().DebugString(), HasSubstr("\"three\""));
}

TEST_F(CatalogueOfFileTest, ABrokenOneLeavesWhatWasAndIsNoted) {
  Write("notes: [one]\n");
  Open();
  Write("notes: [one\nproducts: {\n");
  for (int i = 0; i < 2; ++i) {
    const auto text = catalogue_->Get().DebugString();
    EXPECT_THAT(text, HasSubstr("\"one\""));
    EXPECT_THAT(text, HasSubstr("catalogue.yml:"));
  }
  std::filesystem::remove(file_);
  EXPECT_THAT(catalogue_->Get().DebugString(), HasSubstr("No such file"));
  Write("notes: [two]\n");
  const auto text = catalogue_->Get().DebugString();
  EXPECT_THAT(text, HasSubstr("\"two\""));
  EXPECT_THAT(text, Not(HasSubstr("cannot be used")));
}

TEST_F(CatalogueOfFileTest, NoAggregatorStartsWithABrokenOne) {
  EXPECT_EQ(Catalogue::Open(file_).error().code, ErrorCode::kNotFound);
  Write("products: 7\n");
  EXPECT_THAT(Catalogue::Open(file_).error().message, HasSubstr("catalogue.yml:1:11: products"));
}

TEST(CatalogueTest, TheDocumentedFileLoads) {
  auto catalogue = Catalogue::Open(HYPERGAUGE_SOURCE_DIR "/docs/catalogue.yml");
  ASSERT_TRUE(catalogue.has_value()) << catalogue.error().message;
  const auto shown = (*catalogue)->Get();
  EXPECT_GT(shown.products_size(), ShippedCatalogue()->products_size());
  size_t consoles = 0;
  for (const auto& product : shown.products()) {
    consoles += static_cast<size_t>(product.consoles_size());
  }
  EXPECT_GT(consoles, 0U);
}

TEST(CatalogueTest, NoFileIsWhatShips) {
  auto catalogue = Catalogue::Open("");
  ASSERT_TRUE(catalogue.has_value());
  EXPECT_EQ((*catalogue)->Get().DebugString(), ShippedCatalogue()->DebugString());
}

}  // namespace
}  // namespace hypergauge::aggregator
