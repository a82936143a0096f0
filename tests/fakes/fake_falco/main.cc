// Speaks Falco's interfaces (metrics file, JSON alerts on stdout, last words on stderr) as the
// recorded samples have them, without any capture: for tests of what starts and reads a sensor.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/os/clock.h"
#include "tests/fakes/fake_falco/script.h"

namespace bench {
namespace {

std::atomic<bool> terminated{false};

class FakeFalco {
 public:
  FakeFalco(FakeFalcoScript script, FakeFalcoCommandLine line)
      : script_(std::move(script)), line_(std::move(line)), start_(RealClock().Monotonic()) {
    start_ns_ = absl::ToUnixNanos(RealClock().Now());
    reload_ns_ = start_ns_;
  }

  void Run() {
    while (!terminated) {
      const absl::Duration now = RealClock().Monotonic() - start_;
      Once(script_.truncate_after, now, &truncated_, [this] { (void)!truncate(file(), 0); });
      Once(script_.rotate_after, now, &rotated_, [this] { unlink(file()); });
      Once(script_.reload_after, now, &reloaded_, [&] { Reload(now); });
      WriteCounters(now);
      PrintAlerts(now);
      RealClock().Sleep(absl::Milliseconds(5));
    }
    std::printf("Events detected: %d\nRule counts by severity:\n", static_cast<int>(alerts_));
  }

 private:
  const char* file() const { return line_.metrics_file.c_str(); }

  template <typename Action>
  void Once(absl::Duration after, absl::Duration now, bool* done, Action action) {
    if (*done || after == absl::ZeroDuration() || now < after) return;
    *done = true;
    action();
  }

  void Reload(absl::Duration now) {
    capture_start_ = now;
    reload_ns_ = absl::ToUnixNanos(RealClock().Now());
    sample_ = 0;
  }

  // As Falco: at the first event after each tick of the interval.
  void WriteCounters(absl::Duration now) {
    if (line_.metrics_file.empty() || now - last_tick_ < line_.metrics_interval) return;
    if (script_.event_every > absl::ZeroDuration()) {
      if (now - last_event_ < script_.event_every) return;
      last_event_ = now;
    }
    last_tick_ = now;
    const double seconds = absl::ToDoubleSeconds(now - capture_start_);
    const auto events = static_cast<int64_t>(script_.events_per_sec * seconds);
    const auto drops = static_cast<int64_t>(script_.drops_per_sec * seconds);
    std::string text = absl::StrFormat(
        R"({"output_fields":{"evt.hostname":"vm","evt.source":"syscall","evt.time":%d,)"
        R"("falco.memory_rss_mb":59.6,"falco.num_evts":%d,"falco.outputs_queue_num_drops":0,)"
        R"("falco.reload_ts":%d,"falco.rules.matches_total":%d,"falco.start_ts":%d,)"
        R"("falco.version":"%s","scap.engine_name":"modern_bpf","scap.n_drops":%d,)",
        absl::ToUnixNanos(RealClock().Now()), events - drops, reload_ns_, alerts_, start_ns_,
        script_.version, drops);
    // Falco leaves out most fields that are zero.
    if (alerts_ > 0) {
      absl::StrAppendFormat(&text, R"("falco.rules.Read_sensitive_file_untrusted":%d,)", alerts_);
    }
    if (drops > 0) absl::StrAppendFormat(&text, R"("scap.n_drops_buffer_total":%d,)", drops);
    absl::StrAppendFormat(&text, "\"scap.n_evts\":%d},\"sample\":%d}\n", events, ++sample_);
    Append(text);
  }

  void Append(const std::string& text) const {
    const size_t half = script_.partial_lines ? text.size() / 2 : text.size();
    std::ofstream(line_.metrics_file, std::ios::app) << text.substr(0, half);
    if (half == text.size()) return;
    RealClock().Sleep(absl::Milliseconds(60));
    std::ofstream(line_.metrics_file, std::ios::app) << text.substr(half);
  }

  void PrintAlerts(absl::Duration now) {
    const auto due = static_cast<int64_t>(script_.alerts_per_sec * absl::ToDoubleSeconds(now));
    for (; alerts_ < due; ++alerts_) {
      const std::string name = alerts_ % 2 == 0 ? script_.marker : "other";
      if (script_.noise) PrintNoise();
      const absl::Time time = RealClock().Now();
      const std::string text =
          absl::FormatTime("%Y-%m-%d%ET%H:%M:%E9SZ", time, absl::UTCTimeZone());
      absl::PrintF(
          R"({"hostname":"vm","output":"Warning Sensitive file opened for reading | file=/tmp/%s",)"
          R"("output_fields":{"evt.time":%d,"fd.name":"/tmp/%s","container.name":null},)"
          R"("priority":"Warning","rule":"Read sensitive file untrusted","source":"syscall",)"
          R"("tags":["T1555"],"time":"%s"})"
          "\n",
          name, absl::ToUnixNanos(time), name, text);
      if (line_.unbuffered) std::fflush(stdout);
    }
  }

  void PrintNoise() const {
    absl::PrintF(
        R"({"output":"%s","rule":"Falco internal: syscall event drop","source":"internal",)"
        R"("time":"2026-11-22T09:13:39.668001283Z"})"
        "\n",
        script_.marker);
    static constexpr char kGarbage[] = "no json \0 at all\n{\"rule\":\n";
    std::fwrite(kGarbage, 1, sizeof kGarbage - 1, stdout);
  }

  const FakeFalcoScript script_;
  const FakeFalcoCommandLine line_;
  const absl::Duration start_;
  int64_t start_ns_ = 0;
  int64_t reload_ns_ = 0;
  absl::Duration capture_start_;
  absl::Duration last_tick_;
  absl::Duration last_event_;
  int64_t sample_ = 0;
  int64_t alerts_ = 0;
  bool truncated_ = false;
  bool rotated_ = false;
  bool reloaded_ = false;
};

int PrintVersion(const FakeFalcoScript& script, const FakeFalcoCommandLine& line) {
  while (script.version_hangs) RealClock().Sleep(absl::Seconds(1));
  if (line.json_output) {
    absl::PrintF("{\"engine_version\":\"62\",\"falco_version\":\"%s\"}\n", script.version);
  } else {
    absl::PrintF("Falco version: %s\nEngine:        0.62.0\n", script.version);
  }
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  const FakeFalcoScript script = ScriptFromEnvironment();
  auto line = ParseFakeFalcoCommandLine(arguments);
  if (!line.ok()) {
    absl::FPrintF(stderr, "%s\n", std::string(line.status().message()));
    return 1;
  }
  if (line->version) return PrintVersion(script, *line);
  absl::FPrintF(stderr, "Falco version: %s (x86_64)\n", script.version);
  if (!script.die.empty()) {
    absl::FPrintF(stderr, "%s\n", script.die);
    return 1;
  }
  std::signal(
      SIGTERM, script.ignore_sigterm ? SIG_IGN : [](int) { terminated = true; });
  while (script.hang && !terminated) RealClock().Sleep(absl::Milliseconds(20));
  FakeFalco(script, *std::move(line)).Run();
  absl::FPrintF(stderr, "SIGINT received, exiting...\n");
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(std::vector<std::string>(argv + 1, argv + argc));
}
