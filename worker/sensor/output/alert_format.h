// Alerts as Falco prints them with json_output. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "worker/sensor/rules/engine.h"
#include "worker/sensor/state/event_context.h"

namespace bench::sensor {

// "2026-11-22T09:13:46.772314796": UTC, nanoseconds, without a zone.
std::string FormatTimestamp(int64_t time_ns);

// Appends one line of JSON with its newline.
void AppendAlert(const Rule& rule, const EventContext& event, absl::string_view hostname,
                 std::string& out);

}  // namespace bench::sensor
