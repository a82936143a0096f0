#include "benchctl/view/live_block.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchctl/view/display_width.h"
#include "benchctl/view/output_format.h"
#include "benchctl/view/progress_log.h"
#include "benchctl/view/run_text.h"
#include "benchctl/view/trial_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

std::string Bar(double share, int columns) {
  share = std::clamp(std::isfinite(share) ? share : 0.0, 0.0, 1.0);
  int full = static_cast<int>(std::lround(share * columns));
  return absl::StrCat("[", std::string(full, '#'), std::string(columns - full, '-'), "]");
}

int EndedRuns(const v1::GetProgressResponse& progress) {
  return static_cast<int>(std::count_if(progress.runs().begin(), progress.runs().end(), HasEnded));
}

std::string BracketText(const v1::Progress& now) {
  double lower = now.lower_syscalls_per_sec();
  double upper = now.upper_syscalls_per_sec();
  if (lower <= 0 && upper <= 0) return "none yet";
  if (lower <= 0) return absl::StrCat("below ", FormatRate(upper), " syscalls/s");
  if (upper <= 0) return absl::StrCat("above ", FormatRate(lower), " syscalls/s");
  return absl::StrCat(FormatRate(lower), "-", FormatRate(upper), " syscalls/s");
}

std::string CpuText(const v1::Progress& now, const v1::Run& run) {
  std::string text = absl::StrFormat("cpu %.2f of ", now.cpu_cores());
  if (run.cell().cpu_millis() == 0) return absl::StrCat(text, "no limit");
  double limit = run.cell().cpu_millis() / 1000.0;
  return absl::StrCat(text, absl::StrFormat("%.2f ", limit), Bar(now.cpu_cores() / limit, 10));
}

std::string StageText(const v1::Progress& now) {
  std::string text = now.stage();
  if (now.stage_total_sec() > 0) {
    absl::StrAppend(&text,
                    absl::StrFormat(" %.0f/%.0fs", now.stage_elapsed_sec(), now.stage_total_sec()));
  } else if (now.stage_elapsed_sec() > 0) {
    absl::StrAppend(&text, " ", FormatSeconds(now.stage_elapsed_sec()));
  }
  return text;
}

void AppendRun(const v1::GetProgressResponse& progress, const v1::Progress& now, const v1::Run& run,
               std::vector<std::string>* lines) {
  std::string head = absl::StrCat(RunLabel(progress, run), " ", StageText(now));
  if (now.trial_number() > 0) absl::StrAppend(&head, ", trial ", now.trial_number());
  if (now.elapsed_sec() > 0) absl::StrAppend(&head, ", ", FormatSeconds(now.elapsed_sec()));
  lines->push_back(head);
  lines->push_back(absl::StrCat("  offered ", PadRight(RateText(now.offered_syscalls_per_sec()), 6),
                                " syscalls/s  sensor ",
                                PadRight(RateText(now.sensor_events_per_sec()), 6),
                                " events/s  drops ", now.drops(), "  lag ", LagText(now.lag_ms())));
  lines->push_back(absl::StrCat("  ", CpuText(now, run), "  bracket ", BracketText(now)));
}

}  // namespace

double RemainingSeconds(const v1::GetProgressResponse& progress, double run_estimate_sec) {
  double ended_sec = 0;
  int ended = 0;
  int left = 0;
  for (const v1::Run& run : progress.runs()) {
    if (!HasEnded(run)) {
      ++left;
    } else if (run.duration_sec() > 0) {
      ended_sec += run.duration_sec();
      ++ended;
    }
  }
  double each = ended > 0 ? ended_sec / ended : run_estimate_sec;
  if (each <= 0 || left == 0) return -1;
  double elapsed = 0;
  for (const v1::Progress& now : progress.progress()) elapsed += std::min(now.elapsed_sec(), each);
  int beside = std::max(1, progress.progress_size());
  return std::max(0.0, (left * each - elapsed) / beside);
}

std::vector<std::string> RenderLiveBlock(const v1::GetProgressResponse& progress,
                                         const LiveOptions& options) {
  int total = progress.runs_size();
  int ended = EndedRuns(progress);
  double remaining = RemainingSeconds(progress, options.run_estimate_sec);
  std::vector<std::string> lines;
  lines.push_back(absl::StrCat(
      "Campaign ", progress.campaign().id(), "  ",
      Bar(total > 0 ? static_cast<double>(ended) / total : 0, 20), " ", ended, "/", total, " runs",
      remaining >= 0 ? absl::StrCat("  ETA ", FormatSeconds(remaining)) : std::string()));
  int running = 0;
  for (const v1::Progress& now : progress.progress()) {
    const v1::Run* run = FindRun(progress, now.run_id());
    if (run == nullptr || HasEnded(*run)) continue;  // its last words
    if (++running <= options.most_runs) AppendRun(progress, now, *run, &lines);
  }
  if (running > options.most_runs) {
    lines.push_back(absl::StrCat("and ", running - options.most_runs, " more running"));
  }
  if (running == 0 && ended < total) lines.push_back("waiting for a worker");
  size_t width = options.width > 1 ? static_cast<size_t>(options.width) - 1 : 1;
  for (std::string& line : lines) line = CutToWidth(line, width);
  if (!lines.empty()) lines[0] = Coloured(lines[0], Tone::kHeading, options.colours);
  return lines;
}

}  // namespace bench
