#include "worker/falco/sensor_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "common/os/clock.h"
#include "worker/falco/quiet_thread.h"

namespace bench {
namespace {

constexpr size_t kChunkBytes = size_t{256} << 10;
constexpr int kMaxReadsInARow = 16;  // 4 MiB: then the counters get their turn
constexpr size_t kMaxWordsBytes = 4096;
constexpr absl::Duration kTailInterval = absl::Milliseconds(40);
constexpr absl::Duration kAlertPause = absl::Milliseconds(5);

void SetNonBlocking(const UniqueFd& fd) {
  if (fd.valid()) fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

SensorReader::SensorReader(UniqueFd out, UniqueFd err, std::string counter_file,
                           CounterLineParser parse_counters, size_t max_alerts)
    : out_(std::move(out)),
      tail_(std::move(counter_file)),
      parse_counters_(parse_counters),
      buffer_(kChunkBytes),
      stop_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      alerts_(max_alerts),
      err_(std::move(err)) {
  SetNonBlocking(out_);
  {
    absl::MutexLock lock(&words_mutex_);
    SetNonBlocking(err_);
  }
  thread_ = StartQuietThread([this] { Run(); });
}

SensorReader::~SensorReader() {
  Stop();
}

void SensorReader::Stop() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  while (write(stop_event_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
}

void SensorReader::Run() {
  Clock& clock = RealClock();
  absl::Duration next_tail = clock.Monotonic();
  bool flowing = false;  // the last look at stdout found something
  for (bool stopping = false; !stopping;) {
    if (flowing) {
      clock.Sleep(kAlertPause);  // alerts gather meanwhile: one wake-up for many
    } else {
      WaitForSomething(next_tail - clock.Monotonic());
    }
    stopping = StopRequested();
    flowing = ReadAlerts();
    if (clock.Monotonic() >= next_tail || stopping) {
      ReadCounters();
      absl::MutexLock lock(&words_mutex_);
      ReadWords();
      next_tail = clock.Monotonic() + kTailInterval;
    }
  }
}

// Until there is something on stdout, Stop is called, or `timeout` is over.
void SensorReader::WaitForSomething(absl::Duration timeout) {
  std::array<pollfd, 2> fds = {
      {{.fd = stop_event_.get(), .events = POLLIN}, {.fd = out_.get(), .events = POLLIN}}};
  const absl::Duration wait = std::max(timeout, absl::ZeroDuration());
  poll(fds.data(), fds.size(), static_cast<int>(absl::ToInt64Milliseconds(wait)) + 1);
}

bool SensorReader::StopRequested() {
  uint64_t count = 0;
  return read(stop_event_.get(), &count, sizeof count) == sizeof count;
}

// True if there was something.
bool SensorReader::ReadAlerts() {
  bool any = false;
  for (int i = 0; i < kMaxReadsInARow && out_.valid(); ++i) {
    const ssize_t n = read(out_.get(), buffer_.data(), buffer_.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0) {
      out_.Reset();  // the sensor has closed it, or has ended
      break;
    }
    feeder_.Begin();
    any = true;
    const absl::Time received_at = RealClock().Now();
    const int64_t skipped_before = alert_lines_.skipped_lines();
    alert_lines_.Feed(absl::string_view(buffer_.data(), static_cast<size_t>(n)),
                      [&](absl::string_view line) { feeder_.TakeLine(line, received_at); });
    feeder_.TakeUnreadable(alert_lines_.skipped_lines() - skipped_before);
    feeder_.Publish();
    if (static_cast<size_t>(n) < buffer_.size()) break;  // that was all
  }
  return any;
}

void SensorReader::ReadCounters() {
  const absl::Time received_at = RealClock().Now();
  tail_.Poll(
      [&](absl::string_view line) { counters_.AddLine(parse_counters_, line, received_at); });
}

void SensorReader::ReadWords() {
  std::array<char, 4096> buffer;
  while (err_.valid()) {
    const ssize_t n = read(err_.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      err_.Reset();
      return;
    }
    words_.append(buffer.data(), static_cast<size_t>(n));
    if (words_.size() > kMaxWordsBytes) words_.erase(0, words_.size() - kMaxWordsBytes);
  }
}

AlertIntake SensorReader::Intake() const {
  AlertIntake intake = alerts_.Intake();
  intake.unreadable_lines += counters_.unreadable();
  return intake;
}

std::string SensorReader::LastWords() {
  absl::MutexLock lock(&words_mutex_);
  ReadWords();
  return words_;
}

}  // namespace bench
