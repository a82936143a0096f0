#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/fakes/fake_falco/appended_file.h"
#include "tests/fakes/fake_falco/capture.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/release.h"
#include "tests/fakes/fake_falco/script.h"

namespace bench {

// The file of `-s` or metrics.output_file, as Falco writes it: a line at the first event after each
// tick of the interval. Not thread-safe.
class CounterFile {
 public:
  // `path` may be empty: then the intervals pass without a file. `by_stats`: the lines of `-s`.
  static absl::StatusOr<CounterFile> Open(const std::string& path, bool by_stats,
                                          absl::Duration interval);

  // The counters that were told, if it was time.
  std::optional<FakeCounters> Poll(const FakeFalcoScript& script, const FakeRelease& release,
                                   const FakeConfig::Metrics& wanted, const FakeCapture& capture);
  AppendedFile* file() { return file_ ? &*file_ : nullptr; }

 private:
  CounterFile() = default;

  std::optional<AppendedFile> file_;
  bool by_stats_ = false;
  absl::Duration interval_;
  absl::Duration last_tick_;
  absl::Duration last_event_;
  FakeCounters before_;
  int64_t sample_ = 0;
};

}  // namespace bench
