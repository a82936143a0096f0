// The files of a group that we change where the group is not ours, and putting their texts back.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// What a file of a group held before it was changed.
struct SavedKnob {
  std::string path;
  // Of the group's directory: a group that was made anew under the same name is another.
  uint64_t directory_inode = 0;
  std::string text;  // without the newline at its end
};

enum class LimitKind { kCpu, kMemory };

// Reads those of `kind` that the group has. NOT_FOUND when the group is gone.
absl::StatusOr<std::vector<SavedKnob>> ReadKnobs(const CgroupDirectories& group, LimitKind kind);

// Whether it is a file that ReadKnobs reads, with a text that such a file can hold. Pure; a damaged
// journal must never write anything else.
absl::Status CheckSavedKnob(absl::string_view path, absl::string_view text);

// The directory of a knob's path, and its name.
std::string KnobDirectory(absl::string_view path);
std::string KnobName(absl::string_view path);

// Whether the knob's group is still the one that it was read from.
bool SameGroup(const SavedKnob& knob);

// Writes (name, text) that lead from `now` to `saved`, in an order that the kernel takes: a v1
// period is changed without a quota, memory is never above memory and swap together, a burst never
// above its quota. What `now` lacks is left out. Both map names to texts. Pure.
using KnobTexts = std::map<std::string, std::string>;
std::vector<std::pair<std::string, std::string>> PlanRestore(const KnobTexts& saved,
                                                             const KnobTexts& now);

// Puts back the knobs of one directory and reads them back; gives the names of those that had
// changed. Of several for one file the first counts. Does nothing where the group is gone or
// another: its limits went with it. Tries all before it fails.
absl::StatusOr<std::vector<std::string>> RestoreGroup(CgroupKernel& kernel,
                                                      const std::vector<SavedKnob>& knobs);

// By directory, in the order of their first knobs.
std::vector<std::vector<SavedKnob>> SplitByGroup(const std::vector<SavedKnob>& knobs);

}  // namespace bench
