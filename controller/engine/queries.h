#pragma once

#include "absl/status/statusor.h"
#include "bench/v1/admin.pb.h"
#include "controller/engine/progress_board.h"
#include "controller/storage/database.h"

namespace bench {

// Everything that only reads. Each is to be called inside a transaction, so that what it reads fits
// together. Not thread-safe; what it is given must outlive it.
class Queries {
 public:
  Queries(Database& database, const ProgressBoard& progress)
      : database_(database), progress_(progress) {}

  absl::StatusOr<v1::ListCampaignsResponse> ListCampaigns(const v1::ListCampaignsRequest& request);
  absl::StatusOr<v1::GetCampaignResponse> GetCampaign(const v1::GetCampaignRequest& request);
  absl::StatusOr<v1::ListRunsResponse> ListRuns(const v1::ListRunsRequest& request);
  // Trials of all attempts; samples of the last one.
  absl::StatusOr<v1::GetRunResponse> GetRun(const v1::GetRunRequest& request);
  absl::StatusOr<v1::GetProgressResponse> GetProgress(const v1::GetProgressRequest& request);
  absl::StatusOr<v1::ListNodesResponse> ListNodes(const v1::ListNodesRequest& request);

 private:
  Database& database_;
  const ProgressBoard& progress_;
};

}  // namespace bench
