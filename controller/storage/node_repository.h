#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/v1/model.pb.h"
#include "controller/storage/database.h"

namespace bench {

// Hosts that registered. Cheap to make; `database` must outlive it.
class NodeRepository {
 public:
  explicit NodeRepository(Database& database) : database_(database) {}

  // Registers it, or brings what is known of it up to date.
  absl::Status Upsert(const v1::Node& node, absl::Time now);
  absl::Status MarkSeen(absl::string_view name, absl::Time now);
  absl::StatusOr<std::vector<v1::Node>> List();  // by name

 private:
  Database& database_;
};

}  // namespace bench
