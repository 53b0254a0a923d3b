#include "aggregator/config_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::set<std::string> kShipped = {"cluster", "snapshots"};

CatalogueFile Parsed(const std::string& text) {
  auto file = ParseCatalogue(text, "c.yml", kShipped);
  EXPECT_TRUE(file.has_value()) << file.error().message;
  return file.value_or(CatalogueFile{});
}

std::string Refused(const std::string& text) {
  const auto file = ParseCatalogue(text, "c.yml", kShipped);
  EXPECT_FALSE(file.has_value()) << text;
  return file ? "" : file.error().message;
}

// A product with one more line.
std::string Product(const std::string& line) {
  return "products:\n  - platform: kvm\n    product: P\n    " + line + "\n";
}

std::string Console(const std::string& url) {
  return Product("consoles: [{title: T, url: \"" + url + "\"}]");
}

TEST(CatalogueFileTest, ProductsFeaturesAndNotesAreRead) {
  const auto file = Parsed(
      "shipped: false\n"
      "features:\n"
      "  - {id: gpu, title: GPU passthrough}\n"
      "products:\n"
      "  - platform: proxmox-ve\n"
      "    product: Proxmox VE 8.2\n"
      "    source: our lab\n"
      "    features: {gpu: yes}\n"
      "    consoles:\n"
      "      - {title: pve1, url: \"https://pve1.example:8006/#v1:0\"}\n"
      "  - {platform: xen, product: XCP-ng}\n"
      "notes: [Ask Ada.]\n");
  EXPECT_FALSE(file.with_shipped);
  const auto& catalogue = file.catalogue;
  ASSERT_EQ(catalogue.products_size(), 2);
  EXPECT_EQ(catalogue.products(0).platform(), "proxmox-ve");
  EXPECT_EQ(catalogue.products(0).product(), "Proxmox VE 8.2");
  EXPECT_EQ(catalogue.products(0).source(), "our lab");
  EXPECT_EQ(catalogue.products(0).features().at("gpu"), "yes");
  EXPECT_EQ(catalogue.products(0).consoles(0).url(), "https://pve1.example:8006/#v1:0");
  EXPECT_EQ(catalogue.products(1).source(), "operator");
  EXPECT_EQ(catalogue.features(0).title(), "GPU passthrough");
  EXPECT_EQ(catalogue.notes(0), "Ask Ada.");
}

TEST(CatalogueFileTest, AnEmptyFileAddsNothing) {
  for (const char* text : {"", "# nothing\n", "{}"}) {
    const auto file = Parsed(text);
    EXPECT_TRUE(file.with_shipped);
    EXPECT_EQ(file.catalogue.ByteSizeLong(), 0U);
  }
}

TEST(CatalogueFileTest, FeaturesOfWhatShipsMayBeUsedWhileItIsShown) {
  EXPECT_EQ(Parsed(Product("features: {cluster: \"no\"}")).catalogue.products_size(), 1);
  EXPECT_EQ(Refused("shipped: false\n" + Product("features: {cluster: \"no\"}")),
            "c.yml:5:16: there is no feature \"cluster\"; `features` gives it a title");
  EXPECT_THAT(Refused(Product("features: {cluster_size: \"no\"}")), HasSubstr("cluster_size"));
}

TEST(CatalogueFileTest, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_EQ(Refused("products:\n  - platform: kvm\n    colour: red\n"),
            "c.yml:3:5: products: unknown key \"colour\" in a product; there are consoles, "
            "features, platform, product, source");
  EXPECT_THAT(Refused("consoles: []\n"), StartsWith("c.yml:1:1: unknown key \"consoles\""));
  EXPECT_THAT(Refused("products: {}\n"), HasSubstr("must be a list of products"));
  EXPECT_THAT(Refused("products: [7]\n"), HasSubstr("a product must be a map"));
  EXPECT_THAT(Refused("products: [{platform: kvm}]\n"),
              HasSubstr("needs a platform and a product"));
  EXPECT_THAT(Refused("features: [{id: a}]\n"), HasSubstr("needs an id and a title"));
  EXPECT_THAT(Refused("features: [{id: A b, title: T}]\n"), HasSubstr("\"A b\" is no id"));
  EXPECT_THAT(Refused("shipped: perhaps\n"), HasSubstr("must be true or false"));
  EXPECT_THAT(Refused(Product("source: \"\"")), HasSubstr("is empty"));
  EXPECT_THAT(Refused(Product("source: \"a\\eb\"")), HasSubstr("control characters"));
  EXPECT_THAT(Refused(Product("source: " + std::string(1025, 'x'))),
              HasSubstr("has 1025 bytes; at most 1024"));
  EXPECT_THAT(Refused("products: [\n"), StartsWith("c.yml:"));
}

TEST(CatalogueFileTest, NothingIsGivenTwice) {
  const std::string product = "{platform: kvm, product: P}";
  EXPECT_THAT(Refused("products: [" + product + ", " + product + "]\n"),
              HasSubstr("\"P\" of kvm is given twice"));
  EXPECT_THAT(Refused("features: [{id: a, title: A}, {id: a, title: B}]\n"),
              HasSubstr("\"a\" is given twice"));
  EXPECT_THAT(Refused(Product("features: {cluster: a, cluster: b}")),
              HasSubstr("\"cluster\" is given twice"));
  EXPECT_THAT(Refused(Product("consoles: [{title: A, url: \"http://a\"}, "
                              "{title: B, url: \"http://a\"}]")),
              HasSubstr("\"http://a\" is given twice"));
  EXPECT_THAT(Refused("shipped: true\nshipped: true\n"), HasSubstr("is given twice"));
}

TEST(CatalogueFileTest, LinksLeadToWebPagesAndNowhereElse) {
  for (const char* url : {"http://a", "https://host.example:8006/a/b?c=d&e=%20#f", "https://[::1]/",
                          "https://h/?next=//x@y"}) {
    EXPECT_EQ(Parsed(Console(url)).catalogue.products(0).consoles(0).url(), url);
  }
  for (const char* url : {"javascript:alert(1)",
                          "JAVASCRIPT:alert(1)",
                          "data:text/html,x",
                          "ftp://a",
                          "//a",
                          "/a",
                          "a",
                          "http:a",
                          "http:/a",
                          "http://",
                          "https:///x",
                          "https://:80/",
                          "HTTP://a",
                          " http://a",
                          "http://a b",
                          "http://a/<script>",
                          "http://a/'",
                          "http://a\\b",
                          "http://user:secret@a/",
                          "http://user@a"}) {
    std::string escaped;
    for (const char* c = url; *c != '\0'; ++c) escaped += *c == '\\' ? "\\\\" : std::string(1, *c);
    EXPECT_THAT(Refused(Console(escaped)), StartsWith("c.yml:4:")) << url;
  }
  EXPECT_THAT(Refused(Console("http://a/" + std::string(2048, 'x'))), HasSubstr("at most 2048"));
}

TEST(CatalogueFileTest, ThereAreBounds) {
  std::string many = "products:\n";
  for (int i = 0; i < 1001; ++i) many += "- {platform: kvm, product: P" + std::to_string(i) + "}\n";
  EXPECT_THAT(Refused(many), HasSubstr("there are more than 1000 products"));
  std::string notes = "notes: [";
  for (int i = 0; i < 101; ++i) notes += "n,";
  EXPECT_THAT(Refused(notes + "]"), HasSubstr("there are more than 100 notes"));
}

TEST(CatalogueFileTest, OnlyRegularFilesOfSomeSizeAreRead) {
  const TempDir folder;
  const auto file = folder.path() / "c.yml";
  EXPECT_EQ(LoadCatalogue(file, kShipped).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(LoadCatalogue(folder.path(), kShipped).error().message, HasSubstr("no regular file"));
  EXPECT_THAT(LoadCatalogue("/dev/zero", kShipped).error().message, HasSubstr("no regular file"));
  std::ofstream(file) << std::string((1 << 20) + 1, '#');
  EXPECT_THAT(LoadCatalogue(file, kShipped).error().message, HasSubstr("larger than 1 MiB"));
  std::ofstream(file) << "notes: [Hi]\n";
  EXPECT_EQ(LoadCatalogue(file, kShipped).value().catalogue.notes(0), "Hi");
}

}  // namespace
}  // namespace hypergauge::aggregator
