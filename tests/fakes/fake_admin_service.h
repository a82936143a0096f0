// A controller that plays back what a test wrote down. gRPC lives in the .cc only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "bench/v1/admin.pb.h"
#include "benchctl/client/admin_client.h"

namespace bench {

// What the service answers with. Progress is played back one entry a call, the last one for ever.
struct AdminScript {
  absl::Status submit;
  std::vector<v1::GetProgressResponse> progress;
  v1::GetCampaignResponse campaign;  // GetCampaign for its id; NOT_FOUND for others
  v1::GetRunResponse run;            // GetRun for its id; NOT_FOUND for others
  v1::ListCampaignsResponse campaigns;
  v1::ListRunsResponse runs;
};

// A real gRPC server, reached through an in-process channel. Thread-safe.
class FakeController {
 public:
  explicit FakeController(AdminScript script);
  ~FakeController();

  // A client of it, in a session without a controller's address or with one.
  std::unique_ptr<AdminClient> NewClient(const std::string& address = "");

  std::vector<v1::SubmitSweepRequest> submitted() const;
  std::vector<std::string> cancelled() const;  // campaign ids; a cancelled one ends at once
  v1::GetRunRequest last_get_run() const;
  v1::ListRunsRequest last_list_runs() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace bench
