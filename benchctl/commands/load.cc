#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/flag_text.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/commands/load_flags.h"
#include "benchctl/commands/sensor_flags.h"
#include "benchctl/view/load_view.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

constexpr const char* kLastWords =
    "\nbenchctl: left at once; the next `benchctl load` or `sweep` on this host undoes what is "
    "left\n";

constexpr const char* kExamples =
    "  sudo benchctl load --loop                                the sleep is halved each round\n"
    "  sudo benchctl load ReadSensitive --sleep 10ms --duration 1m\n"
    "  sudo benchctl load --profile recipe --rate 50k --cpu 200m --round-duration 60s\n"
    "  sudo benchctl load --rate 200k --dry-run                 the load alone, no sensor";

// As event-generator does it: nothing between the actions.
constexpr const char* kDefaultProfile = "alerts";
constexpr absl::Duration kDefaultTotal = absl::Minutes(1);
constexpr absl::Duration kShortestSleep = absl::Microseconds(1);

struct Flags {
  LoadFlags load;
  std::string rate;
  std::string sleep;
  bool loop = false;
  std::string duration;
  std::string round_duration = "5s";
  bool dry_run = false;
  std::string sensor = "auto";
  WorkerSettings worker;
  std::string cpu = "none";
  std::string memory = "none";
};

absl::Status AddPace(const Flags& flags, LoadJob* job) {
  if (!flags.rate.empty() && (!flags.sleep.empty() || flags.loop)) {
    return FlagError("--rate", "not with --sleep or --loop: a load keeps a rate or sleeps");
  }
  if (flags.rate.empty() && flags.load.profile == "recipe") {
    return FlagError(
        "--profile",
        "recipe has its filler at a --rate only; with a sleep use alerts, or weights of "
        "your own (--mix)");
  }
  job->halve_sleep = flags.loop;
  if (!flags.rate.empty()) {
    auto rate = ParseRatePerSec(flags.rate);
    if (!rate.ok()) return Annotate(rate.status(), "--rate");
    job->syscalls_per_sec = *rate;
  } else if (flags.sleep == "0") {
    job->sleep = absl::ZeroDuration();
  } else {
    BENCH_ASSIGN_OR_RETURN(
        job->sleep, ParseDurationWithin("--sleep", flags.sleep.empty() ? "100ms" : flags.sleep,
                                        kShortestSleep, absl::Minutes(1)));
  }
  BENCH_ASSIGN_OR_RETURN(job->round, ParseDurationWithin("--round-duration", flags.round_duration,
                                                         absl::Seconds(1), absl::Hours(1)));
  if (!flags.duration.empty()) {
    BENCH_ASSIGN_OR_RETURN(job->total, ParseDurationWithin("--duration", flags.duration,
                                                           absl::Seconds(1), absl::Hours(24)));
  } else if (!flags.loop) {
    job->total = std::max(kDefaultTotal, job->round);
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadJob> BuildJob(const Flags& flags) {
  LoadJob job;
  LoadFlags load = flags.load;
  if (load.profile.empty() && load.mix.empty()) load.profile = kDefaultProfile;
  BENCH_RETURN_IF_ERROR(AddLoad(load, "REGEX", &job.spec));
  BENCH_RETURN_IF_ERROR(AddSensor(flags.sensor, &job.spec));
  auto cpu = ParseCpuMillis(flags.cpu);
  if (!cpu.ok()) return Annotate(cpu.status(), "--cpu");
  job.cell.set_cpu_millis(*cpu);
  auto memory = ParseMemoryBytes(flags.memory);
  if (!memory.ok()) return Annotate(memory.status(), "--memory");
  job.cell.set_memory_bytes(*memory);
  BENCH_RETURN_IF_ERROR(AddPace(flags, &job));
  job.dry_run = flags.dry_run;
  job.worker = flags.worker;
  return job;
}

// Drives the load in a thread of its own, so that this one can wait for an interrupt.
class Driver {
 public:
  Driver(CommandContext& context, const LoadJob& job) : context_(context), job_(job) {}

  // Fails with rounds told, perhaps: the report has what there is in any case.
  absl::Status Run(v1::LoadReport* report) {
    absl::Notification done;
    absl::Status driven;
    std::thread thread([&] {
      driven = context_.env.host.DriveLoad(
          job_,
          {.say = [this](const std::string& line) { context_.Say(line); },
           .sensor = [this](const v1::SensorInfo& sensor) { *report_.mutable_sensor() = sensor; },
           .round = [this](const v1::LoadRound& round) { Tell(round); }},
          cancelled_);
      done.Notify();
    });
    while (!done.HasBeenNotified()) {
      if (context_.env.interrupts.requested() && !cancelled_) {
        context_.Say("interrupted: cleaning up (once more leaves at once)");
        cancelled_ = true;
      }
      if (cancelled_) {
        done.WaitForNotificationWithTimeout(kPoll);
      } else {
        context_.env.interrupts.WaitFor(kPoll);
      }
    }
    thread.join();
    report_.set_interrupted(cancelled_);
    *report_.mutable_cell() = job_.cell;
    *report = std::move(report_);
    if (!driven.ok() && !(cancelled_ && absl::IsCancelled(driven))) return driven;
    return out_;
  }

 private:
  static constexpr absl::Duration kPoll = absl::Milliseconds(100);

  // On a terminal and elsewhere the table grows with the rounds; other formats come whole.
  void Tell(const v1::LoadRound& round) {
    *report_.add_rounds() = round;
    if (context_.format() != OutputFormat::kTable) {
      context_.Say(absl::StripSuffix(LoadLine(round, false), "\n"));
      TellWhy(round);
      return;
    }
    Console& console = context_.env.console;
    if (report_.rounds_size() == 1) out_.Update(console.Out(LoadHeading(context_.out_colours())));
    out_.Update(console.Out(LoadLine(round, context_.out_colours())));
    TellWhy(round);
  }

  void TellWhy(const v1::LoadRound& round) {
    const v1::Trial& trial = round.trial();
    if (context_.flags.verbose && !trial.reason().empty()) {
      context_.Say(absl::StrCat("round ", trial.number(), ": ", trial.reason()));
    }
  }

  CommandContext& context_;
  const LoadJob& job_;
  std::atomic<bool> cancelled_ = false;
  v1::LoadReport report_;  // of the driving thread, until that has ended
  absl::Status out_;
};

absl::StatusOr<ExitCode> RunLoad(CommandContext& context, const Flags& flags) {
  if (context.remote()) {
    return FlagError("--controller",
                     "a load without a search runs on the host that benchctl is on: leave it (and "
                     "BENCHCTL_CONTROLLER) out");
  }
  BENCH_ASSIGN_OR_RETURN(const LoadJob job, BuildJob(flags));
  BENCH_RETURN_IF_ERROR(
      CheckLoad(context.env.host, flags.load, "REGEX", job.spec, MixScope::kThisHost));
  if (!job.dry_run && job.spec.sensor() != "simulated") {
    BENCH_RETURN_IF_ERROR(context.env.host.CheckPrivileges());
  }
  BENCH_RETURN_IF_ERROR(context.env.interrupts.Arm(kLastWords));
  v1::LoadReport report;
  const absl::Status driven = Driver(context, job).Run(&report);
  const bool some = driven.ok() || report.rounds_size() > 0;
  if (some && context.format() != OutputFormat::kTable) {
    BENCH_RETURN_IF_ERROR(context.Print(LoadRoundsReport(report)));
  }
  BENCH_RETURN_IF_ERROR(driven);
  return report.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

void AddLoadCommand(CLI::App& app, CommandContext& context) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      AddCommand(app, context, "load", "Load the sensor without a search, and print a line a round",
                 kExamples, [&context, flags] { return RunLoad(context, *flags); });
  auto add = [&](const char* name, std::string& value, const char* type, const char* description,
                 const char* group) {
    AddTextOption(*command, name, value, type, description, group);
  };
  command->add_option("REGEX", flags->load.actions,
                      "Actions to run, see `benchctl actions list`; default: the recipe's three");

  const char* pace = "Pace";
  add("--rate", flags->rate, "RATE", "Syscalls/s, all processes together: 50k", pace);
  add("--sleep", flags->sleep, "TIME",
      "Sleep between two actions of a process instead; 0: as fast as it goes (default: 100ms)",
      pace);
  command->add_flag("--loop", flags->loop, "Halve the sleep each round, until there is none")
      ->group(pace);
  add("--round-duration", flags->round_duration, "TIME", "Length of a round", pace);
  add("--duration", flags->duration, "TIME",
      "Of all rounds (default: 1m; with --loop as long as it takes)", pace);

  AddLoadFlags(*command, flags->load, kDefaultProfile);

  const char* sensor = "Sensor";
  AddSensorFlag(*command, flags->sensor, sensor);
  add("--cpu", flags->cpu, "LIMIT", "As Kubernetes writes it; none = no limit", sensor);
  add("--memory", flags->memory, "LIMIT", "512Mi, 1Gi, 1G; none = no limit", sensor);
  AddWorkerFlags(*command, flags->worker, sensor);
  command
      ->add_flag("--dry-run", flags->dry_run, "Start no sensor: make the load, and tell its rate")
      ->group(sensor);
}

}  // namespace bench
