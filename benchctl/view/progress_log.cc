#include "benchctl/view/progress_log.h"

#include "absl/strings/str_cat.h"
#include "benchctl/view/run_text.h"
#include "benchctl/view/trial_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

std::string EndedText(const v1::Run& run) {
  std::string text = OutcomeText(run);
  double rate = run.result().sustainable().syscalls_per_sec();
  if (rate > 0) absl::StrAppend(&text, " ", FormatRate(rate), " syscalls/s");
  if (IntervalText(run) != "-") absl::StrAppend(&text, " (", IntervalText(run), ")");
  if (run.duration_sec() > 0) absl::StrAppend(&text, " in ", FormatSeconds(run.duration_sec()));
  if (std::string why = ExplanationText(run); !why.empty()) absl::StrAppend(&text, ": ", why);
  return text;
}

}  // namespace

const v1::Run* FindRun(const v1::GetProgressResponse& progress, const std::string& run_id) {
  for (const v1::Run& run : progress.runs()) {
    if (run.id() == run_id) return &run;
  }
  return nullptr;
}

std::string RunLabel(const v1::GetProgressResponse& progress, const v1::Run& run) {
  int number = 0;
  bool nodes = false;
  bool repeats = false;
  for (int i = 0; i < progress.runs_size(); ++i) {
    const v1::Run& other = progress.runs(i);
    if (other.id() == run.id()) number = i + 1;
    nodes |= !other.node().empty() && !run.node().empty() && other.node() != run.node();
    repeats |= other.repeat() > 1;
  }
  std::string label =
      absl::StrCat("[", number, "/", progress.runs_size(), " ", CellText(run.cell()));
  if (nodes) absl::StrAppend(&label, " node=", run.node());
  if (repeats) absl::StrAppend(&label, " repeat=", run.repeat());
  return absl::StrCat(label, "]");
}

void ProgressLog::AddStage(const v1::GetProgressResponse& progress, const v1::Progress& now,
                           std::vector<std::string>* lines) {
  const v1::Run* run = FindRun(progress, now.run_id());
  RunSeen& seen = runs_[now.run_id()];
  if (run == nullptr || now.stage() == seen.stage) return;
  seen.stage = now.stage();
  if (detail_ == Detail::kResults || now.stage().empty()) return;
  lines->push_back(absl::StrCat(RunLabel(progress, *run), " ", now.stage()));
}

void ProgressLog::AddTrials(const v1::GetProgressResponse& progress,
                            std::vector<std::string>* lines) {
  if (detail_ == Detail::kResults) return;
  for (const v1::Trial& trial : progress.trials()) {
    const v1::Run* run = FindRun(progress, trial.run_id());
    if (run == nullptr) continue;
    // Trials and stages come together: a trial of the new stage belongs below its line.
    for (const v1::Progress& now : progress.progress()) {
      if (now.run_id() == trial.run_id() && now.stage() == PhaseText(trial)) {
        AddStage(progress, now, lines);
      }
    }
    std::string label = RunLabel(progress, *run);
    lines->push_back(absl::StrCat(label, " ", TrialText(trial)));
    if (detail_ == Detail::kReasons && !trial.reason().empty()) {
      lines->push_back(absl::StrCat(label, "   ", trial.reason()));
    }
  }
}

void ProgressLog::AddEnded(const v1::GetProgressResponse& progress,
                           std::vector<std::string>* lines) {
  for (const v1::Run& run : progress.runs()) {
    RunSeen& seen = runs_[run.id()];
    if (!HasEnded(run) || seen.ended) continue;
    seen.ended = true;
    // The published recipe's own lines; of a search, the trials have said it all.
    if (detail_ == Detail::kReasons && progress.campaign().spec().method() == "doubling") {
      for (const std::string& line : run.result().report()) {
        lines->push_back(absl::StrCat(RunLabel(progress, run), "   ", line));
      }
    }
    lines->push_back(absl::StrCat(RunLabel(progress, run), " ", EndedText(run)));
  }
}

std::vector<std::string> ProgressLog::Update(const v1::GetProgressResponse& progress) {
  std::vector<std::string> lines;
  for (const v1::Progress& now : progress.progress()) {
    if (!now.note().empty() && notes_.insert(now.note()).second) lines.push_back(now.note());
  }
  for (const v1::Run& run : progress.runs()) {
    RunSeen& seen = runs_[run.id()];
    if (run.attempt() > 1 && run.attempt() != seen.attempt) {
      lines.push_back(absl::StrCat(RunLabel(progress, run), " attempt ", run.attempt(),
                                   ": the one before it did not come to an end"));
    }
    seen.attempt = run.attempt();
  }
  AddTrials(progress, &lines);
  AddEnded(progress, &lines);
  for (const v1::Progress& now : progress.progress()) AddStage(progress, now, &lines);
  return lines;
}

}  // namespace bench
