#include "worker/sensor/rules/condition.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace bench::sensor {
namespace {

EventTypeSet AllTypes() {
  return EventTypeSet().set();
}

class AllOf final : public Condition {
 public:
  explicit AllOf(std::vector<ConditionPtr> parts) : parts_(std::move(parts)) {}
  bool Matches(const EventContext& event) const override {
    return std::all_of(parts_.begin(), parts_.end(),
                       [&](const ConditionPtr& part) { return part->Matches(event); });
  }
  EventTypeSet Types() const override {
    EventTypeSet types = AllTypes();
    for (const ConditionPtr& part : parts_) types &= part->Types();
    return types;
  }

 private:
  std::vector<ConditionPtr> parts_;
};

class AnyOf final : public Condition {
 public:
  explicit AnyOf(std::vector<ConditionPtr> parts) : parts_(std::move(parts)) {}
  bool Matches(const EventContext& event) const override {
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const ConditionPtr& part) { return part->Matches(event); });
  }
  EventTypeSet Types() const override {
    EventTypeSet types;
    for (const ConditionPtr& part : parts_) types |= part->Types();
    return types;
  }

 private:
  std::vector<ConditionPtr> parts_;
};

class Not final : public Condition {
 public:
  explicit Not(ConditionPtr part) : part_(std::move(part)) {}
  bool Matches(const EventContext& event) const override { return !part_->Matches(event); }
  // What is inside need not depend on the type alone, so its complement says nothing.
  EventTypeSet Types() const override { return AllTypes(); }

 private:
  ConditionPtr part_;
};

class Comparison final : public Condition {
 public:
  Comparison(FieldRef field, Operator op, std::vector<std::string> values)
      : field_(field), op_(op), values_(std::move(values)), set_(values_.begin(), values_.end()) {
    if (values_.empty()) return;
    if (values_[0] == "true" || values_[0] == "false") {
      number_ = values_[0] == "true";
    } else if (KindOf(field.field) != FieldKind::kText) {
      for (const std::string& value : values_) {
        int64_t number = 0;
        if (absl::SimpleAtoi(value, &number)) numbers_.insert(number);
      }
      if (!numbers_.empty()) number_ = *numbers_.begin();
    }
  }

  bool Matches(const EventContext& event) const override {
    if (field_.field == Field::kProcAncestorName && field_.index == 0) {
      for (const std::string& name : AncestorNames(event)) {
        if (TextMatches(name)) return true;
      }
      return false;
    }
    const FieldValue value = Extract(field_, event);
    if (std::holds_alternative<std::monostate>(value)) return op_ == Operator::kNotEqual;
    if (op_ == Operator::kExists) return true;
    if (const auto* number = std::get_if<int64_t>(&value)) return NumberMatches(*number);
    return TextMatches(std::get<std::string>(value));
  }

  EventTypeSet Types() const override {
    if (field_.field != Field::kEvtType || (op_ != Operator::kEqual && op_ != Operator::kIn)) {
      return AllTypes();
    }
    EventTypeSet types;
    for (const EventTypeInfo& info : AllEventTypes()) {
      if (set_.contains(info.name)) types.set(static_cast<size_t>(info.type));
    }
    return types;
  }

 private:
  bool NumberMatches(int64_t value) const {
    switch (op_) {
      case Operator::kEqual:
        return value == number_;
      case Operator::kNotEqual:
        return value != number_;
      case Operator::kLess:
        return value < number_;
      case Operator::kLessEqual:
        return value <= number_;
      case Operator::kGreater:
        return value > number_;
      case Operator::kGreaterEqual:
        return value >= number_;
      default:
        return numbers_.contains(value);
    }
  }

  bool TextMatches(const std::string& value) const {
    switch (op_) {
      case Operator::kEqual:
        return value == values_[0];
      case Operator::kNotEqual:
        return value != values_[0];
      case Operator::kContains:
        return absl::StrContains(value, values_[0]);
      case Operator::kStartsWith:
        return absl::StartsWith(value, values_[0]);
      case Operator::kEndsWith:
        return absl::EndsWith(value, values_[0]);
      case Operator::kGlob:
        return fnmatch(values_[0].c_str(), value.c_str(), FNM_EXTMATCH) == 0;
      case Operator::kIn:
        return set_.contains(value);
      case Operator::kPmatch:
        return PathMatches(value);
      default:
        return op_ == Operator::kExists;
    }
  }

  bool PathMatches(absl::string_view path) const {
    for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
      if (set_.contains(path.substr(0, end))) return true;
      if (end == absl::string_view::npos) return false;
    }
  }

  FieldRef field_;
  Operator op_;
  std::vector<std::string> values_;
  absl::flat_hash_set<std::string> set_;
  absl::flat_hash_set<int64_t> numbers_;
  int64_t number_ = 0;
};

}  // namespace

ConditionPtr MakeAnd(std::vector<ConditionPtr> parts) {
  return std::make_unique<AllOf>(std::move(parts));
}

ConditionPtr MakeOr(std::vector<ConditionPtr> parts) {
  return std::make_unique<AnyOf>(std::move(parts));
}

ConditionPtr MakeNot(ConditionPtr part) {
  return std::make_unique<Not>(std::move(part));
}

ConditionPtr MakeComparison(FieldRef field, Operator op, std::vector<std::string> values) {
  return std::make_unique<Comparison>(field, op, std::move(values));
}

}  // namespace bench::sensor
