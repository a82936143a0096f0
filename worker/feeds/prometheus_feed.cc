#include <httplib.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/os/clock.h"
#include "worker/falco/prometheus_page.h"
#include "worker/feeds/feed.h"
#include "worker/feeds/poll_thread.h"

namespace bench {
namespace {

constexpr int kTimeoutSec = 5;

std::string UrlOf(const ScrapeOptions& options) {
  const bool ipv6 = absl::StrContains(options.address, ':');
  return absl::StrCat(options.tls ? "https://" : "http://", ipv6 ? "[" : "", options.address,
                      ipv6 ? "]" : "", ":", options.port);
}

class PrometheusFeed final : public Feed {
 public:
  PrometheusFeed(const ScrapeOptions& options, CounterHistory& into)
      : url_(UrlOf(options)), client_(url_), into_(into) {
    client_.set_keep_alive(true);
    client_.set_connection_timeout(kTimeoutSec);
    client_.set_read_timeout(kTimeoutSec);
    client_.enable_server_certificate_verification(false);
    thread_ = std::make_unique<PollThread>(options.interval, [this] { Scrape(); });
  }

  absl::Status status() const override {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  void Scrape() {
    absl::Status status = TryScrape();
    absl::MutexLock lock(&mutex_);
    status_ = std::move(status);
  }

  absl::Status TryScrape() {
    // Falco reads its counters while it answers: they are not older than this.
    const absl::Time asked_at = RealClock().Now();
    const httplib::Result page = client_.Get("/metrics");
    if (!page) {
      return absl::UnavailableError(
          absl::StrCat("asking ", url_, "/metrics: ", httplib::to_string(page.error())));
    }
    if (page->status != 200) {
      return absl::UnavailableError(
          absl::StrCat(url_, "/metrics answers with HTTP status ", page->status));
    }
    absl::StatusOr<CounterReading> reading = ParsePrometheusPage(page->body, asked_at);
    if (!reading.ok()) {
      into_.AddUnreadable();
      return reading.status();
    }
    reading->received_at = RealClock().Now();
    into_.Add(*std::move(reading));
    return absl::OkStatus();
  }

  const std::string url_;
  httplib::Client client_;  // of the thread
  CounterHistory& into_;
  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_) =
      absl::UnavailableError("the page has not been asked for yet");
  std::unique_ptr<PollThread> thread_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<Feed> ScrapePrometheus(const ScrapeOptions& options, CounterHistory& into) {
  return std::make_unique<PrometheusFeed>(options, into);
}

}  // namespace bench
