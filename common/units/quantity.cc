#include "common/units/quantity.h"

#include <array>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace bench {
namespace {

absl::Status Unparsable(absl::string_view text, absl::string_view what,
                        absl::string_view examples) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not ", what, "; try ", examples));
}

// A finite, non-negative decimal number without a sign, an exponent, hex, inf or nan.
bool ParsePlainNumber(absl::string_view text, double* value) {
  if (text.empty() || !(absl::ascii_isdigit(text[0]) || text[0] == '.')) return false;
  for (char c : text) {
    if (!absl::ascii_isdigit(c) && c != '.') return false;
  }
  return absl::SimpleAtod(text, value) && std::isfinite(*value);
}

std::string TrimmedDecimal(double value, int digits) {
  std::string text = absl::StrFormat("%.*f", digits, value);
  if (absl::StrContains(text, '.')) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

}  // namespace

absl::StatusOr<int32_t> ParseCpuMillis(absl::string_view text) {
  constexpr absl::string_view kExamples = "500m, 0.5, 2 or none";
  constexpr double kMaxMillis = 1024.0 * 1000;
  if (text == "none") return 0;
  double value = 0;
  absl::string_view digits = text;
  bool millis = absl::ConsumeSuffix(&digits, "m");
  if (!ParsePlainNumber(digits, &value)) return Unparsable(text, "a CPU quantity", kExamples);
  double cpu_millis = millis ? value : value * 1000;
  if (std::abs(cpu_millis - std::round(cpu_millis)) > 1e-6) {
    return Unparsable(text, "a whole number of thousandths of a CPU", kExamples);
  }
  if (cpu_millis < 1) return Unparsable(text, "a CPU limit above zero", kExamples);
  if (cpu_millis > kMaxMillis) return Unparsable(text, "at most 1024 CPUs", kExamples);
  return static_cast<int32_t>(std::lround(cpu_millis));
}

absl::StatusOr<int64_t> ParseMemoryBytes(absl::string_view text) {
  constexpr absl::string_view kExamples = "512Mi, 1Gi, 1G or none";
  struct Suffix {
    absl::string_view text;
    double factor;
  };
  constexpr std::array<Suffix, 8> kSuffixes = {{{"Ki", 1024.0},
                                                {"Mi", 1024.0 * 1024},
                                                {"Gi", 1024.0 * 1024 * 1024},
                                                {"Ti", 1024.0 * 1024 * 1024 * 1024},
                                                {"k", 1e3},
                                                {"M", 1e6},
                                                {"G", 1e9},
                                                {"T", 1e12}}};
  if (text == "none") return 0;
  absl::string_view digits = text;
  double factor = 1;
  for (const Suffix& suffix : kSuffixes) {
    if (absl::ConsumeSuffix(&digits, suffix.text)) {
      factor = suffix.factor;
      break;
    }
  }
  double value = 0;
  if (!ParsePlainNumber(digits, &value)) return Unparsable(text, "a memory quantity", kExamples);
  double bytes = value * factor;
  if (bytes < 1) return Unparsable(text, "a memory limit above zero", kExamples);
  if (bytes > 1e15) return Unparsable(text, "a memory limit below a petabyte", kExamples);
  return static_cast<int64_t>(std::llround(bytes));
}

absl::StatusOr<double> ParseRatePerSec(absl::string_view text) {
  absl::string_view digits = text;
  double factor = 1;
  if (absl::ConsumeSuffix(&digits, "k")) {
    factor = 1e3;
  } else if (absl::ConsumeSuffix(&digits, "M")) {
    factor = 1e6;
  }
  double value = 0;
  if (!ParsePlainNumber(digits, &value) || value <= 0) {
    return Unparsable(text, "a rate per second", "1000, 250k or 1.5M");
  }
  return value * factor;
}

absl::StatusOr<double> ParseFraction(absl::string_view text) {
  absl::string_view digits = text;
  bool percent = absl::ConsumeSuffix(&digits, "%");
  double value = 0;
  if (!ParsePlainNumber(digits, &value)) return Unparsable(text, "a share", "5% or 0.05");
  if (percent) value /= 100;
  if (value > 1) return Unparsable(text, "a share of at most 100%", "5% or 0.05");
  return value;
}

absl::StatusOr<absl::Duration> ParseDurationText(absl::string_view text) {
  constexpr absl::string_view kExamples = "10s, 5m or 1h30m";
  absl::string_view rest = text;
  absl::Duration days = absl::ZeroDuration();
  if (size_t at = rest.find('d'); at != absl::string_view::npos) {
    double value = 0;
    if (!ParsePlainNumber(rest.substr(0, at), &value)) {
      return Unparsable(text, "a duration", kExamples);
    }
    days = absl::Hours(24) * value;
    rest.remove_prefix(at + 1);
  }
  absl::Duration duration = absl::ZeroDuration();
  if (!rest.empty() && !absl::ParseDuration(rest, &duration)) {
    return Unparsable(text, "a duration", kExamples);
  }
  duration += days;
  if (duration <= absl::ZeroDuration() || duration == absl::InfiniteDuration()) {
    return Unparsable(text, "a duration above zero", kExamples);
  }
  return duration;
}

std::vector<std::string> SplitList(absl::string_view text) {
  std::vector<std::string> elements;
  for (absl::string_view element : absl::StrSplit(text, ',')) {
    elements.emplace_back(absl::StripAsciiWhitespace(element));
  }
  return elements;
}

std::string FormatCpuMillis(int32_t cpu_millis) {
  if (cpu_millis == 0) return "none";
  if (cpu_millis % 1000 == 0) return absl::StrCat(cpu_millis / 1000);
  return absl::StrCat(cpu_millis, "m");
}

std::string FormatMemoryBytes(int64_t memory_bytes) {
  if (memory_bytes == 0) return "none";
  constexpr int64_t kKi = 1024;
  if (memory_bytes % 1'000'000'000 == 0) return absl::StrCat(memory_bytes / 1'000'000'000, "G");
  if (memory_bytes >= kKi * kKi * kKi && memory_bytes % (kKi * kKi * kKi) == 0) {
    return absl::StrCat(memory_bytes / (kKi * kKi * kKi), "Gi");
  }
  if (memory_bytes >= kKi * kKi) {
    return absl::StrCat(TrimmedDecimal(static_cast<double>(memory_bytes) / (kKi * kKi), 1), "Mi");
  }
  if (memory_bytes >= kKi) {
    return absl::StrCat(TrimmedDecimal(static_cast<double>(memory_bytes) / kKi, 1), "Ki");
  }
  return absl::StrCat(memory_bytes);
}

std::string FormatRate(double per_sec) {
  if (per_sec >= 1e6) return absl::StrFormat("%.2fM", per_sec / 1e6);
  if (per_sec >= 1e5) return absl::StrFormat("%.0fk", per_sec / 1e3);
  if (per_sec >= 1e4) return absl::StrFormat("%.1fk", per_sec / 1e3);
  if (per_sec >= 1e3) return absl::StrFormat("%.2fk", per_sec / 1e3);
  return TrimmedDecimal(per_sec, per_sec < 10 ? 1 : 0);
}

std::string FormatPercent(double fraction) {
  return absl::StrCat(TrimmedDecimal(fraction * 100, 1), "%");
}

std::string FormatSeconds(double seconds) {
  if (seconds < 10) return absl::StrFormat("%.1fs", seconds);
  auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 60) return absl::StrCat(whole, "s");
  if (whole < 3600) return absl::StrFormat("%dm%02ds", whole / 60, whole % 60);
  return absl::StrFormat("%dh%02dm", whole / 3600, whole % 3600 / 60);
}

}  // namespace bench
