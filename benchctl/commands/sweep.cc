#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/flag_text.h"
#include "benchctl/commands/follow.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/commands/sweep_flags.h"
#include "benchctl/commands/sweep_plan.h"
#include "benchctl/view/sweep_view.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

constexpr const char* kLastWords =
    "\nbenchctl: left at once; the next `benchctl sweep` on this host undoes what is left of it\n";

constexpr const char* kExamples =
    "  sudo benchctl sweep --cpu 500m,1,2 --memory 512Mi\n"
    "  sudo benchctl sweep --cpu 100m,200m --memory 256Mi,512Mi --precision 10% -o json\n"
    "  sudo benchctl sweep --sensor falco --actions ReadSensitiveFile --repeat 3\n"
    "  sudo benchctl sweep --sensor falco --cpu 1 --driver modern_ebpf,kmod --buffer-preset 4,6\n"
    "  sudo benchctl sweep --method doubling -v     the published recipe, to compare with\n"
    "  benchctl sweep --sensor simulated --cpu 1    a model, no root needed: to try benchctl out\n"
    "  benchctl sweep --cpu 1,2,4 --dry-run         what would be measured, and how long it takes";

std::string NewRequestId() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

void WarnAboutCpus(CommandContext& context, const v1::SweepSpec& spec) {
  int cpus = context.env.host.cpus();
  for (int32_t cpu_millis : spec.cpu_millis()) {
    if (cpu_millis <= cpus * 1000) continue;
    context.Warn(absl::StrCat("--cpu ", FormatCpuMillis(cpu_millis), ": this host has only ", cpus,
                              cpus == 1 ? " CPU" : " CPUs",
                              ", so this limit can't bite: the sensor gets what is there"));
  }
}

// Submits, and then starts to measure: what can't be stored is not begun.
absl::StatusOr<v1::Campaign> Submit(Session& session, const v1::SubmitSweepRequest& request) {
  BENCH_ASSIGN_OR_RETURN(v1::SubmitSweepResponse submitted, session.admin().SubmitSweep(request));
  absl::Status started = session.StartWorker();
  if (started.ok()) return submitted.campaign();
  v1::CancelCampaignRequest cancel;
  cancel.set_campaign_id(submitted.campaign().id());
  session.admin().CancelCampaign(cancel).status().IgnoreError();  // the first error is the cause
  return started;
}

absl::StatusOr<ExitCode> Measure(CommandContext& context, const SweepFlags& flags,
                                 const v1::SubmitSweepRequest& request) {
  BENCH_RETURN_IF_ERROR(context.env.interrupts.Arm(kLastWords));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession(flags.worker));
  BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, Submit(*session, request));
  context.Say(absl::StrCat("campaign ", campaign.id(), ": ", campaign.runs_total(),
                           campaign.runs_total() == 1 ? " run" : " runs"));
  if (flags.detach) {
    v1::GetCampaignRequest get;
    get.set_campaign_id(campaign.id());
    BENCH_ASSIGN_OR_RETURN(v1::GetCampaignResponse now, session->admin().GetCampaign(get));
    BENCH_RETURN_IF_ERROR(context.Print(CampaignReport(now)));
    return ExitCode::kDone;
  }
  BENCH_ASSIGN_OR_RETURN(Followed followed,
                         Follow(context, *session,
                                {.campaign_id = campaign.id(),
                                 .cancel_on_interrupt = true,
                                 .run_estimate_sec = EstimateRunSeconds(request.spec())}));
  session->Close();  // limits and files are put back before the result shows
  BENCH_RETURN_IF_ERROR(context.Print(CampaignReport(followed.campaign)));
  return followed.interrupted ? ExitCode::kInterrupted : ExitCodeOf(followed.campaign);
}

absl::StatusOr<ExitCode> RunSweep(CommandContext& context, const SweepFlags& flags) {
  BENCH_RETURN_IF_ERROR(CheckPlace(flags, context.remote()));
  BENCH_ASSIGN_OR_RETURN(v1::SubmitSweepRequest request, BuildSweepRequest(flags));
  const v1::SweepSpec& spec = request.spec();
  BENCH_RETURN_IF_ERROR(CheckLoad(context.env.host, flags.load, "--actions", spec,
                                  context.remote() ? MixScope::kAnyHost : MixScope::kThisHost));
  if (!context.remote()) {
    BENCH_RETURN_IF_ERROR(CheckLocalRules(spec));
    WarnAboutCpus(context, spec);
  }
  if (flags.dry_run) {
    v1::GetCampaignResponse plan = PlanSweep(request);
    BENCH_RETURN_IF_ERROR(
        context.Print(PlanReport(plan, plan.runs_size() * EstimateRunSeconds(spec),
                                 plan.runs_size() * spec.run_timeout_sec())));
    return ExitCode::kDone;
  }
  if (!context.remote() && spec.sensor() != "simulated") {
    BENCH_RETURN_IF_ERROR(context.env.host.CheckPrivileges());
  }
  request.set_request_id(NewRequestId());
  return Measure(context, flags, request);
}

}  // namespace

void AddSweepCommand(CLI::App& app, CommandContext& context) {
  auto flags = std::make_shared<SweepFlags>();
  CLI::App* command =
      AddCommand(app, context, "sweep",
                 "Measure what the sensor sustains under each limit, and print the table",
                 kExamples, [&context, flags] { return RunSweep(context, *flags); });
  auto add = [&](const char* name, std::string& value, const char* type, const char* description,
                 const char* group) {
    AddTextOption(*command, name, value, type, description, group);
  };

  const char* what = "What to measure";
  add("--cpu", flags->cpu, "LIST", "CPU limits, as Kubernetes writes them; none = no limit", what);
  add("--memory", flags->memory, "LIST", "Memory limits: 512Mi, 1Gi, 1G; none = no limit", what);
  AddSensorFlag(*command, flags->sensor, what);
  add("--nodes", flags->nodes, "LIST", "Nodes to measure on (with --controller); default: any one",
      what);
  add("--repeat", flags->repeat, "N", "Measure each cell that often", what);

  AddAxisOptions(*command, flags->axes,
                 "Further axes, each value with each (--sensor falco; configured = as the host has "
                 "it)");

  const char* how = "How to measure";
  add("--precision", flags->precision, "SHARE", "Width of the interval: 5% or 0.05", how);
  add("--max-loss", flags->max_loss, "SHARE", "Share of lost events that still counts as good",
      how);
  add("--method", flags->method, "NAME", "search, or doubling (the recipe as published)", how);
  add("--round-duration", flags->round_duration, "TIME", "Length of one deciding trial", how);
  add("--run-timeout", flags->run_timeout, "TIME", "Longest time for one run", how);
  add("--retries", flags->retries, "N", "Further attempts if a run fails", how);

  AddLoadFlags(*command, flags->load, "recipe");
  add("--actions", flags->load.actions, "REGEX",
      "Actions to use instead of the profile's; see `benchctl actions list`", "Load");

  const char* campaign = "Campaign";
  add("--name", flags->name, "TEXT", "A name for people", campaign);
  command->add_option("--tag", flags->tags, "A tag; may be given several times")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->group(campaign);
  command
      ->add_flag("--detach", flags->detach,
                 "Submit and leave (with --controller); `benchctl watch` comes back to it")
      ->group(campaign);
  command->add_flag("--dry-run", flags->dry_run, "Only print the runs and how long they would take")
      ->group(campaign);

  AddWorkerFlags(*command, flags->worker, "This host's worker (without --controller)");

  const char* simulated = "Simulated sensor (--sensor simulated)";
  add("--sim-time-scale", flags->sim_time_scale, "X", "Model seconds per real second (default: 10)",
      simulated);
  add("--sim-capacity", flags->sim_capacity, "RATE",
      "Events/s of one full core in the model (default: 200k)", simulated);
}

}  // namespace bench
