#include "probes/benchmarks/network/ftp_client.h"

#include <array>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdio>

#include "probes/benchmarks/network/patient_stream.h"

namespace hypergauge::probes {
namespace {

using boost::system::error_code;

constexpr std::chrono::milliseconds kConnectTimeout(3000);
constexpr size_t kLongestLine = 4096;
constexpr int kMostLines = 200;  // of one reply, or a server could talk for ever

int CodeOf(std::string_view line) {
  int code = 0;
  const auto digits = line.substr(0, 3);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  const bool is_code = parsed.ec == std::errc() && parsed.ptr == line.data() + 3 && code >= 100;
  return is_code && (line.size() == 3 || line[3] == ' ' || line[3] == '-') ? code : 0;
}

std::string Quoted(const FtpReply& reply) {
  return "\"" + reply.text + "\"";
}

class FtpSession {
 public:
  FtpSession(Context& context, const Url& url, Socket control, std::chrono::nanoseconds deadline)
      : context_(context),
        url_(url),
        deadline_(deadline),
        control_(context, std::move(control), deadline) {}

  Result<void> LogIn() {
    auto reply = ReadReply();
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code != 220) return Refused(ErrorCode::kUnavailable, "is not ready", *reply);
    reply = Ask("USER " + (url_.user.empty() ? "anonymous" : url_.user));
    if (reply && reply->code == 331) {
      reply = Ask("PASS " + (url_.user.empty() ? "hypergauge@" : url_.password));
    }
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code != 230)
      return Refused(ErrorCode::kPermissionDenied, "refuses the login", *reply);
    reply = Ask("TYPE I");
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code == 200) return {};
    return Refused(ErrorCode::kUnavailable, "cannot transfer binary files", *reply);
  }

  Result<void> Retrieve(ContentSink& sink) {
    const auto port = AskPort();
    if (!port) return tl::unexpected(port.error());
    auto data = ConnectTo({.host = url_.endpoint.host, .port = *port}, kConnectTimeout);
    if (!data) return tl::unexpected(data.error());
    auto reply = Ask("RETR " + url_.path);
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code != 150 && reply->code != 125) {
      return Refused(ErrorCode::kNotFound, "does not give it", *reply);
    }
    if (auto read = ReadData(std::move(*data), sink); !read) return read;
    reply = ReadReply();
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code == 226 || reply->code == 250) return {};
    return Refused(ErrorCode::kWrongAnswer, "broke the transfer off", *reply);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> Refused(ErrorCode code, const std::string& what,
                                              const FtpReply& reply) const {
    return Fail(code, ToString(url_) + ": the server " + what + ": " + Quoted(reply));
  }

  Result<FtpReply> Ask(const std::string& command) {
    error_code error;
    boost::asio::write(control_, boost::asio::buffer(command + "\r\n"), error);
    if (error) return tl::unexpected(FromStreamError(error, ToString(url_)));
    return ReadReply();
  }

  // "230-Welcome", any lines, "230 done": only the last of them counts.
  Result<FtpReply> ReadReply() {
    int first_code = 0;
    for (int i = 0; i < kMostLines; ++i) {
      auto line = ReadLine();
      if (!line) return tl::unexpected(line.error());
      const int code = CodeOf(*line);
      if (first_code == 0 && code == 0) {
        return Fail(ErrorCode::kWrongAnswer, ToString(url_) + ": the server does not speak FTP");
      }
      if (first_code == 0) first_code = code;
      const bool is_last = code == first_code && (line->size() == 3 || (*line)[3] == ' ');
      if (is_last) return FtpReply{.code = code, .text = std::move(*line)};
    }
    return Fail(ErrorCode::kWrongAnswer, ToString(url_) + ": the server's answer does not end");
  }

  Result<std::string> ReadLine() {
    error_code error;
    const size_t length = boost::asio::read_until(
        control_, boost::asio::dynamic_buffer(unread_, kLongestLine), '\n', error);
    if (error) return tl::unexpected(FromStreamError(error, ToString(url_)));
    std::string line = unread_.substr(0, length);
    unread_.erase(0, length);
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return line;
  }

  Result<uint16_t> AskPort() {
    auto reply = Ask("EPSV");
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code == 229) return PortOfEpsv(*reply);
    reply = Ask("PASV");
    if (!reply) return tl::unexpected(reply.error());
    if (reply->code == 227) return PortOfPasv(*reply);
    return Refused(ErrorCode::kUnavailable, "has no passive mode", *reply);
  }

  Result<void> ReadData(Socket socket, ContentSink& sink) {
    PatientStream data(context_, std::move(socket), deadline_);
    for (;;) {
      const auto room = sink.Room();
      error_code error;
      sink.Commit(data.read_some(boost::asio::buffer(room.data(), room.size()), error));
      if (error == boost::asio::error::eof) return {};
      if (error) {
        return tl::unexpected(FromStreamError(
            error, ToString(url_) + " after " + std::to_string(sink.size()) + " bytes"));
      }
    }
  }

  Context& context_;
  const Url& url_;
  std::chrono::nanoseconds deadline_;
  PatientStream control_;
  std::string unread_;
};

}  // namespace

Result<void> FetchFtp(Context& context, const Url& url, std::chrono::nanoseconds deadline,
                      ContentSink& sink) {
  auto control = ConnectTo(url.endpoint, kConnectTimeout);
  if (!control) return tl::unexpected(control.error());
  FtpSession session(context, url, std::move(*control), deadline);
  if (auto logged_in = session.LogIn(); !logged_in) return logged_in;
  return session.Retrieve(sink);
}

// "229 Entering Extended Passive Mode (|||6446|)"
Result<uint16_t> PortOfEpsv(const FtpReply& reply) {
  unsigned port = 0;
  const auto open = reply.text.find("(|||");
  if (open == std::string::npos || std::sscanf(reply.text.c_str() + open, "(|||%u|)", &port) != 1 ||
      port == 0 || port > 65535) {
    return Fail(ErrorCode::kWrongAnswer, "no port in the server's " + Quoted(reply));
  }
  return static_cast<uint16_t>(port);
}

// "227 Entering Passive Mode (192,0,2,1,25,46)"; some servers leave the brackets out.
Result<uint16_t> PortOfPasv(const FtpReply& reply) {
  std::array<unsigned, 6> numbers{};
  const auto digits = reply.text.find_first_of("0123456789", 3);
  const bool is_complete =
      digits != std::string::npos &&
      std::sscanf(reply.text.c_str() + digits, "%u,%u,%u,%u,%u,%u", &numbers[0], &numbers[1],
                  &numbers[2], &numbers[3], &numbers[4], &numbers[5]) == 6;
  const unsigned port = numbers[4] * 256 + numbers[5];
  if (!is_complete || numbers[4] > 255 || numbers[5] > 255 || port == 0) {
    return Fail(ErrorCode::kWrongAnswer, "no port in the server's " + Quoted(reply));
  }
  return static_cast<uint16_t>(port);
}

}  // namespace hypergauge::probes
