#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

/// SQLite with owners and Results; nothing of hypergauge's own tables is known here.
namespace hypergauge::aggregator {

/// A prepared statement. Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement& Bind(int parameter, int64_t value);
  Statement& Bind(int parameter, std::string_view text);
  Statement& BindBlob(int parameter, std::string_view bytes);
  Statement& BindReal(int parameter, double value);

  /// True for a row, false at the end. After an error or the end the statement is reset.
  [[nodiscard]] Result<bool> Step();

  /// Steps to the end and throws rows away.
  [[nodiscard]] Result<void> Run();

  [[nodiscard]] int64_t Int(int column) const;
  [[nodiscard]] double Real(int column) const;
  /// Text or blob; valid until the next Step.
  [[nodiscard]] std::string_view Bytes(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement& Bound(int code);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bind_error_ = 0;  // of a Bind since the last Step, which then fails
};

/// One connection; not for several threads at once.
/// Errors: kResourceExhausted for a full disk, kCorrupt for damaged files, kPermissionDenied for
/// read-only ones, kUnavailable when locked; the message names the file.
class Database {
 public:
  enum class Mode { kReadOnly, kReadWrite, kCreate };

  [[nodiscard]] static Result<Database> Open(const std::filesystem::path& file, Mode mode);

  /// Any number of statements without parameters.
  [[nodiscard]] Result<void> Execute(const std::string& sql);
  [[nodiscard]] Result<Statement> Prepare(std::string_view sql);

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  [[nodiscard]] int64_t Changes() const;

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  std::unique_ptr<sqlite3, Closer> connection_;
};

}  // namespace hypergauge::aggregator
