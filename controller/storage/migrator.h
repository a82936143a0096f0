// Brings a database to the schema that this program knows.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "controller/storage/database.h"
#include "controller/storage/migration.h"

namespace bench {

// Applies what is missing, each migration in a transaction of its own, and remembers version, name,
// checksum and time in schema_migrations. Refused, each with a message that says what to do: a
// database of a newer schema; one that was made by a migration with another content; a database of
// some other program. Several processes may do it at the same time.
absl::Status Migrate(Database& database, absl::Span<const Migration> migrations, absl::Time now,
                     absl::string_view program_version);

// Ok if nothing is missing and nothing differs. Changes nothing.
absl::Status CheckSchema(Database& database, absl::Span<const Migration> migrations,
                         absl::string_view program_version);

}  // namespace bench
