#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/clock.h"
#include "common/os/files.h"
#include "worker/falco/counter_file_tail.h"
#include "worker/falco/stats_line.h"
#include "worker/feeds/feed.h"
#include "worker/feeds/poll_thread.h"

namespace bench {
namespace {

constexpr absl::Duration kCounterInterval = absl::Milliseconds(40);
// How late an alert may be read: a share of the lag that is measured.
constexpr absl::Duration kAlertInterval = absl::Milliseconds(5);

class FileFeed : public Feed {
 public:
  FileFeed(const std::string& path, const std::string& open_as)
      : tail_(path, CounterFileTail::From::kEnd, open_as), rotated_(!open_as.empty()) {}

  absl::Status status() const override {
    if (rotated_ || PathExists(tail_.path())) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat(tail_.path(), " is not there (yet)"));
  }

 protected:
  CounterFileTail tail_;  // of the polling thread, but for its path
  const bool rotated_;
};

class CounterFileFeed final : public FileFeed {
 public:
  CounterFileFeed(const std::string& path, const std::string& open_as, CounterLineParser parse,
                  CounterHistory& into)
      : FileFeed(path, open_as),
        parse_(parse),
        into_(into),
        thread_(kCounterInterval, [this] { Poll(); }) {}

 private:
  void Poll() {
    // Each line at a time of its own: one that is written while the file is read comes after those
    // that stood there, and whoever asks for what came later must find it.
    tail_.Poll([&](absl::string_view line) { into_.AddLine(parse_, line, RealClock().Now()); });
  }

  const CounterLineParser parse_;
  CounterHistory& into_;
  PollThread thread_;
};

class AlertFileFeed final : public FileFeed {
 public:
  AlertFileFeed(const std::string& path, const std::string& open_as, AlertInbox& into)
      : FileFeed(path, open_as), feeder_(into), thread_(kAlertInterval, [this] { Poll(); }) {}

 private:
  void Poll() {
    const absl::Time received_at = RealClock().Now();
    feeder_.Begin();
    tail_.Poll([&](absl::string_view line) { feeder_.TakeLine(line, received_at); });
    feeder_.Publish();
  }

  AlertFeeder feeder_;
  PollThread thread_;
};

}  // namespace

std::unique_ptr<Feed> FollowMetricsFile(const std::string& path, CounterHistory& into,
                                        const std::string& open_as) {
  return std::make_unique<CounterFileFeed>(path, open_as, ParseSnapshotLine, into);
}

std::unique_ptr<Feed> FollowStatsFile(const std::string& path, CounterHistory& into,
                                      const std::string& open_as) {
  return std::make_unique<CounterFileFeed>(path, open_as, ParseStatsLine, into);
}

std::unique_ptr<Feed> FollowAlertFile(const std::string& path, AlertInbox& into,
                                      const std::string& open_as) {
  return std::make_unique<AlertFileFeed>(path, open_as, into);
}

absl::Status TryAlertFile(const std::string& path) {
  struct stat file = {};
  if (stat(path.c_str(), &file) == 0) {
    if (S_ISREG(file.st_mode)) return absl::OkStatus();
    return absl::FailedPreconditionError("it is no ordinary file");
  }
  if (errno != ENOENT) return ErrnoStatus("it can't be looked at", errno);
  const std::string directory = std::filesystem::path(path).parent_path();
  if (PathExists(directory.empty() ? "." : directory)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("there is no directory ", directory));
}

}  // namespace bench
