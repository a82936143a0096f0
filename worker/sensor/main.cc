// bench-sensor: wires the parts of the reference sensor together.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "common/status/status_macros.h"
#include "worker/sensor/app/alert_writer.h"
#include "worker/sensor/app/event_clock.h"
#include "worker/sensor/app/metrics_file.h"
#include "worker/sensor/app/options.h"
#include "worker/sensor/app/sensor_loop.h"
#include "worker/sensor/capture/probe.h"
#include "worker/sensor/procfs/proc_reader.h"
#include "worker/sensor/rules/builtin.h"
#include "worker/sensor/rules/engine.h"

namespace bench::sensor {
namespace {

volatile std::sig_atomic_t stop_requested = 0;

void RequestStop(int) {
  stop_requested = 1;
}

void HandleSignals() {
  struct sigaction action = {};
  action.sa_handler = &RequestStop;  // without SA_RESTART: sleeps and polls end
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a closed standard output is an error of the write
}

absl::Status RunSensor(const Options& options) {
  const int64_t start_wall_ns = WallNs();
  BENCH_ASSIGN_OR_RETURN(RuleEngine engine, RuleEngine::Make(BuiltinRules(), BuiltinVocabulary()));
  EventClock clock;
  MetricsIdentity identity = IdentifySelf(start_wall_ns, clock.boot_wall_ns());
  SensorLoopOptions loop_options;
  loop_options.metrics_interval_ns = int64_t{options.metrics_interval_ms} * 1'000'000;
  loop_options.write_alerts = options.alerts;
  loop_options.hostname = identity.hostname;

  BENCH_ASSIGN_OR_RETURN(MetricsFile metrics,
                         MetricsFile::Open(options.metrics_file, std::move(identity)));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Probe> probe, Probe::Load(options.probe()));
  ProcReader proc;
  ThreadTable threads(&proc);
  const absl::flat_hash_map<uint32_t, std::string> user_names = ReadUserNames("/etc/passwd");
  EventContext context;
  context.user_names = &user_names;
  AlertWriter alerts(STDOUT_FILENO);
  SensorLoop loop(loop_options, probe.get(), &engine, &threads, &context, &clock, &alerts,
                  &metrics);
  BENCH_RETURN_IF_ERROR(probe->Attach());
  fprintf(stderr,
          "bench-sensor: capturing %d system calls, %zu ring buffer(s) of %lld MiB for %d CPU(s) "
          "each, %zu rules\n",
          CapturedSyscallCount(), probe->rings().size(),
          static_cast<long long>(options.probe().ring_bytes >> 20), options.cpus_per_buffer,
          engine.rules().size());

  BENCH_RETURN_IF_ERROR(loop.Run(stop_requested));
  BENCH_RETURN_IF_ERROR(
      metrics.Write(*probe, engine, threads, loop.processed_events(), MonotonicNs()));
  const MetricsSnapshot& last = metrics.last();
  fprintf(stderr, "bench-sensor: %llu events, %lld processed, %llu dropped, %lld rule matches\n",
          static_cast<unsigned long long>(last.kernel_events),
          static_cast<long long>(last.processed_events),
          static_cast<unsigned long long>(last.buffer_drops_total),
          static_cast<long long>(engine.matches_total()));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  int exit_code = 0;
  std::optional<Options> options = ParseOptions(argc, argv, &exit_code);
  if (!options.has_value()) return exit_code;
  HandleSignals();
  if (absl::Status status = RunSensor(*options); !status.ok()) {
    fprintf(stderr, "bench-sensor: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace bench::sensor

int main(int argc, char** argv) {
  return bench::sensor::Main(argc, argv);
}
