#include "benchctl/view/run_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/settings/settings_messages.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

using v1::Result;
using v1::Run;

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

bool IsUnset(const google::protobuf::Timestamp& time) {
  return time.seconds() == 0 && time.nanos() == 0;
}

const char* Meaning(Result::Verdict verdict) {
  switch (verdict) {
    case Result::GENERATOR_BOUND:
      return "the generator could make no more load: the answer is a lower bound; try more "
             "--generators or fewer actions";
    case Result::OUT_OF_MEMORY:
      return "the memory limit killed the sensor; try a larger --memory";
    case Result::BELOW_MINIMUM:
      return "the sensor loses events at the lowest rate tried; try a larger --cpu";
    case Result::UNSTABLE:
      return "trials at the same rate contradict each other; try a quieter host or --repeat 3";
    case Result::TIMED_OUT:
      return "the time was up: the interval is as far as it came; try a longer --run-timeout or a "
             "coarser --precision";
    case Result::NOISY_HOST:
      return "most trials were disturbed, by the host or by others on it; try again while nothing "
             "else runs";
    case Result::INFEASIBLE:
      return "the sensor can't start within these limits and settings; try others";
    case Result::FAILED:
      return "it failed without a message";
    default:
      return "";
  }
}

}  // namespace

bool HasEnded(const Run& run) {
  return run.state() == Run::DONE || run.state() == Run::FAILED || run.state() == Run::CANCELLED;
}

bool HasAnswer(const Run& run) {
  if (run.state() != Run::DONE) return false;
  Result::Verdict verdict = run.result().verdict();
  return verdict != Result::VERDICT_UNSPECIFIED && verdict != Result::TIMED_OUT &&
         verdict != Result::FAILED;
}

std::string CellText(const v1::Cell& cell) {
  const std::string settings = SettingsText(SettingsOf(cell));
  return absl::StrCat("cpu=", FormatCpuMillis(cell.cpu_millis()),
                      " memory=", FormatMemoryBytes(cell.memory_bytes()),
                      settings.empty() ? "" : " ", settings);
}

std::string OutcomeText(const Run& run) {
  if (run.result().verdict() != Result::VERDICT_UNSPECIFIED) {
    return Result::Verdict_Name(run.result().verdict());
  }
  return run.state() == Run::STATE_UNSPECIFIED ? "-" : Run::State_Name(run.state());
}

Tone OutcomeTone(const Run& run) {
  if (run.result().verdict() == Result::SUSTAINABLE) return Tone::kGood;
  if (run.state() == Run::FAILED || run.result().verdict() == Result::FAILED) return Tone::kBad;
  if (!HasEnded(run)) return Tone::kFaint;
  return Tone::kWarning;
}

std::string SyscallsText(const Run& run) {
  return RateText(run.result().sustainable().syscalls_per_sec());
}

std::string IntervalText(const Run& run) {
  double lower = run.result().sustainable().syscalls_per_sec();
  double upper = run.result().upper().syscalls_per_sec();
  if (lower > 0 && upper > 0) return absl::StrCat(FormatRate(lower), "-", FormatRate(upper));
  if (lower > 0) return absl::StrCat(">= ", FormatRate(lower));
  if (upper > 0) return absl::StrCat("< ", FormatRate(upper));
  return "-";
}

std::string LimitedByText(const Result& result) {
  return result.limited_by() == Result::UNKNOWN ? "-" : Result::LimitedBy_Name(result.limited_by());
}

std::string ExplanationText(const Run& run) {
  if (!HasEnded(run) || run.result().verdict() == Result::SUSTAINABLE) return "";
  if (!run.result().message().empty()) return run.result().message();
  if (run.state() == Run::CANCELLED) return "cancelled before it had an answer";
  if (run.state() == Run::FAILED) return Meaning(Result::FAILED);
  return Meaning(run.result().verdict());
}

std::string SensorText(const v1::SensorInfo& sensor) {
  if (sensor.kind() == "simulated") {
    return "SIMULATED (a model on a scaled clock: nothing was measured)";
  }
  std::string text = sensor.kind();
  if (!sensor.version().empty()) absl::StrAppend(&text, " ", sensor.version());
  if (!sensor.driver().empty()) absl::StrAppend(&text, " (", sensor.driver(), ")");
  return text;
}

std::vector<std::string> SensorCaptions(const google::protobuf::RepeatedPtrField<Run>& runs,
                                        const std::string& asked_for) {
  std::vector<std::string> captions;
  for (const Run& run : runs) {
    if (run.sensor().kind().empty()) continue;
    std::string caption = absl::StrCat("Sensor: ", SensorText(run.sensor()));
    if (std::find(captions.begin(), captions.end(), caption) == captions.end()) {
      captions.push_back(caption);
    }
  }
  if (captions.empty() && !asked_for.empty()) {
    v1::SensorInfo sensor;
    sensor.set_kind(asked_for);
    captions.push_back(absl::StrCat("Sensor: ", SensorText(sensor)));
  }
  return captions;
}

std::string RateText(double per_sec) {
  return per_sec > 0 ? FormatRate(per_sec) : "-";
}

std::string BytesText(int64_t bytes) {
  if (bytes <= 0) return "-";
  constexpr double kMi = 1024.0 * 1024.0;
  auto value = static_cast<double>(bytes);
  if (value >= 10240 * kMi) return absl::StrFormat("%.1fGi", value / 1024 / kMi);
  if (value >= 10 * kMi) return absl::StrFormat("%.0fMi", value / kMi);
  if (value >= kMi) return absl::StrFormat("%.1fMi", value / kMi);
  return absl::StrFormat("%.0fKi", value / 1024);
}

std::string CoresText(double cores) {
  return cores > 0 ? absl::StrFormat("%.2f", cores) : "-";
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (IsUnset(time)) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", ToTime(time), absl::UTCTimeZone());
}

std::string Rfc3339(const google::protobuf::Timestamp& time) {
  if (IsUnset(time)) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", ToTime(time), absl::UTCTimeZone());
}

std::string TagsText(const google::protobuf::Map<std::string, std::string>& tags) {
  std::vector<std::string> pairs;
  for (const auto& [key, value] : tags) pairs.push_back(absl::StrCat(key, "=", value));
  std::sort(pairs.begin(), pairs.end());  // protobuf's maps have no order
  return absl::StrJoin(pairs, ",");
}

}  // namespace bench
