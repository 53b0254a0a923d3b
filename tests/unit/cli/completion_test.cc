#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/exit.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() {
    app_.add_option("--server", server_);
    auto* nodes = app_.add_subcommand("nodes", "List the node's names");
    AddFormat(*nodes, format_);
    nodes->add_option("--output", output_);
    nodes->add_flag("--watch", watch_);
    nodes->add_subcommand("remove", "Take it out");
    app_.add_subcommand("run-now", "Measure")->alias("run");
    auto* shells = app_.add_subcommand("completion", "Print");
    shells->add_option("SHELL", shell_)->check(CLI::IsMember({"bash", "zsh"}));
  }

  // What bash offers behind the words, the last of which is being written.
  std::string Offered(const std::vector<std::string>& words) {
    const hypergauge::testing::TempDir folder;
    const auto path = (folder.path() / "script").string();
    std::string line;
    for (const auto& word : words) line += "\"" + word + "\" ";
    std::ofstream(path) << BashCompletion(app_, "hypergauge") << "COMP_WORDS=(" << line
                        << ")\nCOMP_CWORD=" << words.size() - 1
                        << "\n_hypergauge\necho \"${COMPREPLY[*]}\"\n";
    return hypergauge::testing::RunProcess({"bash", "--norc", path}).output;
  }

  CLI::App app_;
  std::string server_;
  std::string format_;
  std::string output_;
  bool watch_ = false;
  std::string shell_;
};

TEST_F(CompletionTest, BashOffersCommandsFlagsAndChoices) {
  EXPECT_EQ(Offered({"hypergauge", "n"}), "nodes\n");
  EXPECT_EQ(Offered({"hypergauge", "nodes", "--f"}), "--format\n");
  EXPECT_EQ(Offered({"hypergauge", "nodes", "--s"}), "--server\n");
  EXPECT_EQ(Offered({"hypergauge", "nodes", "--format", ""}), "table json csv\n");
  EXPECT_EQ(Offered({"hypergauge", "--server", "x", "nodes", "re"}), "remove\n");
  EXPECT_EQ(Offered({"hypergauge", "nodes", "--watch", "re"}), "remove\n");
  EXPECT_EQ(Offered({"hypergauge", "completion", ""}), "bash zsh --help --server\n");
}

TEST_F(CompletionTest, ForWhatIsAFileBashIsLeftToItself) {
  EXPECT_EQ(Offered({"hypergauge", "nodes", "--output", ""}), "\n");
  EXPECT_EQ(Offered({"hypergauge", "--server", ""}), "\n");
}

TEST_F(CompletionTest, ZshTakesBashs) {
  EXPECT_THAT(ZshCompletion(app_, "hypergauge"), HasSubstr("#compdef hypergauge\n"));
}

TEST_F(CompletionTest, FishHasALineAFlag) {
  const auto text = FishCompletion(app_, "hypergauge");
  EXPECT_THAT(text, HasSubstr("complete -c hypergauge -f -n __fish_use_subcommand -a nodes -d "
                              "'List the node\\'s names'\n"));
  EXPECT_THAT(text, HasSubstr("complete -c hypergauge -n '__fish_seen_subcommand_from nodes' -l "
                              "format -x -a 'table json csv' -d 'table, json or csv'\n"));
  EXPECT_THAT(text, HasSubstr("'__fish_seen_subcommand_from run-now run'"));
}

}  // namespace
}  // namespace hypergauge::cli
