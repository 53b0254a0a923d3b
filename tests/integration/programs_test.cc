// How the programs behave towards those who start them: flags, ports, files, exit codes.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "tests/support/aggregator_process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

Finished RunAggregator(const TempDir& folder, const std::vector<std::string>& flags) {
  std::vector<std::string> argv{Program("hypergauge-aggregator"),
                                "--storage.path",
                                (folder.path() / "store").string(),
                                "--web.listen-address",
                                "127.0.0.1:0",
                                "--grpc.listen-address",
                                "127.0.0.1:0"};
  argv.insert(argv.end(), flags.begin(), flags.end());
  return RunProcess(argv, seconds(20));
}

TEST(AggregatorProgramTest, AnUnknownFlagIsAUsageError) {
  const TempDir folder;
  const auto run = RunAggregator(folder, {"--no-such-flag"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.output, HasSubstr("--no-such-flag"));
}

TEST(AggregatorProgramTest, HelpAndVersionGoToStandardOutputAndEndWell) {
  const TempDir folder;
  EXPECT_THAT(RunAggregator(folder, {"--help"}).output, HasSubstr("--storage.path"));
  const auto version = RunAggregator(folder, {"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output, HasSubstr("hypergauge-aggregator, version"));
}

TEST(AggregatorProgramTest, AMissingConfigurationIsNamed) {
  const TempDir folder;
  const auto run = RunAggregator(folder, {"--config.file", "/no/such/file.yml"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.output, HasSubstr("/no/such/file.yml: No such file or directory"));
}

TEST(AggregatorProgramTest, AMalformedConfigurationIsNamedWithItsPlace) {
  const TempDir folder;
  const auto file = folder.Write("c.yml", "schedule:\n  interval: often\n");
  const auto run = RunAggregator(folder, {"--config.file", file.string()});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.output, HasSubstr("c.yml:2:13"));
}

TEST(AggregatorProgramTest, APortThatIsTakenIsNamed) {
  const TempDir folder;
  AggregatorProcess other((folder.path() / "other").string());
  ASSERT_TRUE(other.ready()) << other.process().output();
  const std::vector<std::string> base{Program("hypergauge-aggregator"), "--storage.path",
                                      (folder.path() / "store").string()};
  auto taken = base;
  taken.insert(taken.end(), {"--web.listen-address", "127.0.0.1:0", "--grpc.listen-address",
                             other.grpc_address()});
  const auto on_grpc = RunProcess(taken, seconds(20));
  EXPECT_EQ(on_grpc.exit_code, 1);
  EXPECT_THAT(on_grpc.output, HasSubstr("cannot listen on " + other.grpc_address()));
  taken = base;
  const std::string web = "127.0.0.1:" + std::to_string(other.web_port());
  taken.insert(taken.end(), {"--web.listen-address", web, "--grpc.listen-address", "127.0.0.1:0"});
  const auto on_web = RunProcess(taken, seconds(20));
  EXPECT_EQ(on_web.exit_code, 1);
  EXPECT_THAT(on_web.output, HasSubstr(web));
}

TEST(AggregatorProgramTest, AStoreFolderThatCannotBeWrittenIsNamed) {
  const TempDir folder;
  // A read-only mount stops root too; it is seen by this one process only.
  const std::string script = "mount -t tmpfs -o ro none \"$0\" && exec \"$@\"";
  const std::string store = folder.path().string();
  AggregatorProcess aggregator(
      store, {}, {"unshare", "--map-root-user", "--mount", "sh", "-c", script, store});
  EXPECT_FALSE(aggregator.ready());
  EXPECT_EQ(aggregator.process().Wait(seconds(10)), 1);
  EXPECT_THAT(aggregator.process().output(), HasSubstr(store));
  EXPECT_THAT(aggregator.process().output(), HasSubstr("Read-only file system"));
}

TEST(AggregatorProgramTest, AForeignFileIsRefusedAndNamed) {
  const TempDir folder;
  folder.Write("store/hypergauge.db", std::string(1000, 'q'));
  const auto run = RunAggregator(folder, {});
  EXPECT_NE(run.exit_code, 0);
  EXPECT_THAT(run.output, HasSubstr("store/hypergauge.db is not an SQLite file"));
  EXPECT_EQ(ReadFile(folder.path() / "store/hypergauge.db"), std::string(1000, 'q'));
}

// One unary call without generated code.
grpc::Status CallRaw(const std::string& address, const std::string& method,
                     const std::string& request, std::string& response) {
  grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(10));
  grpc::CompletionQueue queue;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  auto call = stub.PrepareUnaryCall(&context, method, bytes, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  std::vector<grpc::Slice> slices;
  if (status.ok() && answer.Dump(&slices).ok()) {
    for (const auto& part : slices) {
      response.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return status;
}

TEST(AggregatorProgramTest, HealthAndReflectionAreServed) {
  const TempDir folder;
  AggregatorProcess aggregator(folder.path().string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  std::string health;
  const auto status =
      CallRaw(aggregator.grpc_address(), "/grpc.health.v1.Health/Check", "", health);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(health, "\x08\x01");  // status: SERVING
  std::string services;
  // list_services: "*", as a stream of one message, which is the same on the wire.
  const auto reflection = CallRaw(aggregator.grpc_address(),
                                  "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                  "\x3a\x01*", services);
  EXPECT_TRUE(reflection.ok()) << reflection.error_message();
  for (const char* service : {"ProbeService", "QueryService", "AdminService", "AnalysisService"}) {
    EXPECT_THAT(services, HasSubstr(std::string("hypergauge.v1.") + service));
  }
}

TEST(AggregatorProgramTest, TheWebAnswers) {
  const TempDir folder;
  AggregatorProcess aggregator(folder.path().string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  const auto page = HttpGet(aggregator.url("/"));
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("script-src 'self'"));
  EXPECT_THAT(page.body, HasSubstr("hypergauge"));
  EXPECT_EQ(HttpGet(aggregator.url("/-/healthy")).status, 200);
  EXPECT_EQ(HttpGet(aggregator.url("/-/ready")).status, 200);
  EXPECT_EQ(HttpGet(aggregator.url("/nothing")).status, 404);
}

TEST(CommandTest, AnAggregatorThatIsNotThereIsNamed) {
  const auto run = RunProcess({Program("hypergauge"), "--server", "127.0.0.1:1", "results"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("127.0.0.1:1 does not answer"));
}

TEST(CommandTest, WithoutProbesItSaysSo) {
  const TempDir folder;
  AggregatorProcess aggregator(folder.path().string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  const auto run =
      RunProcess({Program("hypergauge"), "results", "--server", aggregator.grpc_address()});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output, HasSubstr("no probe has reported yet"));
}

}  // namespace
}  // namespace hypergauge::testing
