#include "tests/bench/alert_intake.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "common/os/files.h"
#include "worker/falco/sensor_reader.h"

namespace bench {
namespace {

constexpr int kAlerts = 400'000;

void WriteAlerts(const std::string& alert, int fd, int count) {
  std::string block;
  for (int i = 0; i < 50; ++i) block += alert;
  for (int written = 0; written < count; written += 50) {
    absl::string_view rest(block);
    while (!rest.empty()) {
      const ssize_t n = write(fd, rest.data(), rest.size());
      if (n <= 0) return;
      rest.remove_prefix(static_cast<size_t>(n));
    }
  }
}

struct PipeEnds {
  UniqueFd reading;
  UniqueFd writing;
};

PipeEnds MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return {};
  fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

double CpuSeconds(int who) {
  rusage usage = {};
  getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

// CPU seconds of the process but for the writing thread.
template <typename Work>
double Measure(const std::string& alert, int fd, Work work) {
  double writer_cpu = 0;
  const double before = CpuSeconds(RUSAGE_SELF);
  std::thread writer([&] {
    const double started = CpuSeconds(RUSAGE_THREAD);
    WriteAlerts(alert, fd, kAlerts);
    writer_cpu = CpuSeconds(RUSAGE_THREAD) - started;
  });
  work();
  writer.join();
  return CpuSeconds(RUSAGE_SELF) - before - writer_cpu;
}

double CountNewlines(const std::string& alert) {
  PipeEnds ends = MakePipe();
  return Measure(alert, ends.writing.get(), [&ends] {
    std::vector<char> buffer(size_t{256} << 10);
    for (int lines = 0; lines < kAlerts;) {
      const ssize_t n = read(ends.reading.get(), buffer.data(), buffer.size());
      if (n <= 0) return;
      lines += static_cast<int>(std::count(buffer.begin(), buffer.begin() + n, '\n'));
    }
  });
}

double TakeIn(const std::string& alert) {
  PipeEnds ends = MakePipe();
  SensorReader reader(std::move(ends.reading), UniqueFd(), "/nonexistent");
  reader.alerts().SetMarker("falco-bench-marker");
  return Measure(alert, ends.writing.get(), [&reader] {
    for (size_t taken = 0; taken < kAlerts; taken += reader.alerts().Drain().size()) {
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
}

// As in a trial: alerts at a constant rate.
double ShareOfACoreAt(const std::string& alert, int alerts_per_sec) {
  PipeEnds ends = MakePipe();
  SensorReader reader(std::move(ends.reading), UniqueFd(), "/nonexistent");
  double writer_cpu = 0;
  const double before = CpuSeconds(RUSAGE_SELF);
  const absl::Time start = absl::Now();
  std::thread writer([&] {
    const double started = CpuSeconds(RUSAGE_THREAD);
    int sent = 0;
    for (absl::Duration at; at < absl::Seconds(5); at = absl::Now() - start) {
      const int due = static_cast<int>(alerts_per_sec * absl::ToDoubleSeconds(at));
      for (; sent < due; ++sent) {
        if (write(ends.writing.get(), alert.data(), alert.size()) <= 0) return;
      }
      absl::SleepFor(absl::Microseconds(200));
    }
    writer_cpu = CpuSeconds(RUSAGE_THREAD) - started;
  });
  while (absl::Now() - start < absl::Seconds(5)) {
    absl::SleepFor(absl::Milliseconds(100));
    reader.alerts().Drain();
  }
  writer.join();
  return (CpuSeconds(RUSAGE_SELF) - before - writer_cpu) / 5;
}

}  // namespace

std::string SampleAlert() {
  std::string line =
      *ReadFile(*ExecutableDirectory() + "/../testdata/falco/stdout-alerts-cap025.jsonl");
  line.pop_back();
  return line.substr(line.rfind('\n') + 1) + "\n";
}

IntakeSpeed MeasureAlertIntake() {
  const std::string alert = SampleAlert();
  const double newlines = CountNewlines(alert);
  const double intake = TakeIn(alert);
  return {.bytes_per_alert = static_cast<int>(alert.size()),
          .alerts_per_core_sec = kAlerts / intake,
          .newlines_per_core_sec = kAlerts / newlines,
          .core_share_at_1k_per_sec = ShareOfACoreAt(alert, 1000),
          .core_share_at_20k_per_sec = ShareOfACoreAt(alert, 20'000)};
}

}  // namespace bench
