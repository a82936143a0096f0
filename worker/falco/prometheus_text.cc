#include "worker/falco/prometheus_text.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
}

// Cuts a name off the front of `text`; empty if none stands there.
absl::string_view TakeName(absl::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsNameCharacter(text[end])) ++end;
  if (end > 0 && absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) end = 0;
  const absl::string_view name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

void SkipSpaces(absl::string_view& text) {
  text = absl::StripLeadingAsciiWhitespace(text);
}

// Cuts the next word off the front of `text`.
absl::string_view TakeWord(absl::string_view& text) {
  SkipSpaces(text);
  const absl::string_view word = text.substr(0, text.find_first_of(" \t\r"));
  text.remove_prefix(word.size());
  return word;
}

char Unescaped(char c) {
  return c == 'n' ? '\n' : c;
}

// True if what stands behind a quote shows that it ends the value.
bool EndsValue(absl::string_view behind) {
  SkipSpaces(behind);
  return !behind.empty() && (behind.front() == ',' || behind.front() == '}');
}

// The value up to and with its closing quote; its opening one is taken already.
bool TakeLabelValue(absl::string_view& text, std::string& value) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      value += Unescaped(text[++i]);
    } else if (text[i] == '"' && EndsValue(text.substr(i + 1))) {
      text.remove_prefix(i + 1);
      return true;
    } else {
      value += text[i];
    }
  }
  return false;
}

// What stands between the braces, with the closing one.
bool TakeLabels(absl::string_view& text, PrometheusSample& sample) {
  for (;;) {
    SkipSpaces(text);
    if (absl::ConsumePrefix(&text, "}")) return true;
    const absl::string_view name = TakeName(text);
    SkipSpaces(text);
    if (name.empty() || !absl::ConsumePrefix(&text, "=")) return false;
    SkipSpaces(text);
    std::string value;
    if (!absl::ConsumePrefix(&text, "\"") || !TakeLabelValue(text, value)) return false;
    sample.labels.emplace_back(name, std::move(value));
    SkipSpaces(text);
    absl::ConsumePrefix(&text, ",");
  }
}

bool IsFiniteNumber(absl::string_view word) {
  double value = 0;
  return absl::SimpleAtod(word, &value) && std::isfinite(value);
}

}  // namespace

std::optional<absl::string_view> PrometheusSample::Label(absl::string_view label) const {
  for (const auto& [key, text] : labels) {
    if (key == label) return text;
  }
  return std::nullopt;
}

std::optional<PrometheusSample> ParsePrometheusSample(absl::string_view line) {
  PrometheusSample sample;
  SkipSpaces(line);
  sample.name = TakeName(line);
  if (sample.name.empty()) return std::nullopt;
  const absl::string_view behind_name = line;
  SkipSpaces(line);
  if (absl::ConsumePrefix(&line, "{")) {
    if (!TakeLabels(line, sample)) return std::nullopt;
  } else if (line.size() == behind_name.size()) {
    return std::nullopt;  // something that is no part of a name sticks to it
  }
  sample.value = TakeWord(line);
  if (!IsFiniteNumber(sample.value)) return std::nullopt;
  const absl::string_view timestamp = TakeWord(line);
  if (!timestamp.empty() && !IsFiniteNumber(timestamp)) return std::nullopt;
  SkipSpaces(line);
  if (!line.empty()) return std::nullopt;
  return sample;
}

void ForEachPrometheusSample(absl::string_view page,
                             absl::FunctionRef<void(const PrometheusSample&)> sink) {
  for (size_t end = page.find('\n'); end != absl::string_view::npos; end = page.find('\n')) {
    if (auto sample = ParsePrometheusSample(page.substr(0, end))) sink(*sample);
    page.remove_prefix(end + 1);
  }
}

}  // namespace bench
