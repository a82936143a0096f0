#include "common/settings/sensor_name.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

constexpr std::array<absl::string_view, 4> kNames = {"auto", "falco", "reference", "simulated"};
constexpr absl::string_view kAttach = "attach";

}  // namespace

absl::Status CheckSensorName(absl::string_view sensor) {
  if (std::find(kNames.begin(), kNames.end(), sensor) != kNames.end()) return absl::OkStatus();
  if (IsAttach(sensor)) return ParseAttach(sensor).status();
  return absl::InvalidArgumentError(
      absl::StrCat("'", sensor,
                   "' is not known; give one of auto, falco, reference, simulated, attach, "
                   "attach:PID, attach:unit=NAME"));
}

bool IsAttach(absl::string_view sensor) {
  return sensor == kAttach || absl::StartsWith(sensor, absl::StrCat(kAttach, ":"));
}

absl::StatusOr<AttachWish> ParseAttach(absl::string_view sensor) {
  AttachWish wish;
  absl::string_view rest = sensor;
  if (sensor == kAttach) return wish;
  if (absl::ConsumePrefix(&rest, "attach:")) {
    if (absl::ConsumePrefix(&rest, "unit=") && !rest.empty()) {
      wish.unit = std::string(rest);
      return wish;
    }
    if (absl::SimpleAtoi(rest, &wish.pid) && wish.pid > 0) return wish;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", sensor,
                   "\" is none of: attach (the Falco that runs), attach:PID, attach:unit=NAME; try "
                   "attach:unit=falco-modern-bpf"));
}

}  // namespace bench
