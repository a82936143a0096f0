#include "worker/limits/saved_knob.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "worker/limits/knobs.h"

namespace bench {
namespace {

enum class Form { kNumber, kNumberOrMax, kQuotaAndPeriod };

struct KnobSpec {
  const char* name;
  int version;
  LimitKind kind;
  Form form;
};

constexpr KnobSpec kKnobs[] = {
    {"cpu.cfs_period_us", 1, LimitKind::kCpu, Form::kNumber},
    {"cpu.cfs_quota_us", 1, LimitKind::kCpu, Form::kNumber},
    {"cpu.cfs_burst_us", 1, LimitKind::kCpu, Form::kNumber},
    {"memory.limit_in_bytes", 1, LimitKind::kMemory, Form::kNumber},
    {"memory.memsw.limit_in_bytes", 1, LimitKind::kMemory, Form::kNumber},
    {"memory.swappiness", 1, LimitKind::kMemory, Form::kNumber},
    {"cpu.max", 2, LimitKind::kCpu, Form::kQuotaAndPeriod},
    {"cpu.max.burst", 2, LimitKind::kCpu, Form::kNumber},
    {"memory.max", 2, LimitKind::kMemory, Form::kNumberOrMax},
    {"memory.high", 2, LimitKind::kMemory, Form::kNumberOrMax},
    {"memory.swap.max", 2, LimitKind::kMemory, Form::kNumberOrMax},
};

bool IsNumber(absl::string_view text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) && absl::StrCat(number) == text;
}

bool HasForm(absl::string_view text, Form form) {
  switch (form) {
    case Form::kNumber:
      return IsNumber(text);
    case Form::kNumberOrMax:
      return text == "max" || IsNumber(text);
    case Form::kQuotaAndPeriod:
      break;
  }
  std::vector<absl::string_view> fields = absl::StrSplit(text, ' ');
  return fields.size() == 2 && HasForm(fields[0], Form::kNumberOrMax) && IsNumber(fields[1]);
}

// Nothing = it is not there.
std::optional<uint64_t> InodeOf(const std::string& directory) {
  struct stat info = {};
  if (stat(directory.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return std::nullopt;
  return info.st_ino;
}

absl::StatusOr<std::string> ReadText(const Knobs& knobs, const std::string& name) {
  BENCH_ASSIGN_OR_RETURN(std::string text, knobs.Read(name));
  return std::string(absl::StripAsciiWhitespace(text));
}

// The directories that hold the knobs of `kind`.
const std::string& DirectoryOf(const CgroupDirectories& group, LimitKind kind) {
  if (group.version == 2) return group.unified;
  return kind == LimitKind::kCpu ? group.cpu : group.memory;
}

class RestorePlan {
 public:
  RestorePlan(const KnobTexts& saved, const KnobTexts& now) : saved_(saved), now_(now) {}

  void Cpu(const std::string& quota, const std::string& period, const std::string& burst) {
    const bool other_period = Differs(period);
    if (Differs(quota) || other_period || Differs(burst)) {
      // Written last: it has no meaning but beside the quota that it was set with.
      const bool has_burst = Has(burst);
      if (has_burst && now_.at(burst) != "0") Write(burst, "0");
      if (other_period) {
        Write(quota, "-1");
        Write(period, saved_.at(period));
      }
      if (Has(quota) && !(other_period && saved_.at(quota) == "-1")) {
        Write(quota, saved_.at(quota));
      }
      if (has_burst && saved_.at(burst) != "0") Write(burst, saved_.at(burst));
    }
  }

  void MemoryAndSwapV1() {
    const std::string memory = "memory.limit_in_bytes";
    const std::string both = "memory.memsw.limit_in_bytes";
    const bool both_first =
        Has(memory) && Has(both) && Number(saved_, both) >= Number(now_, memory);
    if (both_first) Simple(both);
    Simple(memory);
    if (!both_first) Simple(both);
  }

  void Simple(const std::string& name) {
    if (Differs(name)) Write(name, saved_.at(name));
  }

  std::vector<std::pair<std::string, std::string>> Take() && { return std::move(writes_); }

 private:
  bool Has(const std::string& name) const { return saved_.count(name) + now_.count(name) == 2; }
  bool Differs(const std::string& name) const {
    return Has(name) && saved_.at(name) != now_.at(name);
  }
  void Write(const std::string& name, const std::string& text) { writes_.emplace_back(name, text); }
  static int64_t Number(const KnobTexts& texts, const std::string& name) {
    return ParseKnobNumber(texts.at(name)).value_or(0);
  }

  const KnobTexts& saved_;
  const KnobTexts& now_;
  std::vector<std::pair<std::string, std::string>> writes_;
};

KnobTexts ReadNow(const Knobs& knobs, const KnobTexts& saved) {
  KnobTexts now;
  for (const auto& [name, unused] : saved) {
    // One that can't be read any more went with its controller.
    if (absl::StatusOr<std::string> text = ReadText(knobs, name); text.ok()) now[name] = *text;
  }
  return now;
}

}  // namespace

std::string KnobDirectory(absl::string_view path) {
  return std::string(path.substr(0, path.rfind('/')));
}

std::string KnobName(absl::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

absl::StatusOr<std::vector<SavedKnob>> ReadKnobs(const CgroupDirectories& group, LimitKind kind) {
  const std::string& directory = DirectoryOf(group, kind);
  const std::optional<uint64_t> inode = InodeOf(directory);
  if (!inode) {
    return absl::NotFoundError(absl::StrCat("the control group ", directory, " is gone"));
  }
  const Knobs knobs(nullptr, directory);
  std::vector<SavedKnob> saved;
  for (const KnobSpec& spec : kKnobs) {
    if (spec.version != group.version || spec.kind != kind || !knobs.Has(spec.name)) continue;
    BENCH_ASSIGN_OR_RETURN(std::string text, ReadText(knobs, spec.name));
    saved.push_back(
        {.path = knobs.PathOf(spec.name), .directory_inode = *inode, .text = std::move(text)});
  }
  return saved;
}

absl::Status CheckSavedKnob(absl::string_view path, absl::string_view text) {
  // A NUL would cut the path short for the kernel; ".." would lead out of the group.
  std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  const bool plain = absl::StartsWith(path, "/") && !absl::StrContains(path, '\0') &&
                     std::find(parts.begin(), parts.end(), "..") == parts.end();
  const std::string name = KnobName(path);
  for (const KnobSpec& spec : kKnobs) {
    if (plain && name == spec.name && HasForm(text, spec.form)) return absl::OkStatus();
  }
  return absl::InvalidArgumentError("it is no limit of a control group");
}

bool SameGroup(const SavedKnob& knob) {
  return InodeOf(KnobDirectory(knob.path)) == knob.directory_inode;
}

std::vector<std::pair<std::string, std::string>> PlanRestore(const KnobTexts& saved,
                                                             const KnobTexts& now) {
  RestorePlan plan(saved, now);
  plan.Cpu("cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us");
  plan.Cpu("cpu.max", "", "cpu.max.burst");
  plan.MemoryAndSwapV1();
  for (const char* name : {"memory.swappiness", "memory.max", "memory.high", "memory.swap.max"}) {
    plan.Simple(name);
  }
  return std::move(plan).Take();
}

absl::StatusOr<std::vector<std::string>> RestoreGroup(CgroupKernel& kernel,
                                                      const std::vector<SavedKnob>& knobs) {
  if (knobs.empty() || !SameGroup(knobs.front())) return std::vector<std::string>();
  const Knobs directory(&kernel, KnobDirectory(knobs.front().path));
  if (!kernel.IsCgroup(directory.directory())) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory.directory(), " is not a control group"));
  }
  KnobTexts saved;
  for (const SavedKnob& knob : knobs) saved.emplace(KnobName(knob.path), knob.text);
  const KnobTexts before = ReadNow(directory, saved);

  absl::Status result;
  for (const auto& [name, text] : PlanRestore(saved, before)) {
    result.Update(directory.Write(name, text));
  }
  const KnobTexts after = ReadNow(directory, saved);
  std::vector<std::string> changed;
  for (const auto& [name, text] : before) {
    if (text != saved[name]) changed.push_back(name);
    auto now = after.find(name);
    if (now == after.end() || now->second == saved[name]) continue;
    result.Update(
        absl::UnavailableError(absl::StrCat(directory.PathOf(name), " says \"", now->second,
                                            "\" and should say \"", saved[name], "\" again")));
  }
  // It may have ended while we wrote.
  if (!result.ok() && !SameGroup(knobs.front())) return std::vector<std::string>();
  if (!result.ok()) {
    std::vector<std::string> commands;
    for (const auto& [name, text] : PlanRestore(saved, after)) {
      commands.push_back(absl::StrCat("echo ", text, " > ", directory.PathOf(name)));
    }
    return Annotate(result, absl::StrCat("putting back the limits of ", directory.directory(),
                                         " (by hand: ", absl::StrJoin(commands, "; "), ")"));
  }
  return changed;
}

std::vector<std::vector<SavedKnob>> SplitByGroup(const std::vector<SavedKnob>& knobs) {
  std::vector<std::vector<SavedKnob>> groups;
  for (const SavedKnob& knob : knobs) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return KnobDirectory(group.front().path) == KnobDirectory(knob.path) &&
             group.front().directory_inode == knob.directory_inode;
    });
    if (same == groups.end()) {
      groups.push_back({knob});
    } else {
      same->push_back(knob);
    }
  }
  return groups;
}

}  // namespace bench
