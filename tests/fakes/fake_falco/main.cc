// Speaks the interfaces of the Falco of FAKE_FALCO_VERSION, from 0.18 to today's, without any
// capture: for tests of what starts, finds and reads a sensor. Its configuration is Falco's, what
// befalls it is the script's.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "tests/fakes/fake_falco/capture.h"
#include "tests/fakes/fake_falco/command_line.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/counter_file.h"
#include "tests/fakes/fake_falco/output.h"
#include "tests/fakes/fake_falco/output_queue.h"
#include "tests/fakes/fake_falco/prometheus_text.h"
#include "tests/fakes/fake_falco/script.h"
#include "tests/fakes/fake_falco/webserver.h"

namespace bench {
namespace {

constexpr absl::Duration kStep = absl::Milliseconds(5);

std::atomic<bool> terminated{false};
std::atomic<bool> reload_asked{false};

void Say(const absl::Status& error) {
  std::fprintf(stderr, "%s\n", std::string(error.message()).c_str());
}

absl::StatusOr<std::vector<std::unique_ptr<Output>>> MakeOutputs(const FakeFalcoScript& script,
                                                                 const FakeRelease& release,
                                                                 const FakeConfig& config) {
  std::vector<std::unique_ptr<Output>> outputs;
  if (config.stdout_output) {
    outputs.push_back(MakeStdoutOutput(config.buffered_outputs, script.noise, script.marker));
  }
  if (config.file_output.enabled) {
    BENCH_ASSIGN_OR_RETURN(outputs.emplace_back(),
                           MakeFileOutput(config.file_output, config.buffered_outputs));
  }
  if (config.http_output.enabled) {
    BENCH_ASSIGN_OR_RETURN(outputs.emplace_back(),
                           MakeHttpOutput(config.http_output, config.json_output));
  }
  if (config.grpc.enabled) {
    BENCH_ASSIGN_OR_RETURN(outputs.emplace_back(), MakeGrpcOutput(config.grpc, release));
  }
  return outputs;
}

absl::StatusOr<CounterFile> OpenCounterFile(const FakeRelease& release, const FakeCommandLine& line,
                                            const FakeConfig& config) {
  if (!line.stats_file.empty() && !release.Is(kMetrics)) {
    return CounterFile::Open(line.stats_file, /*by_stats=*/true, line.stats_interval);
  }
  if (!config.metrics.enabled) return CounterFile::Open("", false, absl::InfiniteDuration());
  return CounterFile::Open(config.metrics.output_file, false, config.metrics.interval);
}

class FakeFalco {
 public:
  FakeFalco(FakeFalcoScript script, FakeRelease release, FakeCommandLine line)
      : script_(std::move(script)),
        release_(std::move(release)),
        line_(std::move(line)),
        start_(RealClock().Now()),
        begin_(RealClock().Monotonic()) {}

  // From one reload to the next, until the end. Errors: what it can't be configured with.
  absl::Status Run(FakeConfig config) {
    for (;;) {
      BENCH_RETURN_IF_ERROR(Capture(config));
      if (terminated) return absl::OkStatus();
      RealClock().Sleep(script_.reload_gap);
      BENCH_ASSIGN_OR_RETURN(config, ReadFakeConfig(release_, line_));
    }
  }

 private:
  absl::Duration Age() const { return RealClock().Monotonic() - begin_; }
  static bool IsOver(absl::Duration time, absl::Duration age) {
    return time > absl::ZeroDuration() && age >= time;
  }
  bool Hangs() const { return IsOver(script_.hang_after, Age()); }

  // All is made anew for each, and goes with its end: as in Falco, whose interfaces are gone
  // meanwhile.
  absl::Status Capture(const FakeConfig& config) {
    FakeCapture capture(script_, start_);
    BENCH_ASSIGN_OR_RETURN(std::vector<std::unique_ptr<Output>> outputs,
                           MakeOutputs(script_, release_, config));
    OutputQueue queue(std::move(outputs), config.json_output);
    BENCH_ASSIGN_OR_RETURN(CounterFile counters, OpenCounterFile(release_, line_, config));
    std::unique_ptr<FakeWebserver> webserver;
    if (config.webserver.enabled) {
      BENCH_ASSIGN_OR_RETURN(
          webserver, StartFakeWebserver(config.webserver, release_, [this, &config, &capture] {
            while (Hangs() && !terminated) RealClock().Sleep(kStep);
            return PrometheusText(release_, config.metrics, capture.Take());
          }));
    }
    const std::string memory(script_.memory_mb << 20, 'm');
    while (!terminated && !ReloadIsDue()) {
      if (IsOver(script_.die_after, Age())) Die();
      if (!Hangs()) Step(config, capture, counters, queue);
      RealClock().Sleep(kStep);
    }
    std::printf("Events detected: %d\nRule counts by severity:\n",
                static_cast<int>(capture.matches()));
    return absl::OkStatus();
  }

  void Step(const FakeConfig& config, FakeCapture& capture, CounterFile& counters,
            OutputQueue& queue) {
    if (AppendedFile* file = counters.file()) {
      Once(script_.truncate_after, &truncated_, [file] { file->Truncate(); });
      Once(script_.rotate_after, &rotated_, [file] { file->Replace(); });
    }
    const auto told = counters.Poll(script_, release_, config.metrics, capture);
    if (told && config.metrics.output_rule) queue.Push(MakeSnapshotAlert(*told));
    for (const int64_t due = capture.AlertsDue(); capture.matches() < due;) {
      queue.Push(MakeFakeAlert(capture.matches(), RealClock().Now() - script_.lag, script_.marker));
      capture.AddMatch();
    }
  }

  // By SIGHUP or by the script; not while it hangs. A configuration that can't be read is told, and
  // the capture goes on, as Falco does after its dry run.
  bool ReloadIsDue() {
    if (Hangs()) return false;
    Once(script_.reload_after, &reloaded_, [] { reload_asked = true; });
    if (!reload_asked.exchange(false)) return false;
    absl::Status readable = ReadFakeConfig(release_, line_).status();
    if (!readable.ok()) Say(readable);
    return readable.ok();
  }

  [[noreturn]] void Die() const {
    std::fflush(stdout);
    if (!script_.die.empty()) std::fprintf(stderr, "%s\n", script_.die.c_str());
    _exit(script_.exit_code);
  }

  template <typename Action>
  void Once(absl::Duration after, bool* done, Action action) {
    if (*done || !IsOver(after, Age())) return;
    *done = true;
    action();
  }

  const FakeFalcoScript script_;
  const FakeRelease release_;
  const FakeCommandLine line_;
  const absl::Time start_;
  const absl::Duration begin_;
  bool truncated_ = false;
  bool rotated_ = false;
  bool reloaded_ = false;
};

int PrintVersion(const FakeFalcoScript& script, const FakeRelease& release, bool json) {
  while (script.version_hangs) RealClock().Sleep(absl::Seconds(1));
  std::printf("%s", json && release.Is(kEngineVersion) ? (VersionJson(release) + "\n").c_str()
                                                       : VersionText(release).c_str());
  return 0;
}

// The exit code.
absl::StatusOr<int> Main(const std::vector<std::string>& arguments) {
  const FakeFalcoScript script = ScriptFromEnvironment();
  const FakeRelease release = ParseFakeRelease(script.version);
  BENCH_ASSIGN_OR_RETURN(FakeCommandLine line, ParseFakeCommandLine(release, arguments));
  BENCH_ASSIGN_OR_RETURN(FakeConfig config, ReadFakeConfig(release, line));
  if (line.version) return PrintVersion(script, release, config.json_output);
  std::fprintf(stderr, "Falco version: %s (x86_64)\n", script.version.c_str());
  if (line.dry_run) return 0;
  if (!script.die.empty() && script.die_after == absl::ZeroDuration()) {
    std::fprintf(stderr, "%s\n", script.die.c_str());
    return script.exit_code;
  }
  std::signal(
      SIGTERM, script.ignore_sigterm ? SIG_IGN : [](int) { terminated = true; });
  std::signal(SIGINT, [](int) { terminated = true; });
  std::signal(SIGHUP, [](int) { reload_asked = true; });
  std::signal(SIGPIPE, SIG_IGN);
  while (script.hang && !terminated) RealClock().Sleep(absl::Milliseconds(20));
  if (!terminated) {
    BENCH_RETURN_IF_ERROR(FakeFalco(script, release, std::move(line)).Run(std::move(config)));
  }
  std::fprintf(stderr, "SIGINT received, exiting...\n");
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const absl::StatusOr<int> code = bench::Main(std::vector<std::string>(argv + 1, argv + argc));
  if (code.ok()) return *code;
  bench::Say(code.status());
  return 1;
}
