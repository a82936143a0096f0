#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/migrator.h"
#include "controller/storage/node_repository.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/time_text.h"
#include "controller/storage/trial_repository.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795348800);

// Sets every field of a message to a value of its own, so that one which is not stored shows.
void FillScalar(Message* message, const FieldDescriptor* field, int* next) {
  const auto* reflection = message->GetReflection();
  int value = ++*next;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(message, field, value);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(message, field, value);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->SetDouble(message, field, value + 0.5);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(message, field, true);
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(message, field, absl::StrCat("text ", value));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->SetEnumValue(message, field, 2);
    default:
      FAIL() << "a type that this test doesn't know: " << field->full_name();
  }
}

void Fill(Message* message, int* next) {
  const auto* descriptor = message->GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(message->GetReflection()->MutableMessage(message, field), next);
    } else {
      FillScalar(message, field, next);
    }
  }
}

template <typename T>
T Filled(int seed = 0) {
  T message;
  Fill(&message, &seed);
  return message;
}

std::string Difference(const Message& expected, const Message& actual) {
  MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(expected, actual) ? "" : report;
}

class RepositoriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_ / "a.db", Database::Access::kReadWrite);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(Migrate(*database_, EmbeddedMigrations(), kNow, "1").ok());
  }

  v1::Campaign AddCampaign(const std::string& id, const std::string& request = "",
                           absl::string_view held_by = kHeldByServer) {
    v1::Campaign campaign;
    campaign.set_id(id);
    campaign.set_name("name of " + id);
    *campaign.mutable_created_at() = ToTimestamp(kNow);
    campaign.mutable_spec()->set_sensor("reference");
    campaign.mutable_spec()->set_profile("recipe");
    campaign.mutable_spec()->add_memory_bytes(int64_t{1} << 40);
    campaign.mutable_spec()->set_precision(0.05);
    EXPECT_TRUE(CampaignRepository(*database_).Insert(campaign, request, held_by).ok());
    return campaign;
  }

  void AddRun(const std::string& id, const std::string& campaign, int cpu_millis = 500,
              const std::string& wanted_node = "") {
    RunRepository runs(*database_);
    RunSchedule schedule;
    schedule.id = id;
    schedule.campaign_id = campaign;
    schedule.position = *runs.NextPosition();
    schedule.wanted_node = wanted_node;
    schedule.max_attempts = 3;
    v1::Cell cell;
    cell.set_cpu_millis(cpu_millis);
    cell.set_memory_bytes(512 << 20);
    ASSERT_TRUE(runs.Insert(schedule, cell, 1, kNow).ok());
  }

  void Move(const std::string& id, v1::Run::State state, absl::Time now, int attempt = 1,
            const std::string& node = "n1") {
    RunSchedule schedule = *RunRepository(*database_).Schedule(id);
    schedule.state = state;
    schedule.attempt = attempt;
    schedule.node = node;
    ASSERT_TRUE(RunRepository(*database_).SaveSchedule(schedule, now).ok());
  }

  std::vector<std::string> Ids(const RunFilter& filter) {
    std::vector<std::string> ids;
    std::vector<v1::Run> runs = *RunRepository(*database_).List(filter);
    ids.reserve(runs.size());
    for (const v1::Run& run : runs) ids.push_back(run.id());
    return ids;
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
};

TEST_F(RepositoriesTest, ACampaignComesBackAsItWas) {
  v1::Campaign campaign;
  campaign.set_id("c-1");
  campaign.set_name("first");
  *campaign.mutable_created_at() = ToTimestamp(kNow);
  (*campaign.mutable_tags())["host"] = "a";
  *campaign.mutable_spec() = Filled<v1::SweepSpec>();
  campaign.mutable_spec()->add_cpu_millis(500);
  campaign.mutable_spec()->add_nodes("n1");
  campaign.mutable_spec()->add_driver("kmod");
  campaign.mutable_spec()->add_rules()->add_files("/etc/falco/a.yaml");
  ASSERT_TRUE(CampaignRepository(*database_).Insert(campaign, "q", kHeldByServer).ok());
  campaign.set_state(v1::Campaign::RUNNING);
  EXPECT_EQ(Difference(campaign, *CampaignRepository(*database_).Get("c-1")), "");
}

TEST_F(RepositoriesTest, TheSameRequestIsOneCampaign) {
  CampaignRepository campaigns(*database_);
  AddCampaign("c-1", "request");
  EXPECT_EQ(*campaigns.FindByRequest("request"), "c-1");
  EXPECT_EQ(*campaigns.FindByRequest("other"), std::nullopt);
  EXPECT_EQ(*campaigns.FindByRequest(""), std::nullopt);
  v1::Campaign second;
  second.set_id("c-2");
  EXPECT_TRUE(absl::IsAlreadyExists(campaigns.Insert(second, "request", kHeldByServer)));
  AddCampaign("c-3", "");
  AddCampaign("c-4", "");  // no request id is not the same request
}

TEST_F(RepositoriesTest, FindsByUnambiguousPrefix) {
  AddCampaign("c-20261122-aaaa");
  AddCampaign("c-20261122-aabb");
  AddCampaign("c-20261123-cccc");
  CampaignRepository campaigns(*database_);
  EXPECT_EQ(*campaigns.Resolve("c-20261122-aaaa"), "c-20261122-aaaa");
  EXPECT_EQ(*campaigns.Resolve("c-20261123"), "c-20261123-cccc");
  EXPECT_THAT(std::string(campaigns.Resolve("c-20261122-aa").status().message()),
              HasSubstr("c-20261122-aaaa, c-20261122-aabb): give more characters"));
  EXPECT_TRUE(absl::IsNotFound(campaigns.Resolve("c-2025").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(campaigns.Resolve("").status()));
  // Not a pattern.
  EXPECT_TRUE(absl::IsNotFound(campaigns.Resolve("c-%").status()));
}

TEST_F(RepositoriesTest, ACampaignEndsWithItsLastRun) {
  CampaignRepository campaigns(*database_);
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  AddRun("r-2", "c-1");
  Move("r-1", v1::Run::DONE, kNow);
  ASSERT_TRUE(campaigns.EndIfComplete("c-1", kNow).ok());
  EXPECT_EQ(campaigns.Get("c-1")->state(), v1::Campaign::RUNNING);
  EXPECT_EQ(campaigns.Get("c-1")->runs_total(), 2);
  EXPECT_EQ(campaigns.Get("c-1")->runs_ended(), 1);
  EXPECT_THAT(*campaigns.Unfinished(kHeldByServer), ElementsAre("c-1"));
  EXPECT_THAT(*campaigns.Unfinished(kHeldByCommand), IsEmpty());
  Move("r-2", v1::Run::FAILED, kNow);
  ASSERT_TRUE(campaigns.EndIfComplete("c-1", kNow).ok());
  EXPECT_EQ(campaigns.Get("c-1")->state(), v1::Campaign::DONE);
  EXPECT_TRUE(campaigns.Get("c-1")->has_finished_at());
  ASSERT_TRUE(campaigns.MarkCancelRequested("c-1").ok());
  ASSERT_TRUE(campaigns.EndIfComplete("c-1", kNow).ok());
  EXPECT_EQ(campaigns.Get("c-1")->state(), v1::Campaign::DONE);
}

TEST_F(RepositoriesTest, ARunsResultComesBackAsItWas) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1", 250, "n7");
  RunRepository runs(*database_);
  EXPECT_EQ(runs.Get("r-1")->node(), "n7");
  EXPECT_FALSE(runs.Get("r-1")->has_result());
  Move("r-1", v1::Run::RUNNING, kNow);
  Move("r-1", v1::Run::DONE, kNow + absl::Milliseconds(12500));

  auto result = Filled<v1::Result>();
  result.add_flags("SOFT_EDGE");
  auto usage = Filled<v1::Usage>(100);
  auto baseline = Filled<v1::Baseline>(200);
  auto sensor = Filled<v1::SensorInfo>(300);
  google::protobuf::RepeatedPtrField<v1::ActionCalibration> units;
  *units.Add() = Filled<v1::ActionCalibration>(400);
  *units.Add() = Filled<v1::ActionCalibration>(500);
  ASSERT_TRUE(runs.SaveOutcome("r-1", result, usage).ok());
  ASSERT_TRUE(runs.SaveBaseline("r-1", baseline).ok());
  ASSERT_TRUE(runs.SaveSensor("r-1", sensor).ok());
  ASSERT_TRUE(runs.SaveCalibration("r-1", units).ok());

  v1::Run run = *runs.Get("r-1");
  EXPECT_EQ(run.state(), v1::Run::DONE);
  EXPECT_EQ(run.node(), "n1");
  EXPECT_EQ(run.cell().cpu_millis(), 250);
  EXPECT_NEAR(run.duration_sec(), 12.5, 0.01);
  EXPECT_EQ(FromTimestamp(run.started_at()), kNow);
  EXPECT_EQ(Difference(result, run.result()), "");
  EXPECT_EQ(Difference(usage, run.usage()), "");
  EXPECT_EQ(Difference(baseline, run.baseline()), "");
  EXPECT_EQ(Difference(sensor, run.sensor()), "");
  ASSERT_EQ(run.calibration_size(), 2);
  EXPECT_EQ(Difference(units[1], run.calibration(1)), "");
}

TEST_F(RepositoriesTest, ACellComesBackAsItWas) {
  AddCampaign("c-1");
  RunRepository runs(*database_);
  auto cell = Filled<v1::Cell>();
  cell.add_rules("/etc/falco/a.yaml");
  cell.add_rules("/etc/falco/b \"2\".yml");
  ASSERT_TRUE(runs.Insert({.id = "r-1", .campaign_id = "c-1"}, cell, 1, kNow).ok());
  EXPECT_EQ(Difference(cell, runs.Get("r-1")->cell()), "");
  Move("r-1", v1::Run::DONE, kNow);
  v1::Result result;
  result.mutable_sustainable()->set_syscalls_per_sec(1000);
  ASSERT_TRUE(runs.SaveOutcome("r-1", result, {}).ok());
  ASSERT_EQ(runs.RatesOfCampaign("c-1")->size(), 1u);
  EXPECT_EQ(Difference(cell, runs.RatesOfCampaign("c-1")->at(0).cell), "");
}

TEST_F(RepositoriesTest, ARunOfASchemaWithoutSettingsReadsAsConfigured) {
  auto opened = Database::Open(dir_ / "old.db", Database::Access::kReadWrite);
  ASSERT_TRUE(opened.ok()) << opened.status();
  ASSERT_TRUE(Migrate(**opened, EmbeddedMigrations().subspan(0, 1), kNow, "1").ok());
  ASSERT_TRUE(
      (*opened)
          ->Execute("INSERT INTO campaigns (id, name, state, held_by, created_at, sensor, "
                    "profile, actions_regex, method, precision_ratio, repeats, spec) VALUES "
                    "('c-1', '', 'RUNNING', 'benchctl', '', 'falco', 'recipe', '', "
                    "'search', 0.05, 1, '{}');"
                    "INSERT INTO runs (id, campaign_id, position, state, cpu_millis, "
                    "memory_bytes, repeat, wanted_node, node, attempt, max_attempts, epoch, "
                    "reason, created_at) VALUES ('r-1', 'c-1', 1, 'QUEUED', 500, 0, 1, '', "
                    "'', 0, 1, 0, '', '')")
          .ok());
  ASSERT_TRUE(Migrate(**opened, EmbeddedMigrations(), kNow, "2").ok());
  v1::Cell expected;
  expected.set_cpu_millis(500);
  EXPECT_EQ(Difference(expected, RunRepository(**opened).Get("r-1")->cell()), "");
}

TEST_F(RepositoriesTest, ListsRunsByAnyOfItsFilters) {
  AddCampaign("c-1");
  AddCampaign("c-2");
  ASSERT_TRUE(database_->Run("INSERT INTO campaign_tags VALUES ('c-2', 'lab', 'x')").ok());
  AddRun("r-1", "c-1", 500);
  AddRun("r-2", "c-1", 1000);
  AddRun("r-3", "c-2", 2000);
  Move("r-2", v1::Run::RUNNING, kNow, 1, "n9");
  EXPECT_THAT(Ids({}), ElementsAre("r-3", "r-2", "r-1"));
  EXPECT_THAT(Ids({.campaign_id = "c-1"}), ElementsAre("r-2", "r-1"));
  EXPECT_THAT(Ids({.cpu_millis = {500, 2000}}), ElementsAre("r-3", "r-1"));
  EXPECT_THAT(Ids({.node = "n9"}), ElementsAre("r-2"));
  ASSERT_TRUE(database_->Run("UPDATE runs SET driver = 'kmod' WHERE id = 'r-1'").ok());
  ASSERT_TRUE(database_->Run("UPDATE runs SET sensor_driver = 'kmod' WHERE id = 'r-3'").ok());
  ASSERT_TRUE(database_->Run("UPDATE runs SET buffer_preset = 6 WHERE id = 'r-2'").ok());
  EXPECT_THAT(Ids({.driver = "kmod"}), ElementsAre("r-3", "r-1"));
  EXPECT_THAT(Ids({.buffer_presets = {4, 6}}), ElementsAre("r-2"));
  EXPECT_THAT(Ids({.since = kNow}), ElementsAre("r-3", "r-2", "r-1"));
  EXPECT_THAT(Ids({.since = kNow + absl::Seconds(1)}), IsEmpty());
  EXPECT_THAT(Ids({.tags = {{"lab", "x"}}}), ElementsAre("r-3"));
  EXPECT_THAT(Ids({.tags = {{"lab", "y"}}}), IsEmpty());
  EXPECT_THAT(Ids({.limit = 1}), ElementsAre("r-3"));
}

TEST_F(RepositoriesTest, ATrialComesBackAsItWasAndIsStoredOnce) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  TrialRepository trials(*database_);
  auto trial = Filled<v1::Trial>();
  trial.set_run_id("r-1");
  *trial.mutable_started_at() = ToTimestamp(kNow);
  ASSERT_TRUE(trials.Upsert(trial).ok());
  ASSERT_TRUE(trials.Upsert(trial).ok());
  std::vector<v1::Trial> stored = *trials.OfRun("r-1");
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(Difference(trial, stored[0]), "");
  EXPECT_EQ(RunRepository(*database_).Get("r-1")->trials(), 1);
  trial.set_run_id("r-none");
  EXPECT_FALSE(trials.Upsert(trial).ok());
}

TEST_F(RepositoriesTest, TheCursorBringsEachTrialOnce) {
  AddCampaign("c-1");
  AddCampaign("c-2");
  AddRun("r-1", "c-1");
  AddRun("r-2", "c-2");
  TrialRepository trials(*database_);
  v1::Trial trial;
  for (int number = 1; number <= 5; ++number) {
    for (const char* run : {"r-1", "r-2"}) {
      trial.set_run_id(run);
      trial.set_number(number);
      ASSERT_TRUE(trials.Upsert(trial).ok());
    }
  }
  std::vector<int> numbers;
  int64_t cursor = 0;
  for (;;) {
    TrialPage page = *trials.StoredAfter("c-1", cursor, 2);
    if (page.trials.empty()) {
      EXPECT_EQ(page.cursor, cursor);
      break;
    }
    for (const v1::Trial& each : page.trials) numbers.push_back(each.number());
    cursor = page.cursor;
  }
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(RepositoriesTest, SamplesComeBackAsTheyWereAndNoAlertIsNull) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  TrialRepository trials(*database_);
  google::protobuf::RepeatedPtrField<v1::Sample> samples;
  *samples.Add() = Filled<v1::Sample>();
  *samples.Add() = Filled<v1::Sample>(50);
  samples[1].set_lag_ms(-1);
  ASSERT_TRUE(trials.InsertSamples("r-1", 2, samples).ok());
  ASSERT_TRUE(trials.InsertSamples("r-1", 2, samples).ok());
  std::vector<v1::Sample> stored = *trials.SamplesOf("r-1", 2);
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(Difference(samples[0], stored[0]), "");
  EXPECT_EQ(Difference(samples[1], stored[1]), "");
  EXPECT_THAT(*trials.SamplesOf("r-1", 1), IsEmpty());
  auto nulls = database_->Prepare("SELECT count(*) FROM samples WHERE lag_ms IS NULL");
  ASSERT_TRUE(*nulls->Step());
  EXPECT_EQ(nulls->Int(), 1);
}

TEST_F(RepositoriesTest, AManifestComesBackAsItWas) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  RunRepository runs(*database_);
  EXPECT_EQ(*runs.Manifest("r-1"), std::nullopt);
  auto manifest = Filled<v1::Manifest>();
  v1::Tag* tag = manifest.add_extra();
  tag->set_key("mitigations");
  tag->set_value("off");
  *manifest.add_config_files() = Filled<v1::FileChecksum>(200);
  *manifest.add_rules_files() = Filled<v1::FileChecksum>(300);
  *manifest.add_rules_files() = Filled<v1::FileChecksum>(400);
  auto earlier = Filled<v1::Manifest>(99);
  *earlier.add_rules_files() = Filled<v1::FileChecksum>(500);
  ASSERT_TRUE(runs.SaveManifest("r-1", 1, earlier).ok());
  ASSERT_TRUE(runs.SaveManifest("r-1", 2, manifest).ok());
  ASSERT_TRUE(runs.SaveManifest("r-1", 2, manifest).ok());  // once more changes nothing
  EXPECT_EQ(Difference(manifest, **runs.Manifest("r-1")), "");
}

TEST_F(RepositoriesTest, WhatAManifestDoesNotKnowIsNoZero) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  RunRepository runs(*database_);
  ASSERT_TRUE(runs.SaveManifest("r-1", 1, Filled<v1::Manifest>()).ok());
  // A second attempt's begins anew.
  ASSERT_TRUE(runs.SaveManifest("r-1", 2, {}).ok());
  v1::Manifest none;
  none.mutable_sensor();
  EXPECT_EQ(Difference(none, **runs.Manifest("r-1")), "");
  // Zero is one.
  none.set_steal_ratio(0);
  none.set_psi_cpu_some_ratio(0);
  none.set_smt_active(false);
  ASSERT_TRUE(runs.SaveManifest("r-1", 2, none).ok());
  EXPECT_EQ(Difference(none, **runs.Manifest("r-1")), "");
}

TEST_F(RepositoriesTest, ManifestsComeByRunForThoseThatAreAskedFor) {
  AddCampaign("c-1");
  AddCampaign("c-2");
  for (const char* id : {"r-1", "r-2", "r-3"}) AddRun(id, "c-1");
  AddRun("r-4", "c-2");
  RunRepository runs(*database_);
  const auto first = Filled<v1::Manifest>();
  const auto third = Filled<v1::Manifest>(99);
  ASSERT_TRUE(runs.SaveManifest("r-1", 1, first).ok());
  ASSERT_TRUE(runs.SaveManifest("r-3", 1, third).ok());
  ASSERT_TRUE(runs.SaveManifest("r-4", 1, first).ok());
  auto found = runs.ManifestsOf(*runs.OfCampaign("c-1"));
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(Difference(first, found->at("r-1")), "");
  EXPECT_EQ(Difference(third, found->at("r-3")), "");
  EXPECT_EQ(runs.ManifestsOf(*runs.List({}))->size(), 3u);
  EXPECT_TRUE(runs.ManifestsOf({})->empty());
}

TEST_F(RepositoriesTest, AReportIsNewOnce) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  RunRepository runs(*database_);
  EXPECT_TRUE(*runs.MarkReport("r-1", 1, 2, kNow));
  EXPECT_TRUE(*runs.MarkReport("r-1", 1, 1, kNow));  // out of order is no harm
  EXPECT_FALSE(*runs.MarkReport("r-1", 1, 2, kNow));
  EXPECT_TRUE(*runs.MarkReport("r-1", 2, 2, kNow));
  ASSERT_TRUE(runs.ForgetReports("r-1").ok());
  EXPECT_TRUE(*runs.MarkReport("r-1", 1, 2, kNow));
}

TEST_F(RepositoriesTest, ANodeIsUpdatedWhenItRegistersAgain) {
  NodeRepository nodes(*database_);
  auto node = Filled<v1::Node>();
  (*node.mutable_labels())["zone"] = "b";
  ASSERT_TRUE(nodes.Upsert(Filled<v1::Node>(0), kNow).ok());
  ASSERT_TRUE(nodes.Upsert(node, kNow + absl::Seconds(5)).ok());
  std::vector<v1::Node> stored = *nodes.List();
  ASSERT_EQ(stored.size(), 1u);
  *node.mutable_last_seen() = ToTimestamp(kNow + absl::Seconds(5));
  EXPECT_EQ(Difference(node, stored[0]), "");
  ASSERT_TRUE(nodes.MarkSeen(node.name(), kNow + absl::Seconds(9)).ok());
  EXPECT_EQ(FromTimestamp(nodes.List()->at(0).last_seen()), kNow + absl::Seconds(9));
}

TEST_F(RepositoriesTest, FindsRatesOfThisAndOfLikeCampaigns) {
  RunRepository runs(*database_);
  AddCampaign("c-1");
  AddCampaign("c-2");
  AddCampaign("c-3");
  AddCampaign("c-4");
  ASSERT_TRUE(database_->Run("UPDATE campaigns SET profile = 'alerts' WHERE id = 'c-3'").ok());
  ASSERT_TRUE(database_
                  ->Run("UPDATE campaigns SET spec = json_set(spec, '$.mix', "
                        "json('[{\"action\":\"filler\",\"weight\":1}]')) WHERE id = 'c-4'")
                  .ok());
  v1::Result result;
  result.mutable_sustainable()->set_syscalls_per_sec(1000);
  for (const char* campaign : {"c-1", "c-2", "c-3", "c-4"}) {
    std::string id = absl::StrCat("r", campaign);
    AddRun(id, campaign);
    Move(id, v1::Run::DONE, kNow);
    ASSERT_TRUE(runs.SaveOutcome(id, result, {}).ok());
  }
  EXPECT_EQ(runs.RatesOfCampaign("c-1")->size(), 1u);
  std::vector<RunRate> earlier = *runs.RatesOfEarlierCampaigns("c-1", "n1", 10);
  ASSERT_EQ(earlier.size(), 1u);
  EXPECT_EQ(earlier[0].syscalls_per_sec, 1000);
  EXPECT_THAT(*runs.RatesOfEarlierCampaigns("c-1", "n2", 10), IsEmpty());
}

TEST_F(RepositoriesTest, DeletingACampaignDeletesWhatHangsOnIt) {
  AddCampaign("c-1");
  AddRun("r-1", "c-1");
  v1::Trial trial;
  trial.set_run_id("r-1");
  ASSERT_TRUE(TrialRepository(*database_).Upsert(trial).ok());
  ASSERT_TRUE(database_->Run("DELETE FROM campaigns").ok());
  auto left =
      database_->Prepare("SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM trials)");
  ASSERT_TRUE(*left->Step());
  EXPECT_EQ(left->Int(), 0);
}

}  // namespace
}  // namespace bench
