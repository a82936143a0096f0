// The files of one cgroup directory, read and written with errors that say what to do.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// What "max" reads as.
inline constexpr int64_t kNoLimit = INT64_MAX;

// One number, or "max"; white space around it is allowed.
absl::StatusOr<int64_t> ParseKnobNumber(absl::string_view text);
// The number after `key` in lines of "key number"; NOT_FOUND when no line has it.
absl::StatusOr<int64_t> ParseKnobField(absl::string_view text, absl::string_view key);

// The CFS quota, us per kCfsPeriod, of a CPU limit. INVALID_ARGUMENT below what the kernel takes.
absl::StatusOr<int64_t> CpuQuotaMicros(int32_t cpu_millis);
// The other way round, rounded to the nearest.
int32_t CpuMillisOfQuota(int64_t quota_us, int64_t period_us);

// A failed write or mkdir, with what to do about it where the errno tells.
absl::Status ExplainCgroupError(absl::string_view what, int error);

// Thread-safe as far as the kernel's files are. Does not own `kernel`, which is
// needed for writing only.
class Knobs {
 public:
  Knobs(CgroupKernel* kernel, std::string directory)
      : kernel_(kernel), directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }
  std::string PathOf(absl::string_view name) const;
  bool Has(absl::string_view name) const;
  absl::StatusOr<std::string> Read(absl::string_view name) const;
  absl::StatusOr<int64_t> ReadNumber(absl::string_view name) const;
  absl::StatusOr<int64_t> ReadField(absl::string_view name, absl::string_view key) const;
  absl::Status Write(absl::string_view name, absl::string_view text) const;

 private:
  CgroupKernel* kernel_;
  std::string directory_;
};

// Takes away what the group may use beyond its quota by saving up, where it has a burst.
absl::Status ClearBurst(const Knobs& knobs, absl::string_view name);

}  // namespace bench
