// Conditions: trees of and, or, not over comparisons of an event's fields. Pure and immutable once
// made: thread-safe.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "worker/sensor/rules/field.h"

namespace bench::sensor {

enum class Operator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kContains,
  kStartsWith,
  kEndsWith,
  kGlob,    // fnmatch
  kIn,      // equal to an element of the list
  kPmatch,  // a path that an element of the list is, or is a directory above
  kExists,
};

using EventTypeSet = std::bitset<kEventTypes>;

class Condition {
 public:
  virtual ~Condition() = default;
  virtual bool Matches(const EventContext& event) const = 0;
  // The types of events that can match it: what the index over rules is made from.
  virtual EventTypeSet Types() const = 0;
};

using ConditionPtr = std::unique_ptr<const Condition>;

ConditionPtr MakeAnd(std::vector<ConditionPtr> parts);
ConditionPtr MakeOr(std::vector<ConditionPtr> parts);
ConditionPtr MakeNot(ConditionPtr part);
// `values` has one element for operators other than kIn, kPmatch, and none for kExists. Values of a
// number field have been checked to be numbers ("true" and "false" for a kBool one).
ConditionPtr MakeComparison(FieldRef field, Operator op, std::vector<std::string> values);

}  // namespace bench::sensor
