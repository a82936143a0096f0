// How true, how tight and how cheap the search's answers are: many seeded searches against a
// modelled sensor. The same flags print the same figures.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"
#include "tests/bench/search_study.h"

namespace bench {
namespace {

struct Flags {
  StudyOptions study;
  std::string capacity = "100k";
  std::string ring = "150k";
  std::string precision = "5%";
  std::string hint_error;
  std::string generator_max = "0";
  std::string oom_at = "0";
  std::string cpu = "1";
  std::string output = "table";
};

// A rate, or 0 for "none".
absl::Status Read(absl::string_view flag, const std::string& text, double& value) {
  if (text == "0") {
    value = 0;
    return absl::OkStatus();
  }
  absl::StatusOr<double> rate = ParseRatePerSec(text);
  if (!rate.ok())
    return absl::InvalidArgumentError(absl::StrCat(flag, ": ", rate.status().message()));
  value = *rate;
  return absl::OkStatus();
}

absl::Status Parse(Flags& flags) {
  absl::Status status;
  status.Update(Read("--capacity", flags.capacity, flags.study.capacity_events_per_sec));
  status.Update(Read("--ring", flags.ring, flags.study.ring_events));
  status.Update(
      Read("--generator-max", flags.generator_max, flags.study.generator_max_syscalls_per_sec));
  status.Update(Read("--oom-at", flags.oom_at, flags.study.oom_at_syscalls_per_sec));
  absl::StatusOr<double> precision = ParseFraction(flags.precision);
  status.Update(precision.status());
  absl::StatusOr<int32_t> cpu = ParseCpuMillis(flags.cpu);
  status.Update(cpu.status());
  if (!status.ok()) return status;
  flags.study.precision = *precision;
  flags.study.cpu_millis = *cpu;
  if (flags.hint_error.empty()) return status;
  BENCH_ASSIGN_OR_RETURN(flags.study.hint_error, ParseFraction(flags.hint_error));
  return absl::OkStatus();
}

std::string Verdicts(const StudyResult& result, bool json) {
  return absl::StrJoin(result.verdicts, json ? ", " : " ",
                       [json](std::string* out, const auto& verdict) {
                         const char* quote = json ? "\"" : "";
                         absl::StrAppendFormat(out, "%s%s%s%s%.4g", quote, verdict.first, quote,
                                               json ? ": " : " ", verdict.second);
                       });
}

void PrintJson(const StudyResult& result) {
  std::string zone;
  if (result.zone) {
    zone = absl::StrFormat(R"(, "lo_ok": %.4g, "hi_ok": %.4g, "lo_bad": %.4g, "hi_bad": %.4g)",
                           result.lo_ok, result.hi_ok, result.low_bad_share, result.high_bad_share);
  }
  absl::PrintF(
      R"({"median_sec": %.1f, "p95_sec": %.1f, "trials": %.0f, "most_trials": %d, "in_band": %.4g, "over": %.4g, "coverage": %.4g, "median_error": %.4g%s, "verdicts": {%s}})"
      "\n",
      result.median_sec, result.p95_sec, result.median_trials, result.most_trials, result.in_band,
      result.over, result.coverage, result.median_error, zone, Verdicts(result, /*json=*/true));
}

void PrintTable(const StudyResult& result) {
  absl::PrintF("time        median %.0f s, p95 %.0f s; %.0f trials (at most %d)\n",
               result.median_sec, result.p95_sec, result.median_trials, result.most_trials);
  absl::PrintF(
      "answer      %.1f%% within -7..+2%% of the truth, %.1f%% over, median error %+.1f%%\n",
      result.in_band * 100, result.over * 100, result.median_error * 100);
  absl::PrintF("interval    holds the truth in %.1f%%\n", result.coverage * 100);
  if (result.zone) {
    absl::PrintF(
        "zone        `sustainable` at most 25%% bad in %.1f%% (mean %.0f%% bad), `upper` at "
        "least 50%% bad in %.1f%% (mean %.0f%%)\n",
        result.lo_ok * 100, result.low_bad_share * 100, result.hi_ok * 100,
        result.high_bad_share * 100);
  }
  absl::PrintF("verdicts    %s\n", Verdicts(result, /*json=*/false));
}

int Main(int argc, char** argv) {
  Flags flags;
  StudyOptions& study = flags.study;
  CLI::App app(
      "Drives the search against a modelled sensor, many times, and prints how true, how tight "
      "and\n"
      "how cheap its answers were. Seeded: the same flags print the same figures.\n\n"
      "  search_sim --noise typical --capacity 100k\n"
      "  search_sim --noise vm --method bisection --runs 200 -o json");
  app.add_option("--method", study.method, "search, doubling, bisection or rfc2544")
      ->capture_default_str();
  app.add_option("--noise", study.noise, "quiet, typical, nasty or vm")->capture_default_str();
  app.add_option("--capacity", flags.capacity, "events/s; each run draws its own around it")
      ->capture_default_str();
  app.add_option("--ring", flags.ring, "events that the sensor's ring holds")
      ->capture_default_str();
  app.add_option("--cpu", flags.cpu, "the sensor's limit; below 1, alerts are throttled too")
      ->capture_default_str();
  app.add_option("--runs", study.runs, "how many")->capture_default_str();
  app.add_option("--seed", study.seed, "of everything that is drawn")->capture_default_str();
  app.add_option("--precision", flags.precision, "the search's")->capture_default_str();
  app.add_option("--hint-error", flags.hint_error,
                 "give a hint, with this sd of its relative error (10%)");
  app.add_option("--repeat", study.repeat, "searches a run; the median counts")
      ->capture_default_str();
  app.add_option("--generator-max", flags.generator_max, "syscalls/s it can make; 0: far away")
      ->capture_default_str();
  app.add_option("--oom-at", flags.oom_at, "syscalls/s from which the sensor is killed; 0: never")
      ->capture_default_str();
  app.add_flag("--no-lag", study.no_lag, "no alerts: nothing shows a backlog");
  app.add_option("--dip", study.dip,
                 "less capacity, by this share, where the rate is 60-75% of it (0 to 1)")
      ->capture_default_str();
  app.add_option("--trend", study.trend,
                 "the capacity changes by this share over the first 150 s (-1 to 1)")
      ->capture_default_str();
  app.add_option("--time-budget", study.time_budget_sec, "seconds a search")->capture_default_str();
  app.add_option("-o,--output", flags.output, "table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  absl::Status status = Parse(flags);
  absl::StatusOr<StudyResult> result = status.ok() ? RunStudy(study) : status;
  if (!result.ok()) {
    absl::FPrintF(stderr, "search_sim: %s\n", result.status().message());
    return 2;
  }
  flags.output == "json" ? PrintJson(*result) : PrintTable(*result);
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(argc, argv);
}
