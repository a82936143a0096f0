#include "worker/limits/knobs.h"

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/limits/cgroup.h"

namespace bench {
namespace {

constexpr int64_t kMinQuotaMicros = 1000;  // min_cfs_quota_period of the kernel's scheduler

const char* Hint(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return ". Run it as root (sudo), or in a container with --privileged";
    case EROFS:
      return ". Control groups are mounted read-only here: in a container, run it with "
             "--privileged; elsewhere: mount -o remount,rw /sys/fs/cgroup";
    case EINVAL:
      return ". The kernel does not take this value: a group above may have a lower limit";
    case EBUSY:
      return ". The group already uses more than that: give it a higher limit";
    case ENOSPC:
      return ". The kernel makes no more groups: remove unused ones (rmdir) below /sys/fs/cgroup";
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<int64_t> ParseKnobNumber(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text == "max") return kNoLimit;
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::DataLossError(absl::StrCat("\"", text.substr(0, 40), "\" is not a number"));
  }
  return number;
}

absl::StatusOr<int64_t> ParseKnobField(absl::string_view text, absl::string_view key) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    if (field.first == key) return ParseKnobNumber(field.second);
  }
  return absl::NotFoundError(absl::StrCat("there is no \"", key, "\" in it"));
}

absl::StatusOr<int64_t> CpuQuotaMicros(int32_t cpu_millis) {
  int64_t quota_us = absl::ToInt64Microseconds(kCfsPeriod * cpu_millis / 1000);
  if (quota_us < kMinQuotaMicros) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a CPU limit of ", cpu_millis, "m is too low: the kernel grants at least 1 ms in each ",
        absl::FormatDuration(kCfsPeriod), ", so 10m is the least"));
  }
  return quota_us;
}

int32_t CpuMillisOfQuota(int64_t quota_us, int64_t period_us) {
  if (period_us <= 0) return 0;
  return static_cast<int32_t>((quota_us * 1000 + period_us / 2) / period_us);
}

absl::Status ExplainCgroupError(absl::string_view what, int error) {
  absl::Status status = ErrnoStatus(what, error);
  // v1 says so where a memory limit is below what the group holds: nothing that a retry would mend.
  const absl::StatusCode code =
      error == EBUSY ? absl::StatusCode::kResourceExhausted : status.code();
  return absl::Status(code, absl::StrCat(status.message(), Hint(error)));
}

std::string Knobs::PathOf(absl::string_view name) const {
  return absl::StrCat(directory_, "/", name);
}

bool Knobs::Has(absl::string_view name) const {
  return PathExists(PathOf(name));
}

absl::StatusOr<std::string> Knobs::Read(absl::string_view name) const {
  return ReadFile(PathOf(name));
}

absl::StatusOr<int64_t> Knobs::ReadNumber(absl::string_view name) const {
  BENCH_ASSIGN_OR_RETURN(std::string text, Read(name));
  absl::StatusOr<int64_t> number = ParseKnobNumber(text);
  if (!number.ok()) return Annotate(number.status(), PathOf(name));
  return number;
}

absl::StatusOr<int64_t> Knobs::ReadField(absl::string_view name, absl::string_view key) const {
  BENCH_ASSIGN_OR_RETURN(std::string text, Read(name));
  absl::StatusOr<int64_t> number = ParseKnobField(text, key);
  if (!number.ok()) return Annotate(number.status(), PathOf(name));
  return number;
}

absl::Status Knobs::Write(absl::string_view name, absl::string_view text) const {
  int error = kernel_->Write(PathOf(name), text);
  if (error == 0) return absl::OkStatus();
  if (error == ENOENT) {
    return absl::FailedPreconditionError(
        absl::StrCat("the kernel offers no ", PathOf(name),
                     ": it must be built with CONFIG_CFS_BANDWIDTH and CONFIG_MEMCG"));
  }
  return ExplainCgroupError(absl::StrCat("writing \"", text, "\" to ", PathOf(name)), error);
}

absl::Status ClearBurst(const Knobs& knobs, absl::string_view name) {
  if (!knobs.Has(name)) return absl::OkStatus();
  BENCH_ASSIGN_OR_RETURN(int64_t burst_us, knobs.ReadNumber(name));
  return burst_us == 0 ? absl::OkStatus() : knobs.Write(name, "0");
}

}  // namespace bench
