#include "worker/sensor/rules/parser.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench::sensor {
namespace {

constexpr int kMaxDepth = 40;  // of parentheses and of macros in macros

struct Token {
  std::string text;
  bool quoted = false;
};

bool IsPunctuation(char c) {
  return c == '(' || c == ')' || c == ',';
}

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view text) {
  std::vector<Token> tokens;
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (absl::ascii_isspace(c)) {
      ++at;
    } else if (IsPunctuation(c)) {
      tokens.push_back({std::string(1, c)});
      ++at;
    } else if (c == '"' || c == '\'') {
      size_t end = text.find(c, at + 1);
      if (end == absl::string_view::npos) {
        return absl::InvalidArgumentError(absl::StrCat("unclosed quote in: ", text));
      }
      tokens.push_back({std::string(text.substr(at + 1, end - at - 1)), true});
      at = end + 1;
    } else {
      size_t end = at;
      // "evt.rawres>=0" is three tokens, so operator characters end a word and stand together.
      const auto is_operator = [](char x) { return x == '=' || x == '<' || x == '>' || x == '!'; };
      const bool operators = is_operator(c);
      while (end < text.size() && !absl::ascii_isspace(text[end]) && !IsPunctuation(text[end]) &&
             is_operator(text[end]) == operators) {
        ++end;
      }
      tokens.push_back({std::string(text.substr(at, end - at))});
      at = end;
    }
  }
  return tokens;
}

std::optional<Operator> ParseOperator(absl::string_view text) {
  constexpr std::pair<const char*, Operator> kOperators[] = {
      {"=", Operator::kEqual},
      {"!=", Operator::kNotEqual},
      {"<", Operator::kLess},
      {"<=", Operator::kLessEqual},
      {">", Operator::kGreater},
      {">=", Operator::kGreaterEqual},
      {"contains", Operator::kContains},
      {"startswith", Operator::kStartsWith},
      {"endswith", Operator::kEndsWith},
      {"glob", Operator::kGlob},
      {"in", Operator::kIn},
      {"pmatch", Operator::kPmatch},
      {"exists", Operator::kExists},
  };
  for (const auto& [name, op] : kOperators) {
    if (text == name) return op;
  }
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Vocabulary& vocabulary, int depth)
      : tokens_(std::move(tokens)), vocabulary_(vocabulary), depth_(depth) {}

  absl::StatusOr<ConditionPtr> ParseAll() {
    BENCH_ASSIGN_OR_RETURN(ConditionPtr condition, ParseOr());
    if (at_ < tokens_.size()) return Error("expected \"and\", \"or\" or the end");
    return condition;
  }

 private:
  bool Take(absl::string_view text) {
    if (at_ >= tokens_.size() || tokens_[at_].quoted || tokens_[at_].text != text) return false;
    ++at_;
    return true;
  }

  absl::Status Error(absl::string_view expected) const {
    std::string around;
    for (size_t i = at_ > 3 ? at_ - 3 : 0; i < tokens_.size() && i < at_ + 4; ++i) {
      absl::StrAppend(&around, i == at_ ? " >>" : " ", tokens_[i].text);
    }
    return absl::InvalidArgumentError(absl::StrCat(expected, " at:", around));
  }

  absl::StatusOr<ConditionPtr> ParseOr() {
    std::vector<ConditionPtr> parts;
    do {
      BENCH_ASSIGN_OR_RETURN(ConditionPtr part, ParseAnd());
      parts.push_back(std::move(part));
    } while (Take("or"));
    return parts.size() == 1 ? std::move(parts[0]) : MakeOr(std::move(parts));
  }

  absl::StatusOr<ConditionPtr> ParseAnd() {
    std::vector<ConditionPtr> parts;
    do {
      BENCH_ASSIGN_OR_RETURN(ConditionPtr part, ParseUnary());
      parts.push_back(std::move(part));
    } while (Take("and"));
    return parts.size() == 1 ? std::move(parts[0]) : MakeAnd(std::move(parts));
  }

  absl::StatusOr<ConditionPtr> ParseUnary() {
    if (depth_ > kMaxDepth) return Error("nested too deep (a macro that uses itself?)");
    if (Take("not")) {
      ++depth_;
      BENCH_ASSIGN_OR_RETURN(ConditionPtr part, ParseUnary());
      --depth_;
      return MakeNot(std::move(part));
    }
    if (Take("(")) {
      ++depth_;
      BENCH_ASSIGN_OR_RETURN(ConditionPtr inner, ParseOr());
      --depth_;
      if (!Take(")")) return Error("expected \")\"");
      return inner;
    }
    if (at_ >= tokens_.size()) return Error("expected a condition");
    if (std::optional<FieldRef> field = ParseField(tokens_[at_].text)) {
      ++at_;
      return ParseComparison(*field);
    }
    auto macro = vocabulary_.macros.find(tokens_[at_].text);
    if (macro == vocabulary_.macros.end()) return Error("expected a field or a macro");
    ++at_;
    BENCH_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(macro->second));
    absl::StatusOr<ConditionPtr> inner =
        Parser(std::move(tokens), vocabulary_, depth_ + 1).ParseAll();
    if (!inner.ok()) return Annotate(inner.status(), absl::StrCat("macro ", macro->first));
    return inner;
  }

  absl::StatusOr<ConditionPtr> ParseComparison(FieldRef field) {
    std::optional<Operator> op;
    if (at_ < tokens_.size()) op = ParseOperator(tokens_[at_].text);
    if (!op.has_value()) return Error("expected an operator");
    ++at_;
    std::vector<std::string> values;
    if (*op == Operator::kIn || *op == Operator::kPmatch) {
      BENCH_ASSIGN_OR_RETURN(values, ParseList());
    } else if (*op != Operator::kExists) {
      if (at_ >= tokens_.size()) return Error("expected a value");
      values.push_back(tokens_[at_++].text);
    }
    const FieldKind kind = KindOf(field.field);
    for (const std::string& value : values) {
      int64_t number = 0;
      if (kind == FieldKind::kNumber && !absl::SimpleAtoi(value, &number)) {
        return Error(absl::StrCat(field.ToString(), " is compared with \"", value,
                                  "\", which is no number"));
      }
      if (kind == FieldKind::kBool && value != "true" && value != "false") {
        return Error(absl::StrCat(field.ToString(), " is true or false, not \"", value, "\""));
      }
    }
    return MakeComparison(field, *op, std::move(values));
  }

  absl::StatusOr<std::vector<std::string>> ParseList() {
    std::vector<std::string> values;
    if (!Take("(")) return Error("expected \"(\"");
    do {
      if (at_ >= tokens_.size()) return Error("expected a value");
      const Token& item = tokens_[at_++];
      auto list = vocabulary_.lists.find(item.text);
      if (!item.quoted && list != vocabulary_.lists.end()) {
        values.insert(values.end(), list->second.begin(), list->second.end());
      } else {
        values.push_back(item.text);
      }
    } while (Take(","));
    if (!Take(")")) return Error("expected \",\" or \")\"");
    return values;
  }

  std::vector<Token> tokens_;
  const Vocabulary& vocabulary_;
  int depth_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<ConditionPtr> ParseCondition(absl::string_view text, const Vocabulary& vocabulary) {
  BENCH_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text));
  return Parser(std::move(tokens), vocabulary, 0).ParseAll();
}

}  // namespace bench::sensor
