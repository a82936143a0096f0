#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/v1/model.pb.h"
#include "controller/storage/database.h"
#include "google/protobuf/repeated_field.h"

namespace bench {

// What scheduling needs of a run, and changes.
struct RunSchedule {
  std::string id;
  std::string campaign_id;
  int64_t position = 0;
  std::string wanted_node;  // empty = any
  std::string node;
  v1::Run::State state = v1::Run::QUEUED;
  int attempt = 0;
  int max_attempts = 1;
  int64_t epoch = 0;
  bool cancel_requested = false;
  std::string reason;
};

struct RunFilter {
  std::string campaign_id;                  // empty = all
  std::vector<int32_t> cpu_millis;          // any of; empty = all
  std::string node;                         // empty = all
  std::string driver;                       // that it had, or shall have; empty = all
  std::vector<int32_t> buffer_presets;      // any of; empty = all
  std::optional<absl::Time> since;          // created then or later
  std::map<std::string, std::string> tags;  // of the campaign; all must match
  int limit = 100;
};

// A finished run's answer.
struct RunRate {
  std::string node;
  v1::Cell cell;
  double syscalls_per_sec = 0;
};

// Runs with their results. Cheap to make; `database` must outlive it.
class RunRepository {
 public:
  explicit RunRepository(Database& database) : database_(database) {}

  // A queued run; `schedule` with id, campaign, position, wanted node and max_attempts.
  absl::Status Insert(const RunSchedule& schedule, const v1::Cell& cell, int repeat,
                      absl::Time now);
  absl::StatusOr<int64_t> NextPosition();  // behind all unfinished runs

  absl::StatusOr<std::string> Resolve(absl::string_view prefix);
  absl::StatusOr<v1::Run> Get(absl::string_view id);
  absl::StatusOr<std::vector<v1::Run>> List(const RunFilter& filter);              // newest first
  absl::StatusOr<std::vector<v1::Run>> OfCampaign(absl::string_view campaign_id);  // in order

  absl::StatusOr<RunSchedule> Schedule(absl::string_view id);
  absl::StatusOr<std::vector<RunSchedule>> Unfinished(absl::string_view held_by);
  absl::StatusOr<std::vector<RunSchedule>> UnfinishedOf(absl::string_view campaign_id);
  // Stores what scheduling changed; the start of an attempt and the end of the run get their times.
  absl::Status SaveSchedule(const RunSchedule& schedule, absl::Time now);

  // True if it is new, false if it is stored already.
  absl::StatusOr<bool> MarkReport(absl::string_view run_id, int64_t epoch, int64_t sequence,
                                  absl::Time now);
  // When the lease is over: reports of its epoch are refused by then.
  absl::Status ForgetReports(absl::string_view run_id);

  absl::Status SaveBaseline(absl::string_view id, const v1::Baseline& baseline);
  absl::Status SaveCalibration(
      absl::string_view id, const google::protobuf::RepeatedPtrField<v1::ActionCalibration>& units);
  absl::Status SaveSensor(absl::string_view id, const v1::SensorInfo& sensor);
  absl::Status SaveOutcome(absl::string_view id, const v1::Result& result, const v1::Usage& usage);
  // Replaces what an earlier attempt, or the beginning of this one, told.
  absl::Status SaveManifest(absl::string_view id, int attempt, const v1::Manifest& manifest);
  absl::StatusOr<std::optional<v1::Manifest>> Manifest(absl::string_view id);
  // Of those of the runs that have one, by run.
  absl::StatusOr<std::map<std::string, v1::Manifest>> ManifestsOf(const std::vector<v1::Run>& runs);

  // Answers of this campaign; and of others with the same sensor and load, on that node, latest
  // first (none for the simulated sensor: its model changes from campaign to campaign).
  absl::StatusOr<std::vector<RunRate>> RatesOfCampaign(absl::string_view campaign_id);
  absl::StatusOr<std::vector<RunRate>> RatesOfEarlierCampaigns(absl::string_view campaign_id,
                                                               absl::string_view node, int limit);

 private:
  absl::StatusOr<std::vector<v1::Run>> ReadRuns(Statement rows);
  absl::StatusOr<std::vector<RunSchedule>> ReadSchedules(Statement rows);
  absl::StatusOr<std::vector<RunRate>> ReadRates(Statement rows);

  Database& database_;
};

}  // namespace bench
