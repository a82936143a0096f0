#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/v1/model.pb.h"
#include "controller/storage/database.h"

namespace bench {

// Whose work a campaign is: 'bench-controller' goes on with it after a restart; 'benchctl' (one
// command, in one process) does not.
inline constexpr absl::string_view kHeldByServer = "bench-controller";
inline constexpr absl::string_view kHeldByCommand = "benchctl";

// Campaigns and their tags. Cheap to make; `database` must outlive it.
class CampaignRepository {
 public:
  explicit CampaignRepository(Database& database) : database_(database) {}

  // `campaign` with id, name, created_at, tags and spec; its state is RUNNING. ALREADY_EXISTS if
  // the id or the request id (empty = none) is there.
  absl::Status Insert(const v1::Campaign& campaign, absl::string_view request_id,
                      absl::string_view held_by);
  absl::StatusOr<v1::Campaign> Get(absl::string_view id);
  absl::StatusOr<std::string> Resolve(absl::string_view prefix);
  absl::StatusOr<std::optional<std::string>> FindByRequest(absl::string_view request_id);
  absl::StatusOr<std::vector<v1::Campaign>> List(int limit);  // newest first
  absl::StatusOr<std::vector<std::string>> Unfinished(absl::string_view held_by);

  // Only a running campaign is marked.
  absl::Status MarkCancelRequested(absl::string_view id);
  // If none of its runs is queued or running: DONE, or CANCELLED if that was requested.
  absl::Status EndIfComplete(absl::string_view id, absl::Time now);

 private:
  absl::Status ReadTags(v1::Campaign* campaign);

  Database& database_;
};

}  // namespace bench
