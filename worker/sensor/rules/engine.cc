#include "worker/sensor/rules/engine.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench::sensor {

absl::StatusOr<std::vector<OutputPiece>> SplitOutput(absl::string_view output) {
  std::vector<OutputPiece> pieces;
  while (!output.empty()) {
    size_t percent = output.find('%');
    if (percent > 0) pieces.push_back({std::string(output.substr(0, percent))});
    if (percent == absl::string_view::npos) break;
    output.remove_prefix(percent + 1);
    size_t end = 0;
    while (end < output.size() &&
           (absl::ascii_isalnum(output[end]) || output[end] == '.' || output[end] == '_' ||
            output[end] == '[' || output[end] == ']')) {
      ++end;
    }
    std::optional<FieldRef> field = ParseField(output.substr(0, end));
    if (!field.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no field %", output.substr(0, end), " for an output"));
    }
    pieces.push_back({field->ToString(), true, *field});
    output.remove_prefix(end);
  }
  return pieces;
}

absl::StatusOr<RuleEngine> RuleEngine::Make(const std::vector<RuleText>& texts,
                                            const Vocabulary& vocabulary) {
  RuleEngine engine;
  for (const RuleText& text : texts) {
    const std::string where = absl::StrCat("rule \"", text.name, "\"");
    absl::StatusOr<ConditionPtr> condition = ParseCondition(text.condition, vocabulary);
    if (!condition.ok()) return Annotate(condition.status(), where);
    absl::StatusOr<std::vector<OutputPiece>> output = SplitOutput(text.output);
    if (!output.ok()) return Annotate(output.status(), where);
    const EventTypeSet types = (*condition)->Types();
    for (int type = 0; type < kEventTypes; ++type) {
      if (types[type]) engine.by_type_[type].push_back(static_cast<int>(engine.rules_.size()));
    }
    engine.rules_.push_back({text.name,
                             text.priority,
                             {text.tags.begin(), text.tags.end()},
                             *std::move(condition),
                             *std::move(output)});
  }
  engine.match_counts_.resize(engine.rules_.size());
  return engine;
}

const Rule* RuleEngine::FirstMatch(const EventContext& event) {
  const auto type = static_cast<size_t>(event.type);
  if (type >= by_type_.size()) return nullptr;
  for (int index : by_type_[type]) {
    if (!rules_[index].condition->Matches(event)) continue;
    ++match_counts_[index];
    ++matches_total_;
    return &rules_[index];
  }
  return nullptr;
}

}  // namespace bench::sensor
