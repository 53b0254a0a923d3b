#include "aggregator/store/database.h"

#include <sqlite3.h>

#include <utility>

namespace hypergauge::aggregator {
namespace {

ErrorCode CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ErrorCode::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return ErrorCode::kPermissionDenied;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

tl::unexpected<Error> FailWith(sqlite3* connection) {
  const char* file = sqlite3_db_filename(connection, "main");
  return Fail(
      CodeOf(sqlite3_extended_errcode(connection)),
      "store file " + std::string(file == nullptr ? "" : file) + ": " + sqlite3_errmsg(connection));
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::Bound(int code) {
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::Bind(int parameter, int64_t value) {
  return Bound(sqlite3_bind_int64(statement_.get(), parameter, value));
}

Statement& Statement::Bind(int parameter, std::string_view text) {
  return Bound(sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::BindBlob(int parameter, std::string_view bytes) {
  return Bound(sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(),
                                   SQLITE_TRANSIENT));
}

Statement& Statement::BindReal(int parameter, double value) {
  return Bound(sqlite3_bind_double(statement_.get(), parameter, value));
}

Result<bool> Statement::Step() {
  if (const int error = std::exchange(bind_error_, 0); error != 0) {
    return Fail(CodeOf(error), std::string("store: ") + sqlite3_errstr(error));
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  auto failure = FailWith(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  return failure;
}

Result<void> Statement::Run() {
  while (true) {
    const auto more = Step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
  }
}

int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::Real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int count = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<size_t>(count));
}

void Database::Closer::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Result<Database> Database::Open(const std::filesystem::path& file, Mode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::kCreate) flags |= SQLITE_OPEN_CREATE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
  Database database(connection);  // SQLite hands out a connection even when opening failed
  if (code != SQLITE_OK) {
    return Fail(CodeOf(code), "store file " + file.string() + ": " + sqlite3_errstr(code));
  }
  return database;
}

Result<void> Database::Execute(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return FailWith(connection_.get());
  }
  return {};
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return FailWith(connection_.get());
  }
  return Statement(statement);
}

int64_t Database::Changes() const {
  return sqlite3_changes64(connection_.get());
}

}  // namespace hypergauge::aggregator
