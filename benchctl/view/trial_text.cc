#include "benchctl/view/trial_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchctl/view/run_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

using v1::Trial;
constexpr TextTable::Align kRight = TextTable::Align::kRight;

std::string ClassText(Trial::Class classification) {
  return classification == Trial::CLASS_UNSPECIFIED ? "-" : Trial::Class_Name(classification);
}

}  // namespace

std::string PhaseText(const Trial& trial) {
  if (trial.phase() == Trial::PHASE_UNSPECIFIED) return "-";
  return absl::AsciiStrToLower(Trial::Phase_Name(trial.phase()));
}

std::string LossText(double loss_ratio) {
  if (loss_ratio <= 0) return "0%";
  if (loss_ratio < 0.001) return "<0.1%";
  return FormatPercent(loss_ratio);
}

std::string LagText(double lag_ms) {
  if (lag_ms < 0) return "-";
  if (lag_ms >= 1000) return absl::StrFormat("%.1f s", lag_ms / 1000);
  return absl::StrFormat("%.*f ms", lag_ms < 10 ? 1 : 0, lag_ms);
}

Tone ToneOf(Trial::Class classification) {
  switch (classification) {
    case Trial::GOOD:
    case Trial::NOISE:
      return Tone::kGood;
    case Trial::BAD:
    case Trial::STRONG_BAD:
    case Trial::OOM:
      return Tone::kBad;
    case Trial::GENERATOR:
    case Trial::VOID:
    case Trial::OUTPUT:
      return Tone::kWarning;
    default:
      return Tone::kPlain;
  }
}

std::string TrialText(const Trial& trial) {
  std::string text = absl::StrCat("trial ", trial.number(), " ", PhaseText(trial));
  if (trial.offered().syscalls_per_sec() > 0) {
    absl::StrAppend(&text, " ", FormatRate(trial.offered().syscalls_per_sec()), " syscalls/s");
  }
  absl::StrAppend(&text, ": ");
  if (trial.classification() == Trial::UNJUDGED ||
      trial.classification() == Trial::CLASS_UNSPECIFIED) {
    double events_per_sec =
        trial.duration_sec() > 0 ? static_cast<double>(trial.events()) / trial.duration_sec() : 0;
    absl::StrAppend(&text, FormatRate(events_per_sec), " events/s");
  } else {
    absl::StrAppend(&text, ClassText(trial.classification()));
  }
  absl::StrAppend(&text, " (lag ", LagText(trial.lag_median_ms()), ", loss ",
                  LossText(trial.loss_ratio()), ", cpu ",
                  absl::StrFormat("%.2f", trial.cpu_cores()), ")");
  return text;
}

TextTable TrialTable(const google::protobuf::RepeatedPtrField<Trial>& trials) {
  TextTable table;
  table.columns = {{"TRIAL", kRight},
                   {"PHASE"},
                   {"OFFERED/S", kRight},
                   {"ACHIEVED/S", kRight},
                   {"SEC", kRight},
                   {"EVENTS/S", kRight},
                   {"DROPS", kRight},
                   {"LOSS", kRight},
                   {"LAG", kRight},
                   {"P95", kRight},
                   {"PEAK", kRight},
                   {"CPU", kRight},
                   {"THROTTLED", kRight},
                   {"MEMORY", kRight},
                   {"CLASS"},
                   {"WHY"}};
  bool attempts = false;
  for (const Trial& trial : trials) attempts |= trial.attempt() > 1;
  for (const Trial& trial : trials) {
    table.rows.push_back(
        {attempts ? absl::StrCat(trial.attempt(), ".", trial.number())
                  : absl::StrCat(trial.number()),
         PhaseText(trial), RateText(trial.offered().syscalls_per_sec()),
         RateText(trial.achieved().syscalls_per_sec()),
         absl::StrFormat("%.1f", trial.duration_sec()),
         RateText(trial.duration_sec() > 0
                      ? static_cast<double>(trial.events()) / trial.duration_sec()
                      : 0),
         absl::StrCat(trial.drops()), LossText(trial.loss_ratio()), LagText(trial.lag_median_ms()),
         LagText(trial.lag_p95_ms()), LagText(trial.lag_peak_ms()), CoresText(trial.cpu_cores()),
         FormatPercent(trial.cpu_throttled_ratio()), BytesText(trial.memory_bytes()),
         TextTable::Cell(ClassText(trial.classification()), ToneOf(trial.classification())),
         trial.reason()});
  }
  return table;
}

TextTable SampleTable(const google::protobuf::RepeatedPtrField<v1::Sample>& samples) {
  TextTable table;
  table.columns = {{"TRIAL", kRight},  {"AT SEC", kRight}, {"ISSUED", kRight},
                   {"EVENTS", kRight}, {"DROPS", kRight},  {"ALERTS", kRight},
                   {"LAG", kRight},    {"CPU", kRight},    {"MEMORY", kRight}};
  for (const v1::Sample& sample : samples) {
    table.rows.push_back(
        {absl::StrCat(sample.trial_number()), absl::StrFormat("%.1f", sample.at_sec()),
         absl::StrCat(sample.issued_syscalls()), absl::StrCat(sample.events()),
         absl::StrCat(sample.drops()), absl::StrCat(sample.alerts()), LagText(sample.lag_ms()),
         CoresText(sample.cpu_cores()), BytesText(sample.memory_bytes())});
  }
  return table;
}

}  // namespace bench
