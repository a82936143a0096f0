#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 sees an uninitialised value in <regex> when sanitizers are on; there is none.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <regex>
#pragma GCC diagnostic pop
#else
#include <regex>
#endif
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "worker/actions/action.h"

namespace bench {
namespace {

struct Profile {
  const char* name;
  bool has_actions;
  bool has_filler;
};

constexpr Profile kProfiles[] = {
    {.name = "recipe", .has_actions = true, .has_filler = true},
    {.name = "alerts", .has_actions = true, .has_filler = false},
    {.name = "filler", .has_actions = false, .has_filler = true},
};

constexpr absl::string_view kRecipeActions[] = {
    "ChangeThreadNamespace", "ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"};

// Longer ones are no names of actions; std::regex recurses with the pattern's length.
constexpr size_t kMaxRegexLength = 256;

using Actions = std::vector<const ActionInfo*>;

std::string ActionNames() {
  std::vector<absl::string_view> names;
  for (const ActionInfo& action : AllActions()) {
    if (!IsFiller(action)) names.push_back(action.name);
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<Actions> MatchingActions(absl::string_view pattern) {
  if (pattern.size() > kMaxRegexLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the regular expression for actions is longer than ", kMaxRegexLength,
                     " characters; there are: ", ActionNames()));
  }
  Actions matching;
  std::vector<std::string> left_out;
  try {
    const std::regex regex(std::string(pattern), std::regex::ECMAScript | std::regex::icase);
    for (const ActionInfo& action : AllActions()) {
      if (IsFiller(action) || !std::regex_search(action.name, regex)) continue;
      if (std::string why = WhyNotHere(action); !why.empty()) {
        left_out.push_back(absl::StrCat(action.name, ": ", why));
      } else {
        matching.push_back(&action);
      }
    }
  } catch (const std::regex_error& error) {
    return absl::InvalidArgumentError(absl::StrCat("\"", pattern,
                                                   "\" is not a regular expression: ", error.what(),
                                                   "; actions: ", ActionNames()));
  }
  if (matching.empty() && !left_out.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no action that matches \"", pattern,
                                                   "\" can run here (",
                                                   absl::StrJoin(left_out, "; "), ")"));
  }
  if (matching.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no action matches \"", pattern, "\"; there are: ", ActionNames()));
  }
  return matching;
}

absl::StatusOr<Profile> FindProfile(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const Profile& profile : kProfiles) {
    if (name == profile.name) return profile;
    names.push_back(profile.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown profile \"", name, "\"; there are: ", absl::StrJoin(names, ", ")));
}

void AddStep(Mix& mix, int action) {
  mix.cycle.push_back(action);
  mix.syscalls_per_cycle += mix.actions[action]->syscalls_per_action;
  if (!IsFiller(*mix.actions[action])) ++mix.actions_per_cycle;
}

// Each action in turn, followed by as much filler as makes one alert in kRecipeEventsPerAlert
// events so far: what doesn't divide is carried on, so that the whole cycle has the ratio.
Mix WithFillerBetween(const Actions& actions) {
  Mix mix;
  mix.actions = actions;
  mix.actions.push_back(FindAction(kFillerAction));
  const int filler = static_cast<int>(actions.size());
  for (int i = 0; i < filler; ++i) {
    AddStep(mix, i);
    const int target = kRecipeEventsPerAlert * (i + 1);
    while (mix.syscalls_per_cycle + mix.actions[filler]->syscalls_per_action <= target) {
      AddStep(mix, filler);
    }
  }
  return mix;
}

Mix InTurn(const Actions& actions) {
  Mix mix;
  mix.actions = actions;
  for (int i = 0; i < static_cast<int>(actions.size()); ++i) AddStep(mix, i);
  return mix;
}

}  // namespace

absl::StatusOr<Mix> MakeMix(absl::string_view profile_name, absl::string_view actions_regex) {
  BENCH_ASSIGN_OR_RETURN(const Profile profile, FindProfile(profile_name));
  Actions actions;
  if (!actions_regex.empty()) {
    if (!profile.has_actions) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the profile \"", profile_name,
          "\" has no actions to replace; use the profile \"recipe\" (with filler) or \"alerts\" "
          "(without) to choose actions"));
    }
    BENCH_ASSIGN_OR_RETURN(actions, MatchingActions(actions_regex));
  } else if (profile.has_actions) {
    for (absl::string_view name : kRecipeActions) actions.push_back(FindAction(name));
  }
  if (actions.empty()) return SingleActionMix(*FindAction(kFillerAction));
  return profile.has_filler ? WithFillerBetween(actions) : InTurn(actions);
}

Mix SingleActionMix(const ActionInfo& action) {
  return InTurn({&action});
}

Mix WithoutFiller(const Mix& mix) {
  Actions actions;
  for (const ActionInfo* action : mix.actions) {
    if (!IsFiller(*action)) actions.push_back(action);
  }
  return actions.empty() ? mix : InTurn(actions);
}

}  // namespace bench
