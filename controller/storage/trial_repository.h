#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/v1/model.pb.h"
#include "controller/storage/database.h"
#include "google/protobuf/repeated_field.h"

namespace bench {

struct TrialPage {
  std::vector<v1::Trial> trials;
  int64_t cursor = 0;  // of the last one; ask for what comes after it
};

// Trials and their samples. Cheap to make; `database` must outlive it. Use a transaction around
// what belongs together: each insert alone would be a commit of its own.
class TrialRepository {
 public:
  explicit TrialRepository(Database& database) : database_(database) {}

  // By (run_id, attempt, number): the same trial again replaces it in its place.
  absl::Status Upsert(const v1::Trial& trial);
  // A sample that is there already (same trial, same instant) stays as it is.
  absl::Status InsertSamples(absl::string_view run_id, int attempt,
                             const google::protobuf::RepeatedPtrField<v1::Sample>& samples);

  absl::StatusOr<std::vector<v1::Trial>> OfRun(absl::string_view run_id);
  absl::StatusOr<std::vector<v1::Sample>> SamplesOf(absl::string_view run_id, int attempt);
  // Those of a campaign that were stored after `cursor`, oldest first.
  absl::StatusOr<TrialPage> StoredAfter(absl::string_view campaign_id, int64_t cursor, int limit);

 private:
  Database& database_;
};

}  // namespace bench
