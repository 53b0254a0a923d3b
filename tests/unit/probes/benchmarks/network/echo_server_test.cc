#include "probes/benchmarks/network/echo_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string_view>

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kPlenty(5000);

class EchoServers : public ::testing::Test {
 protected:
  EchoServers() {
    auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
    endpoint_ = {.host = "127.0.0.1", .port = LocalPort(listener).value()};
    server_ = std::make_unique<EchoServer>(std::move(listener));
  }

  Socket Connect() {
    auto client = ConnectTo(endpoint_, kPlenty).value();
    EXPECT_TRUE(server_->Serve(kPlenty));  // accepts
    return client;
  }

  Endpoint endpoint_;
  std::unique_ptr<EchoServer> server_;
};

void Send(const Socket& socket, std::string_view text) {
  ASSERT_EQ(send(socket.descriptor(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

std::string Receive(const Socket& socket) {
  std::array<char, 64> buffer{};
  const ssize_t got = recv(socket.descriptor(), buffer.data(), buffer.size(), 0);
  return got > 0 ? std::string(buffer.data(), static_cast<size_t>(got)) : "";
}

TEST_F(EchoServers, SendBackToEveryClientItsOwnBytes) {
  const auto first = Connect();
  const auto second = Connect();
  Send(first, "one");
  Send(second, "two");
  ASSERT_TRUE(server_->Serve(kPlenty));
  ASSERT_TRUE(server_->Serve(std::chrono::milliseconds(0)));
  EXPECT_EQ(Receive(first), "one");
  EXPECT_EQ(Receive(second), "two");
}

TEST_F(EchoServers, OutliveClientsThatLeave) {
  { const auto gone = Connect(); }
  ASSERT_TRUE(server_->Serve(kPlenty));
  const auto next = Connect();
  Send(next, "still here");
  ASSERT_TRUE(server_->Serve(kPlenty));
  EXPECT_EQ(Receive(next), "still here");
}

TEST_F(EchoServers, DropTheOldestOfTooManyClients) {
  const auto oldest = Connect();
  std::vector<Socket> clients;
  for (size_t i = 0; i < EchoServer::kMaxConnections; ++i) clients.push_back(Connect());
  EXPECT_EQ(Receive(oldest), "");
  Send(clients.back(), "served");
  ASSERT_TRUE(server_->Serve(kPlenty));
  EXPECT_EQ(Receive(clients.back()), "served");
}

TEST(EchoServerOfDatagrams, AnswersClientsAndNoServers) {
  const auto listen = [] { return ListenAt({.host = "127.0.0.1", .port = 0}).value(); };
  auto datagrams = BindUdpTo({.host = "127.0.0.1", .port = 0}).value();
  const Endpoint endpoint{.host = "127.0.0.1", .port = LocalPort(datagrams).value()};
  EchoServer server(listen(), std::move(datagrams));
  // A forged sender could make two servers echo each other for ever.
  const auto forged = BindUdpTo({.host = "127.0.0.2", .port = endpoint.port}).value();
  sockaddr_in address{.sin_family = AF_INET,
                      .sin_port = htons(endpoint.port),
                      .sin_addr = {htonl(INADDR_LOOPBACK)},
                      .sin_zero = {}};
  ASSERT_EQ(connect(forged.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof(address)),
            0);
  const auto client = ConnectUdpTo(endpoint, kPlenty).value();
  Send(forged, "f");
  Send(client, "c");
  ASSERT_TRUE(server.Serve(kPlenty));
  EXPECT_EQ(Receive(client), "c");
  char byte = 0;
  EXPECT_EQ(recv(forged.descriptor(), &byte, 1, MSG_DONTWAIT), -1);
}

}  // namespace
}  // namespace hypergauge::probes
