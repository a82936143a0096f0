// What the load reaches on this host, as ratios beside a bare loop of the same system calls, and
// how quickly alerts are taken in beside counting their newlines. Start it without a sensor and
// without other load. Needs root.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"
#include "tests/bench/alert_intake.h"
#include "tests/bench/generator_speed.h"
#include "tests/bench/http_intake.h"

namespace bench {
namespace {

std::string SpeedJson(const SpeedBesideBare& speed) {
  return absl::StrFormat(R"({"bare_syscalls_per_sec": %.0f, "one_process_syscalls_per_sec": %.0f, )"
                         R"("two_processes_syscalls_per_sec": %.0f, "ratio_to_bare": %.3f, )"
                         R"("ratio_to_bare_per_cpu_second": %.3f, "two_processes_to_one": %.2f, )"
                         R"("bare_two_to_one": %.2f})",
                         speed.bare.syscalls_per_sec, speed.one_process.syscalls_per_sec,
                         speed.two_processes.syscalls_per_sec,
                         speed.one_process.syscalls_per_sec / speed.bare.syscalls_per_sec,
                         speed.one_process.syscalls_per_cpu_sec / speed.bare.syscalls_per_cpu_sec,
                         speed.two_to_one, speed.bare_two_to_one);
}

absl::StatusOr<std::string> PacingJson() {
  std::vector<std::string> all;
  for (double rate : {1e3, 1e4, 1e5, 1e6}) {
    for (bool spin : {false, true}) {
      if (spin && rate > 1e5) continue;  // it ticks above that, as the sleeping one
      BENCH_ASSIGN_OR_RETURN(Pacing pacing, MeasurePacing(rate, spin));
      all.push_back(
          absl::StrFormat(R"({"offered_syscalls_per_sec": %.0f, "spin": %s, "error": %.5f, )"
                          R"("p99_lateness_ms": %.3f, "cpu_cores": %.3f, "host_stall_ms": %.1f})",
                          rate, spin ? "true" : "false", pacing.error,
                          absl::ToDoubleMilliseconds(pacing.p99_lateness), pacing.cpu_cores,
                          absl::ToDoubleMilliseconds(pacing.host_stall)));
    }
  }
  return absl::StrJoin(all, ",\n    ");
}

absl::Status Print(int rounds, absl::Duration decay_duration) {
  IntakeSpeed intake = MeasureAlertIntake();
  absl::PrintF(
      "{\n  \"alert_intake\": {\"bytes_per_alert\": %d, \"alerts_per_core_second\": %.0f, "
      "\"newlines_per_core_second\": %.0f, \"core_share_at_1k_per_sec\": %.4f, "
      "\"core_share_at_20k_per_sec\": %.4f},\n",
      intake.bytes_per_alert, intake.alerts_per_core_sec, intake.newlines_per_core_sec,
      intake.core_share_at_1k_per_sec, intake.core_share_at_20k_per_sec);
  BENCH_ASSIGN_OR_RETURN(HttpIntake http, MeasureHttpIntake(SampleAlert()));
  absl::PrintF(
      "  \"http_intake\": {\"alerts_per_second\": %.0f, \"bare_posts_per_second\": %.0f, "
      "\"alerts_per_core_second\": %.0f, \"bare_posts_per_core_second\": %.0f, "
      "\"connections\": %d, \"alerts_per_second_together\": %.0f},\n",
      http.alerts_per_sec, http.bare_posts_per_sec, http.alerts_per_core_sec,
      http.bare_posts_per_core_sec, http.connections, http.alerts_per_sec_together);
  BENCH_ASSIGN_OR_RETURN(SpeedBesideBare open_close, MeasureOpenClose(rounds));
  absl::PrintF("  \"open_close\": %s,\n", SpeedJson(open_close));
  BENCH_ASSIGN_OR_RETURN(std::string pacing, PacingJson());
  absl::PrintF("  \"pacing\": [\n    %s],\n", pacing);
  BENCH_ASSIGN_OR_RETURN(Decay decay, MeasureDecay(decay_duration));
  absl::PrintF(
      "  \"write_below_binary_dir\": {\"file_system\": \"%s\", \"seconds\": %.0f, "
      "\"window_seconds\": %.1f, \"first_actions_per_sec\": %.0f, \"last_actions_per_sec\": %.0f, "
      "\"last_to_first\": "
      "%.3f},\n",
      decay.file_system, absl::ToDoubleSeconds(decay_duration), absl::ToDoubleSeconds(decay.window),
      decay.first_per_sec, decay.last_per_sec, decay.last_per_sec / decay.first_per_sec);
  // Last: it gives this process a /bin of its own.
  BENCH_ASSIGN_OR_RETURN(SpeedBesideBare recipe, MeasureRecipe(rounds));
  absl::PrintF("  \"recipe_actions\": %s\n}\n", SpeedJson(recipe));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  int rounds = 9;
  std::string decay = "5m";
  CLI::App app(
      "Prints, as JSON, what the load reaches on this host beside a bare loop of the same system\n"
      "calls, how true its pacing is, and how quickly alerts are taken in. Takes about seven\n"
      "minutes; needs root, and a host with nothing else to do.\n\n"
      "  load_bench\n"
      "  load_bench --decay 20s --rounds 3");
  app.add_option("--rounds", rounds, "of a second each, for the median")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--decay", decay, "how long WriteBelowBinaryDir runs")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  absl::StatusOr<absl::Duration> decay_duration = ParseDurationText(decay);
  absl::Status status =
      decay_duration.ok() ? Print(rounds, *decay_duration) : decay_duration.status();
  if (status.ok()) return 0;
  absl::FPrintF(stderr, "load_bench: %s\n", status.message());
  return 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(argc, argv);
}
