#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "exporter/http.h"
#include "tests/support/http_client.h"
#include "tests/support/process.h"
#include "tests/unit/exporter/gunzip.h"
#include "tests/unit/exporter/raw_connection.h"

namespace hypergauge::exporter {
namespace {

using hypergauge::testing::HttpGet;
using testing::Gunzip;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawConnection;
using ::testing::StartsWith;

HttpResponse Text(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

const std::string kLarge(100'000, 'x');

HttpResponse Echo(const HttpRequest& request) {
  std::string text = request.method + "|" + request.path + "|" + request.query + "|" + request.body;
  const auto found = request.headers.find("x-test");
  return Text(text + "|" + (found == request.headers.end() ? "" : found->second));
}

const std::map<std::string, HttpHandler>& Routes() {
  static const std::map<std::string, HttpHandler> kRoutes = {
      {"/echo", Echo},
      {"POST /echo", Echo},
      {"/a b", Echo},
      {"PUT /put", Echo},
      {"/large", [](const HttpRequest&) { return Text(kLarge); }},
      {"/throw", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("no luck"); }},
      {"/throw-odd", [](const HttpRequest&) -> HttpResponse { throw 42; }},
  };
  return kRoutes;
}

HttpOptions Loopback() {
  HttpOptions options;
  options.listen_addresses = {"127.0.0.1:0"};
  return options;
}

// A started server and its address.
struct Server {
  explicit Server(const HttpOptions& options = Loopback(),
                  const std::map<std::string, HttpHandler>& routes = Routes()) {
    auto started = StartHttpServer(options, routes);
    if (!started) throw std::runtime_error(started.error().message);
    server = std::move(*started);
    port = server->ports().at(0);
    url = "http://127.0.0.1:" + std::to_string(port);
  }

  std::unique_ptr<HttpServer> server;
  uint16_t port = 0;
  std::string url;
};

TEST(HttpServer, GivesHandlersTheWholeRequest) {
  const Server server;
  const auto answer = HttpGet(server.url + "/echo?a=%20b", {"X-TEST: one", "x-test: two"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET|/echo|a=%20b||one, two");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(answer.headers.at("date").ends_with(" GMT"));
  EXPECT_EQ(HttpGet(server.url + "/a%20b").body, "GET|/a b|||");
}

TEST(HttpServer, AnswersUnknownPathsWith404) {
  const Server server;
  EXPECT_EQ(HttpGet(server.url + "/").status, 404);
  EXPECT_EQ(HttpGet(server.url + "/echo/").status, 404);
  EXPECT_EQ(HttpGet(server.url + "/etc/passwd").status, 404);
  EXPECT_EQ(HttpGet(server.url + "/nothing", {}, "POST").status, 404);
}

TEST(HttpServer, AnswersOtherMethodsWith405AndNamesTheRightOnes) {
  const Server server;
  for (const char* method : {"DELETE", "PUT", "OPTIONS", "PATCH"}) {
    const auto answer = HttpGet(server.url + "/echo", {}, method);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD, POST") << method;
  }
  EXPECT_EQ(HttpGet(server.url + "/large", {}, "POST").status, 405);
  EXPECT_EQ(HttpGet(server.url + "/put").headers.at("allow"), "PUT");
  EXPECT_EQ(HttpGet(server.url + "/put", {}, "HEAD").status, 405);
}

TEST(HttpServer, ServesOtherMethodsWhereARouteNamesThem) {
  const Server server;
  RawConnection connection(server.port);
  connection.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_THAT(connection.ReadUntil("hello|"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpServer, AnswersHeadAsGetWithoutTheBody) {
  const Server server;
  RawConnection connection(server.port);
  connection.Send("HEAD /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = connection.ReadToEnd();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(kLarge.size()) + "\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, CompressesLargeAnswersForThoseWhoWantIt) {
  const Server server;
  const auto gzipped = HttpGet(server.url + "/large", {"Accept-Encoding: gzip"});
  EXPECT_EQ(gzipped.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(gzipped.headers.at("vary"), "Accept-Encoding");
  EXPECT_LT(gzipped.body.size(), kLarge.size() / 10);
  EXPECT_TRUE(Gunzip(gzipped.body) == kLarge);
  for (const char* header : {"Accept:", "Accept-Encoding: gzip;q=0", "Accept-Encoding: br"}) {
    const auto plain = HttpGet(server.url + "/large", {header});
    EXPECT_FALSE(plain.headers.contains("content-encoding")) << header;
    EXPECT_EQ(plain.headers.at("vary"), "Accept-Encoding");
    EXPECT_TRUE(plain.body == kLarge) << header;
  }
  const auto small = HttpGet(server.url + "/echo", {"Accept-Encoding: gzip"});
  EXPECT_EQ(small.body, "GET|/echo|||");
}

TEST(HttpServer, LeavesAlreadyEncodedAnswersAlone) {
  const Server server(Loopback(), {{"/", [](const HttpRequest&) {
                                      HttpResponse response = Text(kLarge);
                                      response.headers = {{"content-encoding", "br"}};
                                      return response;
                                    }}});
  const auto answer = HttpGet(server.url + "/", {"Accept-Encoding: gzip"});
  EXPECT_EQ(answer.headers.at("content-encoding"), "br");
  EXPECT_TRUE(answer.body == kLarge);
}

TEST(HttpServer, TellsTheOperatorAndNotTheClientWhatAHandlerThrew) {
  std::mutex mutex;
  std::vector<std::string> errors;
  HttpOptions options = Loopback();
  options.on_error = [&](const std::string& error) {
    const std::lock_guard lock(mutex);
    errors.push_back(error);
  };
  const Server server(options);
  const auto answer = HttpGet(server.url + "/throw");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "internal error\n");
  EXPECT_EQ(HttpGet(server.url + "/throw-odd").status, 500);
  EXPECT_EQ(HttpGet(server.url + "/echo").status, 200);
  const std::lock_guard lock(mutex);
  EXPECT_THAT(errors,
              ::testing::ElementsAre("GET /throw: no luck", "GET /throw-odd: unknown exception"));
}

TEST(HttpServer, KeepsHandlersFromForgingHeaders) {
  const Server server(
      Loopback(), {{"/", [](const HttpRequest&) {
                      HttpResponse response = Text("x");
                      response.content_type = "text/plain\r\nX-Evil: 1";
                      response.headers = {{"X-Good", "a\r\nX-Evil: 2"}, {"X-Odd\r\nX-Evil", "3"}};
                      return response;
                    }}});
  const auto answer = HttpGet(server.url + "/");
  EXPECT_FALSE(answer.headers.contains("x-evil"));
  EXPECT_EQ(answer.headers.at("x-good"), "a  X-Evil: 2");
}

TEST(HttpServer, SendsNoLengthWithNotModified) {
  const Server server(Loopback(), {{"/", [](const HttpRequest&) {
                                      HttpResponse response;
                                      response.status = 304;
                                      return response;
                                    }}});
  const auto answer = HttpGet(server.url + "/");
  EXPECT_EQ(answer.status, 304);
  EXPECT_FALSE(answer.headers.contains("content-length"));
}

TEST(HttpServer, TakesBodiesUpToTheLimitAndRefusesLargerOnes) {
  HttpOptions options = Loopback();
  options.max_body_bytes = 100'000;
  const Server server(options);
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  for (const size_t size : {100'000UL, 100'001UL, 390'000UL}) {
    RawConnection connection(server.port);
    connection.Send(head + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                    std::string(size, 'b'));
    const auto* status = size <= 100'000 ? "HTTP/1.1 200 " : "HTTP/1.1 413 ";
    EXPECT_THAT(connection.ReadToEnd(), StartsWith(status)) << size;
  }
  RawConnection chunked(server.port);
  chunked.Send(head + "Transfer-Encoding: chunked\r\n\r\n30d40\r\n" + std::string(200'000, 'b') +
               "\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.ReadToEnd(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, GivesUpOnABodyThatDoesNotCome) {
  HttpOptions options = Loopback();
  options.request_timeout = std::chrono::milliseconds(50);
  const Server server(options);
  RawConnection connection(server.port);
  connection.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_THAT(connection.ReadToEnd(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  const Server server;
  RawConnection connection(server.port);
  for (const char* query : {"first", "second"}) {
    connection.Send(std::string("GET /echo?") + query + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = connection.ReadUntil(std::string("|") + query + "||");
    EXPECT_THAT(answer, HasSubstr("GET|/echo|")) << query;
  }
}

TEST(HttpServer, IsNotBlockedByAClientThatNeverFinishesItsRequest) {
  HttpOptions options = Loopback();
  options.threads = 2;
  const Server server(options);
  const RawConnection slow(server.port);
  slow.Send("GET /echo HTT");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(HttpGet(server.url + "/echo").status, 200);
}

TEST(HttpServer, AnswersManyClientsAtOnce) {
  const Server server;
  std::atomic<int> right = 0;
  std::vector<std::jthread> clients;
  clients.reserve(8);
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 25; ++i) {
        const auto query = std::to_string(client) + "." + std::to_string(i);
        const auto answer = HttpGet(server.url + "/echo?" + query);
        if (answer.status == 200 && answer.body == "GET|/echo|" + query + "||") ++right;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 8 * 25);
}

TEST(HttpServer, FinishesTheRequestUnderWayBeforeItStops) {
  std::promise<void> entered;
  std::atomic<bool> stopping = false;
  std::string body;
  body.resize(30'000'000, 'y');  // too much for the kernel's buffers
  Server server(Loopback(), {{"/", [&](const HttpRequest&) {
                                entered.set_value();
                                stopping.wait(false);
                                return Text(body);
                              }}});
  auto answer = std::async(std::launch::async, [&] { return HttpGet(server.url + "/"); });
  entered.get_future().wait();
  stopping = true;
  stopping.notify_all();
  server.server.reset();
  const auto received = answer.get();
  EXPECT_EQ(received.status, 200) << received.body;
  EXPECT_TRUE(received.body == body);
}

TEST(HttpServer, ListensOnSeveralAddresses) {
  HttpOptions options;
  options.listen_addresses = {"127.0.0.1:0", "localhost:0"};
  const Server server(options);
  const auto ports = server.server->ports();
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_NE(ports[0], ports[1]);
  for (const auto port : ports) {
    EXPECT_EQ(HttpGet("http://127.0.0.1:" + std::to_string(port) + "/echo").status, 200);
  }
}

TEST(HttpServer, NamesTheAddressWhosePortIsTaken) {
  const Server first;
  HttpOptions options;
  const auto taken = "127.0.0.1:" + std::to_string(first.port);
  options.listen_addresses = {"127.0.0.1:0", taken};
  const auto second = StartHttpServer(options, Routes());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr(taken));
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

TEST(HttpServer, RefusesWhatCannotBe) {
  for (const std::string address : {"", "[::1]:80", "127.0.0.1"}) {
    HttpOptions options;
    options.listen_addresses = {address};
    const auto server = StartHttpServer(options, Routes());
    ASSERT_FALSE(server.has_value()) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument) << address;
    EXPECT_THAT(server.error().message, HasSubstr("\"" + address + "\""));
  }
  EXPECT_EQ(StartHttpServer({}, Routes()).error().code, ErrorCode::kInvalidArgument);
  for (const std::string route : {"", "metrics", "GET", "GET/x", " /x"}) {
    const auto server = StartHttpServer(Loopback(), {{route, Echo}});
    ASSERT_FALSE(server.has_value()) << route;
    EXPECT_THAT(server.error().message, HasSubstr("\"" + route + "\""));
  }
}

TEST(HttpServer, PrintsNothingItself) {
  ::testing::internal::CaptureStderr();
  {
    const Server server;
    HttpOptions options;
    options.listen_addresses = {"127.0.0.1:" + std::to_string(server.port)};
    EXPECT_FALSE(StartHttpServer(options, Routes()).has_value());
    RawConnection garbage(server.port);
    garbage.Send("\x16\x03\x01 nonsense\r\n\r\n");
    EXPECT_THAT(garbage.ReadToEnd(), Not(HasSubstr("200 OK")));
    RawConnection leaver(server.port);
    leaver.Send("GET /large HTTP/1.1\r\n\r\n");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace hypergauge::exporter
