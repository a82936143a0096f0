#include "tests/fakes/fake_falco/alert.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "worker/sensor/output/json_text.h"

namespace bench {
namespace {

std::string UtcText(const char* format, absl::Time time) {
  return absl::FormatTime(format, time, absl::UTCTimeZone());
}

std::string FieldsJson(const FakeAlert& alert) {
  std::string json;
  sensor::JsonObject object(&json);
  for (const auto& [key, value] : alert.fields) {
    if (key == "evt.time") {
      object.Raw(key, value);
    } else {
      object.Text(key, value);
    }
  }
  if (alert.source == "syscall") object.Null("container.name");
  object.Close();
  return json;
}

std::string TagsJson(const FakeAlert& alert) {
  std::string json = "[";
  for (size_t i = 0; i < alert.tags.size(); ++i) {
    if (i > 0) json.push_back(',');
    sensor::AppendJsonString(alert.tags[i], json);
  }
  return json + "]";
}

}  // namespace

FakeAlert MakeFakeAlert(int64_t number, absl::Time time, const std::string& marker) {
  const std::string file = absl::StrCat("/tmp/", number % 2 == 0 ? marker : "other");
  return {
      .time = time,
      .rule = kFakeRule,
      .priority_number = 4,
      .priority = "Warning",
      .source = "syscall",
      .message = absl::StrCat("Sensitive file opened for reading by non-trusted program | file=",
                              file, " evt_type=openat process=cat"),
      .tags = {"T1555", "filesystem", "host", "maturity_stable"},
      .fields = {{"evt.time", absl::StrCat(absl::ToUnixNanos(time))},
                 {"evt.type", "openat"},
                 {"fd.name", file},
                 {"proc.name", "cat"}},
  };
}

FakeAlert MakeSnapshotAlert(const FakeCounters& counters) {
  return {.time = counters.at,
          .rule = "Falco internal: metrics snapshot",
          .priority_number = 6,
          .priority = "Informational",
          .source = "internal",
          .message = "Falco metrics snapshot",
          .tags = {},
          .fields = {{"evt.time", absl::StrCat(absl::ToUnixNanos(counters.at))},
                     {"falco.num_evts", absl::StrCat(counters.processed())},
                     {"scap.n_drops", absl::StrCat(counters.drops)},
                     {"scap.n_evts", absl::StrCat(counters.events)}}};
}

std::string AlertText(const FakeAlert& alert) {
  return absl::StrCat(UtcText("%H:%M:%E9S", alert.time), ": ", alert.priority, " ", alert.message);
}

std::string AlertJson(const FakeAlert& alert) {
  std::string json;
  sensor::JsonObject object(&json);
  object.Text("hostname", kFakeHostname);
  object.Text("output", AlertText(alert));
  object.Raw("output_fields", FieldsJson(alert));
  object.Text("priority", alert.priority);
  object.Text("rule", alert.rule);
  object.Text("source", alert.source);
  object.Raw("tags", TagsJson(alert));
  object.Text("time", UtcText("%Y-%m-%d%ET%H:%M:%E9SZ", alert.time));
  object.Close();
  return json;
}

}  // namespace bench
