#include "worker/actions/mix.h"

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 sees an uninitialised value in <regex> when sanitizers are on; there is none.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <regex>
#pragma GCC diagnostic pop
#else
#include <regex>
#endif
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"

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
    {.name = "mixed", .has_actions = false, .has_filler = true},
};

// Chosen, not measured: mostly reads and writes, which sensors leave out, many opens, some
// connections, now and then a new process.
struct FillerShare {
  const char* action;
  int weight;
};
constexpr FillerShare kMixedProfile[] = {{.action = "filler-read", .weight = 400},
                                         {.action = "filler-write", .weight = 300},
                                         {.action = "filler", .weight = 250},
                                         {.action = "filler-connect", .weight = 49},
                                         {.action = "filler-exec", .weight = 1}};

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

std::string WhyNot(const ActionInfo& action, bool any_host) {
  return any_host && !action.container_only ? "" : WhyNotHere(action);
}

// `left_out` gets those that match and can't run.
absl::StatusOr<Actions> MatchingActions(absl::string_view pattern, bool any_host,
                                        std::vector<std::string>* left_out) {
  if (pattern.size() > kMaxRegexLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the regular expression for actions is longer than ", kMaxRegexLength,
                     " characters; there are: ", ActionNames()));
  }
  Actions matching;
  try {
    const std::regex regex(std::string(pattern), std::regex::ECMAScript | std::regex::icase);
    for (const ActionInfo& action : AllActions()) {
      if (IsFiller(action) || !std::regex_search(action.name, regex)) continue;
      if (std::string why = WhyNot(action, any_host); !why.empty()) {
        left_out->push_back(absl::StrCat(action.name, ": ", why));
      } else {
        matching.push_back(&action);
      }
    }
  } catch (const std::regex_error& error) {
    return absl::InvalidArgumentError(absl::StrCat("\"", pattern,
                                                   "\" is not a regular expression: ", error.what(),
                                                   "; actions: ", ActionNames()));
  }
  if (matching.empty() && !left_out->empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no action that matches \"", pattern,
                                                   "\" can run here (",
                                                   absl::StrJoin(*left_out, "; "), ")"));
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

std::string AllNames() {
  return absl::StrJoin(AllActions(), ", ", [](std::string* out, const ActionInfo& action) {
    absl::StrAppend(out, action.name);
  });
}

absl::StatusOr<Actions> ActionsOf(const std::vector<MixPart>& parts, bool any_host) {
  Actions actions;
  std::set<absl::string_view> seen;
  for (const MixPart& part : parts) {
    const ActionInfo* action = FindAction(part.action);
    if (action == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("no action \"", part.action, "\"; there are: ", AllNames()));
    }
    if (std::string why = WhyNot(*action, any_host); !why.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(action->name, " can't run here: ", why));
    }
    if (!seen.insert(action->name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(action->name, " is given twice; add the weights up"));
    }
    if (part.weight < 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("the weight of ", action->name, " is ", part.weight,
                       "; give a whole number from 1, or leave it out"));
    }
    actions.push_back(action);
  }
  return actions;
}

// Smooth weighted round robin: at each step all parts gain their weight, and the richest pays the
// sum and comes, so that each comes as evenly as can be.
absl::StatusOr<Mix> ByWeight(const std::vector<MixPart>& parts, bool any_host) {
  Mix mix;
  BENCH_ASSIGN_OR_RETURN(mix.actions, ActionsOf(parts, any_host));
  int64_t divisor = 0;
  for (const MixPart& part : parts) divisor = std::gcd(divisor, part.weight);
  int64_t steps = 0;
  for (const MixPart& part : parts) steps += part.weight / divisor;
  if (steps > kMaxCycleSteps) {
    return absl::InvalidArgumentError(
        absl::StrCat("the weights make a round of ", steps, " steps, more than ", kMaxCycleSteps,
                     "; give smaller numbers in about the same proportions"));
  }
  std::vector<int64_t> credit(parts.size(), 0);
  for (int64_t step = 0; step < steps; ++step) {
    for (size_t i = 0; i < parts.size(); ++i) credit[i] += parts[i].weight / divisor;
    const auto richest = std::max_element(credit.begin(), credit.end());
    *richest -= steps;
    AddStep(mix, static_cast<int>(richest - credit.begin()));
  }
  return mix;
}

std::vector<MixPart> MixedParts() {
  std::vector<MixPart> parts;
  for (const FillerShare& share : kMixedProfile) parts.push_back({share.action, share.weight});
  return parts;
}

Mix InTurn(const Actions& actions) {
  Mix mix;
  mix.actions = actions;
  for (int i = 0; i < static_cast<int>(actions.size()); ++i) AddStep(mix, i);
  return mix;
}

}  // namespace

absl::StatusOr<Mix> MakeMix(const MixSpec& spec) {
  if (!spec.parts.empty()) return ByWeight(spec.parts, spec.any_host);
  BENCH_ASSIGN_OR_RETURN(const Profile profile, FindProfile(spec.profile));
  Actions actions;
  std::vector<std::string> left_out;
  if (!spec.actions_regex.empty()) {
    if (!profile.has_actions) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the profile \"", spec.profile,
          "\" has no actions to replace; use the profile \"recipe\" (with filler) or \"alerts\" "
          "(without) to choose actions"));
    }
    BENCH_ASSIGN_OR_RETURN(actions, MatchingActions(spec.actions_regex, spec.any_host, &left_out));
  } else if (profile.has_actions) {
    for (absl::string_view name : kRecipeActions) actions.push_back(FindAction(name));
  }
  if (spec.profile == "mixed") return ByWeight(MixedParts(), spec.any_host);
  if (actions.empty()) return SingleActionMix(*FindAction(kFillerAction));
  Mix mix = profile.has_filler ? WithFillerBetween(actions) : InTurn(actions);
  mix.left_out = std::move(left_out);
  return mix;
}

std::string LeftOutNote(const Mix& mix) {
  if (mix.left_out.empty()) return "";
  return absl::StrCat("left out of the load: ", absl::StrJoin(mix.left_out, "; "));
}

Mix SingleActionMix(const ActionInfo& action) {
  return InTurn({&action});
}

}  // namespace bench
