#include "program/flags.h"

#include <charconv>

#include "program/version.h"

namespace hypergauge {

void AddLogFlags(CLI::App& app, LogFlags& flags) {
  app.add_option("--log.level", flags.level, "Only log messages of this level or above")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--log.format", flags.format, "Form of a log line")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
}

void AddVersionFlag(CLI::App& app, const std::string& program) {
  app.set_version_flag("--version", VersionText(program));
}

std::optional<int> ParseFlags(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 looks for a missing subcommand first, though an unknown flag tells more.
    const auto unknown = app.remaining(true);
    static_cast<void>(unknown.empty() ? app.exit(error) : app.exit(CLI::ExtrasError(unknown)));
    return kExitUsage;
  } catch (const CLI::ParseError& error) {
    // CLI11 prints help and version to standard output and errors to standard error.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return std::nullopt;
}

Result<HostPort> ParseHostPort(const std::string& text) {
  const auto bad = [&](const char* why) {
    return Fail(ErrorCode::kInvalidArgument, "address \"" + text + "\": " + why);
  };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return bad("has no port; write HOST:PORT");
  HostPort result;
  result.host = text.substr(0, colon);
  if (result.host.starts_with('[') && result.host.ends_with(']')) {
    result.host = result.host.substr(1, result.host.size() - 2);
  } else if (result.host.find(':') != std::string::npos) {
    return bad("an IPv6 address stands in brackets, [::1]:PORT");
  }
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, result.port);
  if (error != std::errc() || rest != end) return bad("the port is no number from 0 to 65535");
  return result;
}

}  // namespace hypergauge
