#include "controller/storage/campaign_repository.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/resolve.h"
#include "controller/storage/sql.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr absl::string_view kInsertColumns[] = {
    "id",      "request_id",    "name",   "state",           "held_by", "created_at", "sensor",
    "profile", "actions_regex", "method", "precision_ratio", "repeats", "spec"};

constexpr char kSelect[] =
    "SELECT id, name, state, created_at, finished_at, spec, "
    "(SELECT count(*) FROM runs WHERE campaign_id = campaigns.id), "
    "(SELECT count(*) FROM runs WHERE campaign_id = campaigns.id AND state IN ('DONE', 'FAILED', "
    "'CANCELLED')) FROM campaigns ";

absl::StatusOr<v1::Campaign> Read(Statement& row) {
  v1::Campaign campaign;
  campaign.set_id(row.Text());
  campaign.set_name(row.Text());
  v1::Campaign::State state = v1::Campaign::STATE_UNSPECIFIED;
  v1::Campaign::State_Parse(row.Text(), &state);
  campaign.set_state(state);
  if (auto created = ParseTimeText(row.Text())) {
    *campaign.mutable_created_at() = ToTimestamp(*created);
  }
  if (auto finished = ParseTimeText(row.Text())) {
    *campaign.mutable_finished_at() = ToTimestamp(*finished);
  }
  BENCH_RETURN_IF_ERROR(
      Annotate(FromJson(row.Text(), campaign.mutable_spec()), "campaign " + campaign.id()));
  campaign.set_runs_total(row.Int());
  campaign.set_runs_ended(row.Int());
  return campaign;
}

}  // namespace

absl::Status CampaignRepository::Insert(const v1::Campaign& campaign, absl::string_view request_id,
                                        absl::string_view held_by) {
  static const std::string& sql = *new std::string(InsertSql("campaigns", kInsertColumns));
  const v1::SweepSpec& spec = campaign.spec();
  BENCH_ASSIGN_OR_RETURN(std::string json, ToJson(spec));
  std::optional<std::string> request;
  if (!request_id.empty()) request = std::string(request_id);
  BENCH_RETURN_IF_ERROR(database_.Run(sql, campaign.id(), request, campaign.name(), "RUNNING",
                                      held_by, FormatTimeText(FromTimestamp(campaign.created_at())),
                                      spec.sensor(), spec.profile(), spec.actions_regex(),
                                      spec.method(), spec.precision(), spec.repeats(), json));
  for (const auto& [key, value] : campaign.tags()) {
    BENCH_RETURN_IF_ERROR(
        database_.Run("INSERT INTO campaign_tags (campaign_id, key, value) VALUES (?, ?, ?)",
                      campaign.id(), key, value));
  }
  return absl::OkStatus();
}

absl::Status CampaignRepository::ReadTags(v1::Campaign* campaign) {
  BENCH_ASSIGN_OR_RETURN(
      Statement tags,
      database_.Prepare("SELECT key, value FROM campaign_tags WHERE campaign_id = ?"));
  tags.Bind(campaign->id());
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, tags.Step());
    if (!row) return absl::OkStatus();
    std::string key = tags.Text();
    (*campaign->mutable_tags())[key] = tags.Text();
  }
}

absl::StatusOr<v1::Campaign> CampaignRepository::Get(absl::string_view id) {
  BENCH_ASSIGN_OR_RETURN(Statement rows, database_.Prepare(absl::StrCat(kSelect, "WHERE id = ?")));
  rows.Bind(id);
  BENCH_ASSIGN_OR_RETURN(bool found, rows.Step());
  if (!found) return absl::NotFoundError(absl::StrCat("no campaign ", id));
  BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, Read(rows));
  BENCH_RETURN_IF_ERROR(ReadTags(&campaign));
  return campaign;
}

absl::StatusOr<std::string> CampaignRepository::Resolve(absl::string_view prefix) {
  return ResolveId(database_, "campaigns", "campaign", prefix);
}

absl::StatusOr<std::optional<std::string>> CampaignRepository::FindByRequest(
    absl::string_view request_id) {
  if (request_id.empty()) return std::optional<std::string>();
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database_.Prepare("SELECT id FROM campaigns WHERE request_id = ?"));
  rows.Bind(request_id);
  BENCH_ASSIGN_OR_RETURN(bool found, rows.Step());
  return found ? std::optional<std::string>(rows.Text()) : std::nullopt;
}

absl::StatusOr<std::vector<v1::Campaign>> CampaignRepository::List(int limit) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(absl::StrCat(kSelect, "ORDER BY created_at DESC, id DESC LIMIT ?")));
  rows.Bind(limit);
  std::vector<v1::Campaign> campaigns;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return campaigns;
    BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, Read(rows));
    BENCH_RETURN_IF_ERROR(ReadTags(&campaign));
    campaigns.push_back(std::move(campaign));
  }
}

absl::StatusOr<std::vector<std::string>> CampaignRepository::Unfinished(absl::string_view held_by) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare("SELECT id FROM campaigns WHERE state = 'RUNNING' AND held_by = ?"));
  rows.Bind(held_by);
  std::vector<std::string> ids;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return ids;
    ids.push_back(rows.Text());
  }
}

absl::Status CampaignRepository::MarkCancelRequested(absl::string_view id) {
  return database_.Run(
      "UPDATE campaigns SET cancel_requested = 1 WHERE id = ? AND state = 'RUNNING'", id);
}

absl::Status CampaignRepository::EndIfComplete(absl::string_view id, absl::Time now) {
  return database_.Run(
      "UPDATE campaigns SET state = iif(cancel_requested, 'CANCELLED', 'DONE'), finished_at = ? "
      "WHERE id = ? AND state = 'RUNNING' AND NOT EXISTS (SELECT 1 FROM runs WHERE campaign_id = "
      "campaigns.id AND state IN ('QUEUED', 'RUNNING'))",
      FormatTimeText(now), id);
}

}  // namespace bench
