// The controller as the commands see it: one blocking call each, with a deadline.
#pragma once

#include "absl/status/statusor.h"
#include "bench/v1/admin.pb.h"

namespace bench {

// Thread-safe. Errors are the controller's own, or say that it can't be reached (IsUnreachable).
class AdminClient {
 public:
  virtual ~AdminClient() = default;
  virtual absl::StatusOr<v1::SubmitSweepResponse> SubmitSweep(
      const v1::SubmitSweepRequest& request) = 0;
  virtual absl::StatusOr<v1::CancelCampaignResponse> CancelCampaign(
      const v1::CancelCampaignRequest& request) = 0;
  virtual absl::StatusOr<v1::ListCampaignsResponse> ListCampaigns(
      const v1::ListCampaignsRequest& request) = 0;
  virtual absl::StatusOr<v1::GetCampaignResponse> GetCampaign(
      const v1::GetCampaignRequest& request) = 0;
  virtual absl::StatusOr<v1::ListRunsResponse> ListRuns(const v1::ListRunsRequest& request) = 0;
  virtual absl::StatusOr<v1::GetRunResponse> GetRun(const v1::GetRunRequest& request) = 0;
  virtual absl::StatusOr<v1::GetProgressResponse> GetProgress(
      const v1::GetProgressRequest& request) = 0;
};

}  // namespace bench
