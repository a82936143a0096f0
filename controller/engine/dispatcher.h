#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/v1/admin.pb.h"
#include "bench/v1/agent.pb.h"
#include "common/os/clock.h"
#include "controller/engine/progress_board.h"
#include "controller/scheduler/run_queue.h"
#include "controller/storage/database.h"
#include "controller/storage/ids.h"

namespace bench {

struct DispatcherOptions {
  absl::Duration lease_ttl = absl::Seconds(30);
  std::string held_by;  // kHeldByServer or kHeldByCommand: whose campaigns it submits and schedules
};

// Everything that changes what is stored: decided by the scheduler, written to the database, then
// taken over in memory. Each operation is to be called inside a transaction; when it fails, memory
// is unchanged. Not thread-safe: it lives on the write thread. What it is given must outlive it.
class Dispatcher {
 public:
  Dispatcher(Database& database, Clock& clock, IdGenerator ids, ProgressBoard& progress,
             DispatcherOptions options);

  // Takes the unfinished runs from the database; each lease begins anew.
  absl::Status Load();

  absl::StatusOr<v1::SubmitSweepResponse> SubmitSweep(const v1::SubmitSweepRequest& request);
  absl::StatusOr<v1::CancelCampaignResponse> CancelCampaign(
      const v1::CancelCampaignRequest& request);

  absl::StatusOr<v1::RegisterResponse> Register(const v1::RegisterRequest& request);
  // Without waiting; an answer without an assignment if there is nothing to do. NOT_FOUND: the node
  // must register (again).
  absl::StatusOr<v1::AcquireRunResponse> AcquireRun(const v1::AcquireRunRequest& request);
  absl::StatusOr<v1::ReportResponse> Report(const v1::ReportRequest& request);
  absl::StatusOr<v1::FinishResponse> Finish(const v1::FinishRequest& request);

  // To be called about once a second: whether ExpireLeases has something to do. If it was not
  // called for much longer (this process was stopped), no report could come in meanwhile, so the
  // leases begin anew.
  bool LeasesToExpire();
  absl::Status ExpireLeases();

  bool HasWorkFor(absl::string_view node) const { return queue_.NextFor(node) != nullptr; }
  // Grows whenever somebody may have got work who had none before.
  uint64_t work_generation() const { return work_generation_; }

 private:
  absl::StatusOr<RunState> FindRun(const std::string& id);
  absl::Status StoreReport(const RunState& run, const v1::ReportRequest& request);
  void Apply(RunState run);
  absl::Status MarkSeen(const std::string& node);

  Database& database_;
  Clock& clock_;
  IdGenerator ids_;
  ProgressBoard& progress_;
  const DispatcherOptions options_;
  RunQueue queue_;
  std::set<std::string> known_nodes_;
  std::map<std::string, absl::Duration> seen_;  // node -> when it was last written down
  absl::Duration last_tick_;
  uint64_t work_generation_ = 0;
};

}  // namespace bench
