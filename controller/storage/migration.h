#pragma once

#include "absl/types/span.h"

namespace bench {

// One step of the schema. The strings live as long as the program.
struct Migration {
  int version;           // from 1, without gaps
  const char* name;      // "initial"
  const char* checksum;  // SHA-256 of the file, in hexadecimal
  const char* sql;
};

// migrations/000N_name.sql as built in, ascending.
absl::Span<const Migration> EmbeddedMigrations();

}  // namespace bench
