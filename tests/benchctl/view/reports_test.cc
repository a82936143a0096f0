#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "benchctl/view/actions_view.h"
#include "benchctl/view/campaigns_view.h"
#include "benchctl/view/doctor_view.h"
#include "benchctl/view/load_view.h"
#include "benchctl/view/run_detail_view.h"
#include "benchctl/view/run_text.h"
#include "benchctl/view/sweep_view.h"
#include "benchctl/view/version_view.h"
#include "simdjson.h"
#include "tests/benchctl/view/messages.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Text(const Report& report, OutputFormat format = OutputFormat::kTable) {
  return RenderReport(report, format, /*colours=*/false);
}

v1::GetCampaignResponse Campaign() {
  v1::GetCampaignResponse response;
  response.mutable_campaign()->set_id("c1");
  response.mutable_campaign()->set_state(v1::Campaign::DONE);
  response.mutable_campaign()->mutable_created_at()->set_seconds(1767323045);
  *response.add_runs() = DoneRun("r1", 500, 153211, 160400);
  *response.add_runs() = DoneRun("r2", 1000, 320000, 0);
  v1::Result* bound = response.mutable_runs(1)->mutable_result();
  bound->set_verdict(v1::Result::GENERATOR_BOUND);
  bound->set_limited_by(v1::Result::GENERATOR);
  bound->clear_upper();
  bound->set_message("the generator could make no more than 320k syscalls/s");
  return response;
}

TEST(CampaignReport, PrintsTheTableOfTheRecipeAndExplainsOtherVerdicts) {
  EXPECT_EQ(Text(CampaignReport(Campaign())),
            "Sensor: reference 0.1.0 (modern_ebpf)\n"
            " CPU  MEMORY  SYSCALLS/S   INTERVAL  EVENTS/S    EPS  ALERTS/S  SENSOR CPU  PEAK RSS  "
            "LIMITED BY  VERDICT\n"
            "500m   512Mi        153k  153k-160k      155k  3.06k     3.83k        0.48     123Mi  "
            "CPU_LIMIT   SUSTAINABLE\n"
            "   1   512Mi        320k    >= 320k      323k  6.40k     8.00k        0.97     123Mi  "
            "GENERATOR   GENERATOR_BOUND\n"
            "cpu=1 memory=512Mi: GENERATOR_BOUND: the generator could make no more than 320k "
            "syscalls/s\n"
            "\n"
            "Campaign c1: benchctl show c1\n");
}

TEST(CampaignReport, ASimulatedSensorIsNamedInCapitals) {
  v1::GetCampaignResponse response = Campaign();
  for (v1::Run& run : *response.mutable_runs()) run.mutable_sensor()->set_kind("simulated");
  EXPECT_THAT(Text(CampaignReport(response)), HasSubstr("Sensor: SIMULATED ("));
}

TEST(CampaignReport, ShowsNodesAndRepeatsOnlyWhereTheyDiffer) {
  v1::GetCampaignResponse response = Campaign();
  EXPECT_THAT(Text(CampaignReport(response)), Not(HasSubstr("NODE")));
  EXPECT_THAT(Text(CampaignReport(response)), Not(HasSubstr("REPEAT")));
  response.mutable_runs(1)->clear_node();  // not leased yet: no other node
  EXPECT_THAT(Text(CampaignReport(response)), Not(HasSubstr("NODE")));
  response.mutable_runs(1)->set_node("n2");
  EXPECT_THAT(Text(CampaignReport(response)), HasSubstr("NODE"));
  EXPECT_THAT(Text(CampaignReport(response)), HasSubstr("cpu=1 memory=512Mi node=n2: "));
  *response.mutable_runs(1) = DoneRun("r2", 500, 150000, 158000);
  response.mutable_runs(1)->set_repeat(2);
  *response.add_runs() = DoneRun("r3", 500, 170000, 178000);
  response.mutable_runs(2)->set_repeat(3);
  EXPECT_THAT(Text(CampaignReport(response)), HasSubstr("REPEAT"));
}

v1::RepeatSummary Repeats(int answers, int lower_bounds, double median) {
  v1::RepeatSummary repeats;
  *repeats.mutable_cell() = DoneRun("", 500, 0, 0).cell();
  repeats.set_node("n1");
  repeats.set_answers(answers);
  repeats.set_lower_bounds(lower_bounds);
  repeats.set_median_syscalls_per_sec(median);
  repeats.set_lowest_syscalls_per_sec(median * 0.9);
  repeats.set_highest_syscalls_per_sec(median * 1.1);
  return repeats;
}

TEST(CampaignReport, TellsTheMedianAndTheSpreadOverTheRepeats) {
  v1::GetCampaignResponse response = Campaign();
  *response.add_repeats() = Repeats(3, 0, 150e3);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("Over the repeats\n"
                        " CPU  MEMORY  ANSWERS  MEDIAN SYSCALLS/S  LOWEST-HIGHEST\n"
                        "500m   512Mi        3               150k       135k-165k\n"));
  EXPECT_THAT(Text(CampaignReport(response), OutputFormat::kJson),
              HasSubstr("\"median_syscalls_per_sec\": 150000"));
}

TEST(CampaignReport, RepeatsThatSustainedNothingHaveAMedianAndThoseWithoutAnAnswerNone) {
  v1::GetCampaignResponse response = Campaign();
  *response.add_repeats() = Repeats(3, 0, 0);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("500m   512Mi        3                  0             0-0\n"));
  *response.mutable_repeats(0) = Repeats(0, 0, 0);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("500m   512Mi        0                  -               -\n"));
}

TEST(CampaignReport, LowerBoundsAmongTheRepeatsAreCalledThat) {
  v1::GetCampaignResponse response = Campaign();
  *response.add_repeats() = Repeats(0, 3, 900e3);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("500m   512Mi        0            >= 900k       810k-990k\n"));
  *response.mutable_repeats(0) = Repeats(2, 1, 900e3);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("cpu=500m memory=512Mi: the median is without 1 that ended"));
}

TEST(CampaignReport, AVerdictWithoutAMessageIsExplainedByItsMeaning) {
  v1::GetCampaignResponse response = Campaign();
  v1::Result* result = response.mutable_runs(1)->mutable_result();
  result->Clear();
  result->set_verdict(v1::Result::OUT_OF_MEMORY);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("OUT_OF_MEMORY: the memory limit killed the sensor; try a larger "
                        "--memory\n"));
}

TEST(CampaignReport, WhatMustBeSaidOfTheRunsStandsUnderTheTable) {
  v1::GetCampaignResponse response = Campaign();
  response.add_notes("Events/s are never compared across Falco 0.42.");
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("syscalls/s\nEvents/s are never compared across Falco 0.42.\n\nCampaign"));
  EXPECT_THAT(Text(CampaignReport(response), OutputFormat::kJson),
              HasSubstr("\"notes\": [\n  \"Events/s are never"));
}

TEST(CampaignReport, JsonHasTheShapeThatScriptsRelyOn) {
  simdjson::dom::parser parser;
  std::string json = Text(CampaignReport(Campaign()), OutputFormat::kJson);
  simdjson::dom::element root = parser.parse(json);
  EXPECT_EQ(root["campaign"]["id"].get_string().value(), "c1");
  EXPECT_EQ(root["campaign"]["state"].get_string().value(), "DONE");
  EXPECT_EQ(root["campaign"]["created_at"].get_string().value(), "2026-01-02T03:04:05Z");
  EXPECT_TRUE(root["campaign"]["tags"].is_object());
  ASSERT_EQ(root["runs"].get_array().size(), 2u);
  simdjson::dom::element run = root["runs"].at(0);
  EXPECT_EQ(run["cell"]["cpu_millis"].get_int64().value(), 500);
  EXPECT_EQ(run["cell"]["memory_bytes"].get_string().value(), "536870912");
  EXPECT_EQ(run["cell"]["driver"].get_string().value(), "");
  EXPECT_EQ(run["cell"]["buffer_preset"].get_int64().value(), 0);
  EXPECT_EQ(run["cell"]["cpus_per_buffer"].get_int64().value(), 0);
  EXPECT_TRUE(run["cell"]["rules"].is_array());
  EXPECT_EQ(run["cell"]["base_syscalls"].get_string().value(), "");
  EXPECT_EQ(run["result"]["verdict"].get_string().value(), "SUSTAINABLE");
  EXPECT_EQ(run["result"]["limited_by"].get_string().value(), "CPU_LIMIT");
  EXPECT_DOUBLE_EQ(run["result"]["sustainable"]["syscalls_per_sec"].get_double().value(), 153211);
  EXPECT_TRUE(run["result"]["flags"].is_array());  // empty, and printed
  EXPECT_EQ(run["usage"]["cpu_throttled_ratio"].get_double().value(), 0);
  EXPECT_EQ(run["trials"].get_int64().value(), 14);
}

TEST(CampaignReport, JsonLinesHaveOneRunEach) {
  std::string lines = Text(CampaignReport(Campaign()), OutputFormat::kJsonLines);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(lines.find("{\"id\":\"r1\""), 0u);
}

TEST(CampaignReport, CsvHasPlainNumbers) {
  std::string csv = Text(CampaignReport(Campaign()), OutputFormat::kCsv);
  EXPECT_EQ(csv.substr(0, csv.find('\n')),
            "id,campaign_id,node,repeat,attempt,state,cpu_millis,memory_bytes,sensor_kind,"
            "sensor_version,sensor_driver,verdict,limited_by,syscalls_per_sec,events_per_sec,"
            "actions_per_sec,alerts_per_sec,upper_syscalls_per_sec,upper_events_per_sec,"
            "confirmed_trials,cpu_cores,cpu_throttled_ratio,peak_memory_bytes,trials,"
            "duration_sec,started_at,message,driver,buffer_preset,cpus_per_buffer,rules,"
            "base_syscalls");
  EXPECT_THAT(csv, HasSubstr("\nr1,c1,n1,1,1,DONE,500,536870912,reference,0.1.0,modern_ebpf,"
                             "SUSTAINABLE,CPU_LIMIT,153211,154743.11,3064.22,3830.275,160400,0,3,"
                             "0.485,0,128974848,14,135,2026-01-02T03:04:05Z,,,0,0,,\n"));
}

TEST(CampaignReport, AnAxisHasAColumnWhereARunSetsIt) {
  v1::GetCampaignResponse response = Campaign();
  for (const char* column : {"DRIVER", "BUFFER PRESET", "CPUS/BUFFER", "RULES", "BASE SYSCALLS"}) {
    EXPECT_THAT(Text(CampaignReport(response)), Not(HasSubstr(column)));
  }
  v1::Cell* cell = response.mutable_runs(1)->mutable_cell();
  cell->set_driver("kmod");
  cell->set_buffer_preset(6);
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr(" CPU  MEMORY  DRIVER   BUFFER PRESET  SYSCALLS/S   INTERVAL"));
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("500m   512Mi  default     configured        153k  153k-160k"));
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("   1   512Mi  kmod                 6        320k    >= 320k"));
  EXPECT_THAT(Text(CampaignReport(response)),
              HasSubstr("cpu=1 memory=512Mi driver=kmod buffer-preset=6: GENERATOR_BOUND: "));
  cell->set_cpus_per_buffer(-1);
  cell->add_rules("/etc/falco/a.yaml");
  cell->add_rules("/etc/falco/b.yaml");
  cell->set_base_syscalls("open+repair");
  EXPECT_THAT(Text(CampaignReport(response), OutputFormat::kMarkdown),
              HasSubstr("| 1 | 512Mi | kmod | 6 | all | /etc/falco/a.yaml+/etc/falco/b.yaml | "
                        "open+repair | 320k |"));
  EXPECT_THAT(Text(CampaignReport(response), OutputFormat::kCsv),
              HasSubstr(",kmod,6,-1,/etc/falco/a.yaml+/etc/falco/b.yaml,open+repair\n"));
}

TEST(RunListReport, ShowsTheAxesThatSomeRunSets) {
  v1::ListRunsResponse response;
  *response.add_runs() = DoneRun("r1", 500, 153211, 160400);
  EXPECT_THAT(Text(RunListReport(response)), HasSubstr("MEMORY  SYSCALLS/S"));
  response.mutable_runs(0)->mutable_cell()->set_base_syscalls("all");
  EXPECT_THAT(Text(RunListReport(response)), HasSubstr("MEMORY  BASE SYSCALLS  SYSCALLS/S"));
}

TEST(RunListReport, SaysUnderTheTableWhatKeepsItsRunsFromBeingCompared) {
  v1::ListRunsResponse response;
  *response.add_runs() = DoneRun("r1", 500, 153211, 160400);
  response.add_notes("Events/s are never compared across Falco 0.42.");
  EXPECT_THAT(Text(RunListReport(response)),
              AllOf(HasSubstr("reference 0.1.0"),
                    EndsWith("SUSTAINABLE\nEvents/s are never compared across Falco 0.42.\n")));
  EXPECT_THAT(Text(RunListReport(response), OutputFormat::kJson),
              HasSubstr("\"notes\": [\n  \"Events/s are never"));
}

TEST(PlanReport, ShowsTheAxesThatAreSwept) {
  v1::GetCampaignResponse plan;
  plan.add_runs()->mutable_cell()->set_cpus_per_buffer(2);
  EXPECT_THAT(Text(PlanReport(plan, 60, 600)),
              HasSubstr("RUN   CPU  MEMORY  CPUS/BUFFER  NODE  REPEAT\n"
                        "  1  none    none            2  any        0\n"));
}

TEST(CampaignReport, MarkdownIsATableThatRendersAlone) {
  std::string text = Text(CampaignReport(Campaign()), OutputFormat::kMarkdown);
  EXPECT_THAT(text, HasSubstr("Sensor: reference 0.1.0 (modern_ebpf)\n\n| CPU | MEMORY |"));
  EXPECT_THAT(text, HasSubstr("| 500m | 512Mi | 153k | 153k-160k |"));
}

TEST(RunText, AnIntervalNamesOnlyTheEndsThatAreKnown) {
  v1::Run run;
  EXPECT_EQ(IntervalText(run), "-");
  run.mutable_result()->mutable_upper()->set_syscalls_per_sec(5000);
  EXPECT_EQ(IntervalText(run), "< 5.00k");
  run.mutable_result()->mutable_sustainable()->set_syscalls_per_sec(4000);
  EXPECT_EQ(IntervalText(run), "4.00k-5.00k");
}

TEST(RunText, TimedOutFailedAndCancelledRunsHaveNoAnswer) {
  v1::Run run = DoneRun("r", 500, 1000, 1100);
  EXPECT_TRUE(HasAnswer(run));
  run.mutable_result()->set_verdict(v1::Result::OUT_OF_MEMORY);
  EXPECT_TRUE(HasAnswer(run));
  run.mutable_result()->set_verdict(v1::Result::TIMED_OUT);
  EXPECT_FALSE(HasAnswer(run));
  run = DoneRun("r", 500, 1000, 1100);
  run.set_state(v1::Run::CANCELLED);
  EXPECT_FALSE(HasAnswer(run));
}

TEST(RunDetailReport, CsvIsOfTheFinestTableAskedFor) {
  v1::GetRunResponse response;
  *response.mutable_run() = DoneRun("r1", 500, 153211, 160400);
  EXPECT_EQ(Text(RunDetailReport(response), OutputFormat::kCsv).substr(0, 15), "id,campaign_id,");
  *response.add_trials() = JudgedTrial("r1", 1, v1::Trial::RAMP, 20000, v1::Trial::GOOD);
  EXPECT_EQ(Text(RunDetailReport(response), OutputFormat::kCsv).substr(0, 15), "run_id,attempt,");
  response.add_samples()->set_trial_number(1);
  EXPECT_EQ(Text(RunDetailReport(response), OutputFormat::kCsv).substr(0, 20),
            "trial_number,at_sec,");
}

TEST(RunDetailReport, ShowsAnswerEvidenceAndCircumstances) {
  v1::GetRunResponse response;
  *response.mutable_run() = DoneRun("r1", 500, 153211, 160400);
  response.mutable_manifest()->set_kernel("6.18.1");
  *response.add_trials() =
      JudgedTrial("r1", 7, v1::Trial::BISECTION, 182000, v1::Trial::STRONG_BAD);
  std::string text = Text(RunDetailReport(response));
  EXPECT_THAT(text, HasSubstr("Run r1\n"));
  EXPECT_THAT(text, HasSubstr("Sustainable           153k syscalls/s, 155k events/s, "));
  EXPECT_THAT(text, HasSubstr("Kernel                6.18.1\n"));
  EXPECT_THAT(text, HasSubstr("STRONG_BAD"));
  EXPECT_THAT(text, Not(HasSubstr("Governor")));  // not known
}

TEST(RunDetailReport, NamesTheSensorsPartsItsFilesAndWhatTheHostDid) {
  v1::GetRunResponse response;
  *response.mutable_run() = DoneRun("r1", 500, 153211, 160400);
  v1::Manifest* manifest = response.mutable_manifest();
  manifest->set_cpus(2);
  manifest->set_cpu_model("EPYC");
  std::string text = Text(RunDetailReport(response));
  EXPECT_THAT(text, HasSubstr("CPUs                  2 x EPYC\n"));
  for (const char* unknown : {"SMT", "stolen", "Pressure", "Sensor parts", "Rules"}) {
    EXPECT_THAT(text, Not(HasSubstr(unknown)));
  }
  manifest->set_smt_active(false);
  manifest->set_libs_version("0.25.4");
  manifest->set_engine_version("0.62.0");
  manifest->set_effective_config_sha256("fedcba9876543210");
  manifest->set_rules_sha256("0123456789abcdef");
  manifest->add_rules_files()->set_path("/etc/falco/falco_rules.yaml");
  manifest->add_rules_files()->set_path("/etc/falco/rules.d/a.yaml");
  manifest->set_steal_ratio(0);
  manifest->set_psi_cpu_some_ratio(0.25);
  manifest->set_psi_io_some_ratio(0.01);
  text = Text(RunDetailReport(response));
  EXPECT_THAT(text, HasSubstr("Effective settings    fedcba987654 (sha256)\n"));
  EXPECT_THAT(text, HasSubstr("CPUs                  2 x EPYC, SMT off\n"));
  EXPECT_THAT(text, HasSubstr("CPU time stolen       0%\n"));
  EXPECT_THAT(text, HasSubstr("Pressure (PSI, some)  cpu 25%, io 1%\n"));
  EXPECT_THAT(text, HasSubstr("Sensor parts          libs 0.25.4, engine 0.62.0\n"));
  EXPECT_THAT(text, HasSubstr("Rules                 0123456789ab (sha256) of "
                              "/etc/falco/falco_rules.yaml, /etc/falco/rules.d/a.yaml\n"));
}

TEST(CampaignListReport, AnEmptyOneSaysHowToBegin) {
  EXPECT_THAT(Text(CampaignListReport({})), HasSubstr("benchctl sweep --cpu 500m,1,2"));
  EXPECT_EQ(Text(CampaignListReport({}), OutputFormat::kJson), "{\n \"campaigns\": []\n}\n");
}

TEST(CampaignListReport, OneLineEach) {
  v1::ListCampaignsResponse response;
  v1::Campaign* campaign = response.add_campaigns();
  campaign->set_id("c1");
  campaign->set_state(v1::Campaign::RUNNING);
  campaign->mutable_created_at()->set_seconds(1767323045);
  campaign->mutable_spec()->add_cpu_millis(500);
  campaign->mutable_spec()->add_cpu_millis(2000);
  campaign->mutable_spec()->add_memory_bytes(0);
  campaign->mutable_spec()->set_sensor("auto");
  campaign->set_runs_total(2);
  (*campaign->mutable_tags())["b"] = "2";
  (*campaign->mutable_tags())["a"] = "1";
  EXPECT_EQ(
      Text(CampaignListReport(response)),
      "CAMPAIGN  NAME  STATE    CREATED               CPU     MEMORY  SENSOR  RUNS  TAGS\n"
      "c1        -     RUNNING  2026-01-02 03:04:05Z  500m,2  none    auto     0/2  a=1,b=2\n");
}

TEST(DoctorChecksReport, OneLineACheckAndTheMendBelow) {
  v1::DoctorReport doctor;
  v1::DoctorCheck* check = doctor.add_checks();
  check->set_title("Privileges");
  check->set_status(v1::DoctorCheck::PASS);
  check->set_finding("root");
  check = doctor.add_checks();
  check->set_title("BTF");
  check->set_status(v1::DoctorCheck::FAIL);
  check->set_finding("not there");
  check->set_mend("boot another kernel");
  EXPECT_EQ(Text(DoctorChecksReport(doctor, false)),
            "PASS  Privileges  root\n"
            "FAIL  BTF         not there\n"
            "      -> boot another kernel\n"
            "This host can't measure yet: 1 check failed, 0 warnings.\n");
}

TEST(ActionsReport, SaysHowManyItLeavesOut) {
  v1::ActionCatalogue catalogue;
  v1::ActionDescription* action = catalogue.add_actions();
  action->set_name("ReadSensitiveFileUntrusted");
  action->set_syscalls("openat, close");
  action->set_syscalls_per_action(2);
  action->set_enabled_by_default(true);
  std::string text = Text(ActionsReport(catalogue, 3));
  EXPECT_THAT(text, HasSubstr("ReadSensitiveFileUntrusted  yes"));
  EXPECT_THAT(text, HasSubstr("3 more are off by default in event-generator: --all"));
}

TEST(VersionReport, IsOneLineOrOneObject) {
  v1::GetVersionResponse version;
  version.set_version("0.1.0");
  version.set_git_commit("abc");
  EXPECT_EQ(Text(VersionReport(version)), "benchctl 0.1.0 (abc)\n");
  EXPECT_EQ(Text(VersionReport(version), OutputFormat::kJsonLines),
            "{\"version\":\"0.1.0\",\"git_commit\":\"abc\"}\n");
}

v1::LoadRound LoadRoundAt(double syscalls_per_sec, double sleep_sec) {
  v1::LoadRound round;
  round.set_sleep_sec(sleep_sec);
  round.mutable_trial()->mutable_offered()->set_syscalls_per_sec(syscalls_per_sec);
  return round;
}

TEST(LoadView, NamesThePaceOfARound) {
  EXPECT_EQ(PaceText(LoadRoundAt(50e3, 0)), "50.0k/s");
  EXPECT_EQ(PaceText(LoadRoundAt(0, 0.1)), "100ms");
  EXPECT_EQ(PaceText(LoadRoundAt(0, 195.3125e-6)), "195us");
  v1::LoadRound fast = LoadRoundAt(20e6, 0);
  fast.set_flat_out(true);
  EXPECT_EQ(PaceText(fast), "flat out");
}

TEST(LoadView, RssIsTheSensorsOwnMemoryNotThatOfItsGroup) {
  v1::LoadRound round = LoadRoundAt(50e3, 0);
  round.mutable_trial()->set_memory_bytes(300LL << 20);
  round.set_sensor_resident_bytes(45LL << 20);
  EXPECT_THAT(LoadLine(round, false), AllOf(HasSubstr(" 45Mi "), Not(HasSubstr("300Mi"))));
}

TEST(LoadView, SaysNothingOfASensorThatWasNotThere) {
  v1::LoadReport load;
  *load.add_rounds() = LoadRoundAt(50e3, 0);
  load.mutable_rounds(0)->mutable_trial()->mutable_achieved()->set_syscalls_per_sec(50e3);
  load.mutable_rounds(0)->mutable_trial()->set_classification(v1::Trial::UNJUDGED);
  const std::string line = LoadLine(load.rounds(0), false);
  EXPECT_THAT(line, HasSubstr("50.0k/s         -         -       -       -         -        -"));
  EXPECT_EQ(line.substr(LoadHeading(false).find("CLASS")), "-\n");
  EXPECT_THAT(Text(LoadRoundsReport(load), OutputFormat::kCsv), HasSubstr("syscalls_per_sec"));
}

}  // namespace
}  // namespace bench
