// What a load is made of: actions and filler in turn, as a profile or a list of weights says. Pure,
// but for asking whether the host has an action's directory.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/actions/action.h"

namespace bench {

// A cycle of steps, each an action's index in `actions`; the generator walks it round and round.
struct Mix {
  std::vector<const ActionInfo*> actions;
  std::vector<int> cycle;
  int syscalls_per_cycle = 0;
  int actions_per_cycle = 0;  // steps that are not filler
  // "NAME: why", of those that were asked for by a regular expression and can't run here.
  std::vector<std::string> left_out;

  const ActionInfo& Step(int position) const { return *actions[cycle[position]]; }
};

// How often an action comes, beside the others of the mix.
struct MixPart {
  std::string action;
  int weight = 1;
};

// The parts, if there are any; otherwise the profile.
struct MixSpec {
  std::string profile = "recipe";
  std::string actions_regex;
  std::vector<MixPart> parts;
  // Not for this host: what directories it has does not matter.
  bool any_host = false;
};

// Of the `recipe` profile, as the published figures had it. An open or close is one event.
inline constexpr int kRecipeEventsPerAlert = 50;
// Steps that weights may make of a cycle, common factors taken out.
inline constexpr int kMaxCycleSteps = 20'000;

// Profiles: "recipe" (the three actions of the published recipe in turn, filler between them),
// "alerts" (those actions alone), "filler" (no alerts), "mixed" (filler of all kinds, in the
// proportions of kMixedProfile in mix.cc). `actions_regex` (ECMAScript, matched anywhere in the
// name, case-insensitive), if not empty, replaces the profile's actions and keeps its filler.
//
// Weights make a cycle in which each part comes as often as its weight says and as evenly as can
// be.
//
// INVALID_ARGUMENT lists what there is: an unknown profile or action, a regex that matches nothing,
// an action that can't run on this host, weights out of range.
absl::StatusOr<Mix> MakeMix(const MixSpec& spec);

// For people, of the mix's left_out; "" where nothing was.
std::string LeftOutNote(const Mix& mix);
// Only this action, for its calibration.
Mix SingleActionMix(const ActionInfo& action);

}  // namespace bench
