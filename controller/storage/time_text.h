// Times as the database keeps them: RFC 3339 in UTC with microseconds, which sort as text. Pure.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace bench {

std::string FormatTimeText(absl::Time time);  // "2026-11-22T09:30:00.000000Z"
std::optional<absl::Time> ParseTimeText(absl::string_view text);

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

}  // namespace bench
