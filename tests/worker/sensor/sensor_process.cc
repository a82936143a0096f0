#include "tests/worker/sensor/sensor_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <simdjson.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "tests/fakes/wait_until.h"

namespace bench::sensor {
namespace {

// The load that a test makes is not to be disturbed by who waits for its end.
constexpr absl::Duration kInterval = absl::Milliseconds(20);

}  // namespace

std::string WhyNoSensor() {
  if (geteuid() != 0) return "needs root";
  if (!PathExists("/sys/kernel/btf/vmlinux")) return "needs a kernel with BTF";
  std::error_code error;
  // The initial PID namespace has a fixed inode.
  if (std::filesystem::read_symlink("/proc/self/ns/pid", error) != "pid:[4026531836]") {
    return "needs to run in the initial PID namespace";
  }
  return "";
}

absl::Status SensorProcess::Start(const std::vector<std::string>& more_args) {
  SpawnOptions options;
  options.argv = {BENCH_BIN_DIR "/bench-sensor", "--metrics-file", directory_ / "metrics.jsonl"};
  options.argv.insert(options.argv.end(), more_args.begin(), more_args.end());
  options.pipe_stdout = true;
  options.pipe_stderr = true;
  BENCH_ASSIGN_OR_RETURN(child_, ChildProcess::Spawn(options));
  auto captures = [this] { return absl::StrContains(Errors(), "capturing "); };
  WaitUntil([&] { return captures() || child_.Poll().has_value(); }, absl::Seconds(30), kInterval);
  if (captures()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("not ready: ", Errors()));
}

void SensorProcess::ReadAvailable(int fd, std::string& into) {
  char buffer[65536];
  pollfd in{fd, POLLIN, 0};
  while (poll(&in, 1, 0) > 0) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n <= 0) return;
    into.append(buffer, static_cast<size_t>(n));
  }
}

const std::string& SensorProcess::Errors() {
  ReadAvailable(child_.stderr_fd().get(), errors_);
  return errors_;
}

absl::StatusOr<std::map<std::string, int64_t>> SensorProcess::FreshCounters() {
  const int64_t asked_at = absl::GetCurrentTimeNanos();
  simdjson::dom::parser parser;
  for (int i = 0; i < 600; ++i) {
    absl::SleepFor(absl::Milliseconds(50));
    BENCH_ASSIGN_OR_RETURN(std::string text, ReadFile(directory_ / "metrics.jsonl"));
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    if (lines.size() < 2) continue;
    simdjson::dom::object fields;
    if (parser.parse(lines[lines.size() - 2])["output_fields"].get(fields) != simdjson::SUCCESS) {
      return absl::DataLossError(lines[lines.size() - 2]);
    }
    std::map<std::string, int64_t> counters;
    for (auto field : fields) {
      int64_t value = 0;
      if (field.value.get(value) == simdjson::SUCCESS) counters[std::string(field.key)] = value;
    }
    if (counters["evt.time"] > asked_at) return counters;
  }
  return absl::DeadlineExceededError("no line of metrics in 30 s");
}

std::vector<std::string> SensorProcess::AlertsWith(const std::string& text, size_t count,
                                                   absl::Duration timeout) {
  std::vector<std::string> found;
  WaitUntil(
      [&] {
        ReadAvailable(child_.stdout_fd().get(), out_);
        found.clear();
        for (absl::string_view line : absl::StrSplit(out_, '\n')) {
          if (absl::StrContains(line, text)) found.emplace_back(line);
        }
        return found.size() >= count;
      },
      timeout, kInterval);
  return found;
}

}  // namespace bench::sensor
