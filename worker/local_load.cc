#include "worker/local_load.h"

#include <memory>
#include <utility>

#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "worker/agent/convert.h"
#include "worker/host/host_facts.h"
#include "worker/rig/load_only_rig.h"
#include "worker/rig_factory.h"
#include "worker/start_journal.h"

namespace bench {
namespace {

constexpr const char* kStallsUnseen =
    "no right to real-time priority (CAP_SYS_NICE): a stall of the host looks like the sensor's";

// Tells each stage once, as it begins, until the first round does.
class StageTeller {
 public:
  explicit StageTeller(const std::function<void(const std::string&)>& tell) : tell_(tell) {}

  void Tell(const RigProgress& progress) {
    if (rounds_ || progress.stage == last_) return;
    last_ = progress.stage;
    tell_(last_);
  }
  void RoundsBegin() { rounds_ = true; }

 private:
  const std::function<void(const std::string&)>& tell_;
  std::string last_;
  bool rounds_ = false;
};

}  // namespace

absl::Status DriveLocalLoad(const WorkerOptions& given, const LocalLoad& load,
                            const LocalLoadSinks& sinks, const std::atomic<bool>& cancelled) {
  BENCH_ASSIGN_OR_RETURN(const WorkerOptions options, WithDirectories(given));
  const StartedJournal started = StartJournal(options.state_dir, GuardPath(options));
  const absl::StatusOr<std::unique_ptr<Journal>>& journal = started.journal;
  const HostFacts host = ReadHostFacts();

  StageTeller stages(sinks.stage);
  const Rig::ProgressSink progress = [&stages](const RigProgress& now) { stages.Tell(now); };
  ChosenRig chosen;
  if (load.watch) {
    const RigFactory factory = MakeRigFactory(options, journal, host.allowed_cpus, RealClock());
    BENCH_ASSIGN_OR_RETURN(chosen, factory(load.assignment, progress, cancelled));
  } else {
    if (!journal.ok()) return journal.status();
    chosen.note = WithLeftOut("no sensor: only the load is told", load.assignment.spec());
    chosen.rig =
        std::make_unique<LoadOnlyRig>(GeneratorLoadOptions{.journal = journal->get(),
                                                           .generator_path = GeneratorPath(options),
                                                           .cpus = host.allowed_cpus},
                                      progress, cancelled, RealClock());
  }
  sinks.note(chosen.note);
  const RoundSinks rounds = {.ready =
                                 [&](const RigFacts& facts, const Calibration& calibration) {
                                   stages.RoundsBegin();
                                   if (!facts.sees_host_stalls) sinks.note(kStallsUnseen);
                                   sinks.rounds.ready(facts, calibration);
                                 },
                             .round = sinks.rounds.round};
  return RunRounds(*chosen.rig, ToRigSpec(load.assignment), RoundPlan(load.rounds), rounds);
}

}  // namespace bench
