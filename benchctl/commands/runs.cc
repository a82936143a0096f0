#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/flag_text.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/view/sweep_view.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

struct Filters {
  std::string campaign;
  std::string cpu;
  std::string node;
  std::string driver;
  std::string buffer_preset;
  std::string since;
  std::vector<std::string> tags;
  int32_t limit = 100;
};

absl::StatusOr<v1::ListRunsRequest> BuildRequest(const Filters& filters, absl::Time now) {
  v1::ListRunsRequest request;
  request.set_campaign_id(filters.campaign);
  request.set_node(filters.node);
  request.set_driver(filters.driver);
  if (!filters.buffer_preset.empty()) {
    for (const std::string& text : SplitList(filters.buffer_preset)) {
      BENCH_ASSIGN_OR_RETURN(int preset, ParseWhole("--buffer-preset", text, 1, 10, 4));
      request.add_buffer_preset(preset);
    }
  }
  if (!filters.cpu.empty()) {
    auto cpus = ParseList<int32_t>(filters.cpu, ParseCpuMillis);
    if (!cpus.ok()) return Annotate(cpus.status(), "--cpu");
    request.mutable_cpu_millis()->Add(cpus->begin(), cpus->end());
  }
  if (!filters.since.empty()) {
    auto age = ParseDurationText(filters.since);
    if (!age.ok()) return Annotate(age.status(), "--since");
    request.set_since_unix_sec(absl::ToUnixSeconds(now - *age));
  }
  for (const std::string& tag : filters.tags) {
    size_t equals = tag.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("--tag: \"", tag, "\" is not KEY=VALUE; try kernel=6.18"));
    }
    (*request.mutable_tags())[tag.substr(0, equals)] = tag.substr(equals + 1);
  }
  if (filters.limit < 1) {
    return absl::InvalidArgumentError("--limit: at least 1 run; try --limit 20");
  }
  request.set_limit(filters.limit);
  return request;
}

absl::StatusOr<ExitCode> RunRunsList(CommandContext& context, const Filters& filters) {
  BENCH_ASSIGN_OR_RETURN(v1::ListRunsRequest request,
                         BuildRequest(filters, context.env.clock.Now()));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession());
  BENCH_ASSIGN_OR_RETURN(v1::ListRunsResponse response, session->admin().ListRuns(request));
  BENCH_RETURN_IF_ERROR(context.Print(RunListReport(response)));
  return ExitCode::kDone;
}

}  // namespace

void AddRunsCommand(CLI::App& app, CommandContext& context) {
  auto filters = std::make_shared<Filters>();
  CLI::App* group = AddCommandGroup(app, "runs", "Measured cells of all campaigns");
  CLI::App* command = AddCommand(*group, context, "list", "Runs, newest first",
                                 "  benchctl runs list --cpu 500m,1 --since 7d\n"
                                 "  benchctl runs list --campaign CAMPAIGN -o csv",
                                 [&context, filters] { return RunRunsList(context, *filters); });
  command->add_option("--campaign", filters->campaign, "Only of this campaign")->type_name("ID");
  command->add_option("--cpu", filters->cpu, "Only with one of these CPU limits")
      ->type_name("LIST");
  command->add_option("--node", filters->node, "Only of this node")->type_name("NAME");
  command->add_option("--driver", filters->driver, "Only with this driver: modern_ebpf, kmod, ebpf")
      ->type_name("NAME");
  command
      ->add_option("--buffer-preset", filters->buffer_preset,
                   "Only where a sweep set one of these: 4,6")
      ->type_name("LIST");
  command->add_option("--since", filters->since, "Only those created within this time: 12h, 7d")
      ->type_name("TIME");
  command
      ->add_option("--tag", filters->tags, "Only of campaigns with this tag; several: all of them")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--limit", filters->limit, "At most that many")
      ->type_name("N")
      ->capture_default_str();
  AddShowCommand(*group, context, ShowScope::kRun);
}

}  // namespace bench
