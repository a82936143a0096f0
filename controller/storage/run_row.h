// Between rows of the table of runs and messages. Only for this folder.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "bench/v1/model.pb.h"
#include "controller/storage/statement.h"

namespace bench {

// "SELECT … FROM runs ", as ReadRun expects its rows.
const std::string& SelectRunSql();
absl::StatusOr<v1::Run> ReadRun(Statement& row);
// The columns driver, buffer_preset, cpus_per_buffer, rules and base_syscalls.
void ReadCellSettings(Statement& row, v1::Cell* cell);

}  // namespace bench
