#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr char kFormat[] = "%Y-%m-%dT%H:%M:%E6SZ";

}  // namespace

std::string FormatTimeText(absl::Time time) {
  return absl::FormatTime(kFormat, time, absl::UTCTimeZone());
}

std::optional<absl::Time> ParseTimeText(absl::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return std::nullopt;
  return time;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  absl::Time whole = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - whole)));
  return timestamp;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace bench
