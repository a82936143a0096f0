#include "worker/feeds/attached_sensor.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/clock.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/poke.h"
#include "worker/feeds/rotated_file.h"

namespace bench {
namespace {

constexpr absl::Duration kPokeInterval = absl::Milliseconds(50);
// A connection is tried several times in it.
constexpr absl::Duration kAlertFeedTimeout = absl::Seconds(5);

class AttachedSensor final : public Sensor {
 public:
  explicit AttachedSensor(AttachedOptions options) : options_(std::move(options)) {
    Watch().IgnoreError();  // Start says it
  }

  absl::string_view kind() const override { return "falco"; }
  absl::string_view version() const override { return options_.version; }
  absl::string_view driver() const override { return options_.driver; }
  std::string command() const override { return options_.command; }
  int64_t ring_bytes() const override { return options_.ring_bytes; }
  int cpus_per_ring() const override { return options_.cpus_per_ring; }
  SensorFacts facts() const override { return options_.facts; }
  bool tells_alerts() const override { return options_.feeds.alerts != FeedPlan::Alerts::kNone; }
  pid_t pid() const override { return options_.pid; }

  absl::Status Start(const SensorStartOptions& /*options*/) override {
    if (!process_.valid()) BENCH_RETURN_IF_ERROR(Watch());
    counter_feed_ = OpenCounters();
    BENCH_ASSIGN_OR_RETURN(alert_feed_, OpenAlerts());
    return absl::OkStatus();
  }

  absl::Status WaitReady(absl::Duration timeout) override {
    // Two snapshots: what a first one tells may be old.
    const absl::Duration deadline = RealClock().Monotonic() + timeout;
    BENCH_ASSIGN_OR_RETURN(const CounterReading first,
                           CountersAfter(absl::InfinitePast(), timeout));
    BENCH_RETURN_IF_ERROR(CountersAfter(first.at, deadline - RealClock().Monotonic()).status());
    return AwaitAlertFeed();
  }

  SensorExit Exit() override {
    SensorExit exit;
    pollfd end = {.fd = process_.get(), .events = POLLIN, .revents = 0};
    exit.exited = process_.valid() ? poll(&end, 1, 0) > 0 : never_seen_;
    if (exit.exited) exit.description = absl::StrCat("process ", options_.pid, " has ended");
    return exit;
  }

  absl::Status Stop() override {
    counter_feed_.reset();
    alert_feed_.reset();
    process_.Reset();
    return absl::OkStatus();
  }

  absl::StatusOr<CounterReading> LatestCounters() override {
    std::optional<CounterReading> latest = counters_.Latest();
    if (!latest) return absl::NotFoundError("Falco has not told its counters");
    return *std::move(latest);
  }

  absl::StatusOr<CounterReading> CountersAfter(absl::Time after, absl::Duration timeout) override {
    if (counter_feed_ == nullptr) {
      return absl::FailedPreconditionError("the sensor is not attached to");
    }
    const absl::Duration deadline = RealClock().Monotonic() + timeout;
    for (;;) {
      const absl::Duration left = deadline - RealClock().Monotonic();
      const absl::Duration wait = std::clamp(left, absl::ZeroDuration(), kPokeInterval);
      if (std::optional<CounterReading> reading = counters_.FirstAfter(after, wait)) {
        return *std::move(reading);
      }
      if (Exit().exited) {
        return absl::FailedPreconditionError(
            absl::StrCat("Falco, process ", options_.pid, ", has ended"));
      }
      if (left <= absl::ZeroDuration()) return NoCounters(timeout);
      PokeSensor();
    }
  }

  void SetAlertMarker(const std::string& marker) override { alerts_.SetMarker(marker); }
  std::vector<AlertRecord> DrainAlerts() override { return alerts_.Drain(); }
  AlertIntake Intake() override {
    AlertIntake intake = alerts_.Intake();
    intake.unreadable_lines += counters_.unreadable();
    return intake;
  }

 private:
  absl::Status Watch() {
    process_.Reset(static_cast<int>(syscall(SYS_pidfd_open, options_.pid, 0)));
    never_seen_ = !process_.valid() && errno == ESRCH;
    if (process_.valid()) return absl::OkStatus();
    return ErrnoStatus(absl::StrCat("watching Falco, process ", options_.pid), errno);
  }

  // Or all alerts would count as lost. A file may only come with its first alert.
  absl::Status AwaitAlertFeed() {
    if (alert_feed_ == nullptr) return absl::OkStatus();
    const absl::Duration deadline = RealClock().Monotonic() + kAlertFeedTimeout;
    for (;;) {
      const absl::Status status = alert_feed_->status();
      if (status.ok() || absl::IsNotFound(status)) return absl::OkStatus();
      if (RealClock().Monotonic() >= deadline) {
        return absl::FailedPreconditionError(absl::StrCat(
            "Falco's alerts can't be read: ", status.message(),
            "; mend that, or switch this output off and restart Falco: what its rules matched is "
            "then counted without alerts"));
      }
      RealClock().Sleep(kPokeInterval);
    }
  }

  // Just before it is opened: at the next SIGUSR1 the descriptor may be another file's.
  std::string OpenAs(const std::string& path) const {
    const std::optional<RotatedFile> rotated = FindRotatedFile(options_.pid, path);
    return rotated ? rotated->open_as : "";
  }

  std::unique_ptr<Feed> OpenCounters() {
    const FeedPlan& plan = options_.feeds;
    switch (plan.counters) {
      case FeedPlan::Counters::kStatsFile:
        return FollowStatsFile(plan.counter_file, counters_, OpenAs(plan.counter_file));
      case FeedPlan::Counters::kPrometheus:
        return ScrapePrometheus(plan.scrape, counters_);
      case FeedPlan::Counters::kMetricsFile:
        break;
    }
    return FollowMetricsFile(plan.counter_file, counters_, OpenAs(plan.counter_file));
  }

  absl::StatusOr<std::unique_ptr<Feed>> OpenAlerts() {
    const FeedPlan& plan = options_.feeds;
    switch (plan.alerts) {
      case FeedPlan::Alerts::kFile:
        return FollowAlertFile(plan.alert_file, alerts_, OpenAs(plan.alert_file));
      case FeedPlan::Alerts::kHttp:
        return ReceiveHttpAlerts(plan.http, alerts_);
      case FeedPlan::Alerts::kGrpc:
        return StreamGrpcAlerts(plan.grpc, alerts_);
      case FeedPlan::Alerts::kNone:
        break;
    }
    return nullptr;
  }

  absl::Status NoCounters(absl::Duration timeout) const {
    const absl::Status why = counter_feed_->status();
    return absl::DeadlineExceededError(absl::StrCat("no counters from Falco within ",
                                                    absl::FormatDuration(timeout),
                                                    why.ok() ? "" : ": ", why.message()));
  }

  const AttachedOptions options_;
  UniqueFd process_;  // a pidfd
  bool never_seen_ = false;
  CounterHistory counters_;
  AlertInbox alerts_;
  std::unique_ptr<Feed> counter_feed_;
  std::unique_ptr<Feed> alert_feed_;
};

}  // namespace

std::unique_ptr<Sensor> MakeAttachedSensor(const AttachedOptions& options) {
  return std::make_unique<AttachedSensor>(options);
}

}  // namespace bench
