// The rule list, parsed and indexed by type of event. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/sensor/rules/condition.h"
#include "worker/sensor/rules/parser.h"

namespace bench::sensor {

// As it is written in a table.
struct RuleText {
  const char* name;
  const char* priority;  // "Warning", "Notice", …
  const char* condition;
  const char* output;  // "a sentence | key=%field.name …"
  std::vector<const char*> tags;
};

// One piece of an output template: literal text, or a field if `is_field`.
struct OutputPiece {
  std::string text;
  bool is_field = false;
  FieldRef field;
};

// "file=%fd.name tty=%proc.tty" in pieces; INVALID_ARGUMENT names a field that doesn't exist.
absl::StatusOr<std::vector<OutputPiece>> SplitOutput(absl::string_view output);

struct Rule {
  std::string name;
  std::string priority;
  std::vector<std::string> tags;
  ConditionPtr condition;
  std::vector<OutputPiece> output;
};

// Immutable once made but for its counts. Not thread-safe.
class RuleEngine {
 public:
  static absl::StatusOr<RuleEngine> Make(const std::vector<RuleText>& texts,
                                         const Vocabulary& vocabulary);

  // The first rule in the list's order that the event matches, counted; nullptr: none. (One alert
  // an event, as Falco's rule_matching: first.)
  const Rule* FirstMatch(const EventContext& event);

  const std::vector<Rule>& rules() const { return rules_; }
  // Matches since the start, in the order of rules().
  const std::vector<int64_t>& match_counts() const { return match_counts_; }
  int64_t matches_total() const { return matches_total_; }

 private:
  std::vector<Rule> rules_;
  std::vector<int64_t> match_counts_;
  int64_t matches_total_ = 0;
  std::array<std::vector<int>, kEventTypes> by_type_;  // indices into rules_
};

}  // namespace bench::sensor
