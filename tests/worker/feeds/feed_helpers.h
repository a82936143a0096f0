#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fakes/wait_until.h"
#include "worker/falco/alert_inbox.h"

namespace bench {

inline constexpr absl::Duration kLong = absl::Seconds(30);  // never waited for where all is well

inline std::string AlertJson(const std::string& rule, const std::string& words = "") {
  return absl::StrCat(R"({"rule":")", rule, R"(","source":"syscall","output":")", words,
                      R"(","time":"2026-11-22T09:13:46.5Z"})");
}

// Waits until so many alerts have come.
inline std::vector<AlertRecord> Await(AlertInbox& inbox, size_t count) {
  std::vector<AlertRecord> alerts;
  WaitUntil([&] {
    for (AlertRecord& alert : inbox.Drain()) alerts.push_back(std::move(alert));
    return alerts.size() >= count;
  });
  return alerts;
}

}  // namespace bench
