#include "worker/limits/adopted_cgroup.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"
#include "worker/limits/ancestors.h"
#include "worker/limits/factory.h"
#include "worker/limits/group_members.h"
#include "worker/limits/knobs.h"
#include "worker/limits/process_cgroup.h"
#include "worker/limits/v2.h"

namespace bench {
namespace {

// On v2 a group has a controller's knobs only if all above hand it down.
absl::Status EnableForGroup(CgroupKernel& kernel, const std::string& directory) {
  const Knobs knobs(&kernel, directory);
  if (knobs.Has("cpu.max") && knobs.Has("memory.max")) return absl::OkStatus();
  std::vector<std::string> above;
  for (std::string parent = KnobDirectory(directory);
       PathExists(parent + "/cgroup.subtree_control"); parent = KnobDirectory(parent)) {
    above.push_back(parent);
  }
  std::reverse(above.begin(), above.end());
  for (const std::string& parent : above) {
    BENCH_RETURN_IF_ERROR(EnableControllers(kernel, parent));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SavedKnob>> ReadAllKnobs(const CgroupDirectories& group) {
  BENCH_ASSIGN_OR_RETURN(std::vector<SavedKnob> knobs, ReadKnobs(group, LimitKind::kCpu));
  BENCH_ASSIGN_OR_RETURN(std::vector<SavedKnob> memory, ReadKnobs(group, LimitKind::kMemory));
  knobs.insert(knobs.end(), memory.begin(), memory.end());
  return knobs;
}

// On v2 the kernel would kill it to make a limit hold; v1 refuses such a limit.
absl::Status CheckHeldMemory(const CgroupDirectories& group, int64_t memory_bytes) {
  if (group.version != 2 || memory_bytes == 0) return absl::OkStatus();
  // What can't be written back to a file: there is no swap to count on.
  const Knobs knobs(nullptr, group.unified);
  BENCH_ASSIGN_OR_RETURN(int64_t held, knobs.ReadField("memory.stat", "anon"));
  for (const char* more : {"shmem", "kernel", "sock"}) {  // the newer kernels tell the second
    held += knobs.ReadField("memory.stat", more).value_or(0);
  }
  if (held <= memory_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("a memory limit of ", FormatMemoryBytes(memory_bytes), " would kill ",
                   DescribeGroup(group.unified), ": it holds ", FormatMemoryBytes(held),
                   " already. Ask for more, or restart it first"));
}

}  // namespace

AdoptedCgroup::AdoptedCgroup(CgroupKernel& kernel, CgroupDirectories group, pid_t pid,
                             std::vector<SavedKnob> saved)
    : kernel_(kernel),
      group_(std::move(group)),
      pid_(pid),
      saved_(std::move(saved)),
      limits_(LimitsOf(kernel, group_)),
      expected_(saved_) {}

AdoptedCgroup::~AdoptedCgroup() {
  RestoreOnce().IgnoreError();
}

absl::Status AdoptedCgroup::CheckStillThere() const {
  for (const SavedKnob& knob : saved_) {
    if (SameGroup(knob)) continue;
    const std::string directory = KnobDirectory(knob.path);
    return absl::NotFoundError(absl::StrCat(DescribeGroup(directory), " (", directory,
                                            ") is gone with its limits: it was stopped or "
                                            "restarted"));
  }
  for (const std::string& directory : directories()) {
    BENCH_ASSIGN_OR_RETURN(bool holds, HoldsProcess(directory, pid_));
    if (holds) continue;
    return absl::NotFoundError(absl::StrCat("process ", pid_, " is no longer in ",
                                            DescribeGroup(directory), " (", directory,
                                            "): it has ended, been restarted, or been moved"));
  }
  return absl::OkStatus();
}

absl::Status AdoptedCgroup::Expect(LimitKind kind) {
  BENCH_ASSIGN_OR_RETURN(std::vector<SavedKnob> now, ReadKnobs(group_, kind));
  for (SavedKnob& knob : expected_) {
    auto same = std::find_if(now.begin(), now.end(),
                             [&](const SavedKnob& other) { return other.path == knob.path; });
    if (same != now.end()) knob.text = same->text;
  }
  return absl::OkStatus();
}

absl::Status AdoptedCgroup::SetMemory(int64_t memory_bytes) {
  BENCH_RETURN_IF_ERROR(CheckStillThere());
  BENCH_RETURN_IF_ERROR(CheckMemoryAbove(group_, memory_bytes));
  BENCH_RETURN_IF_ERROR(CheckHeldMemory(group_, memory_bytes));
  changed_ = true;
  BENCH_RETURN_IF_ERROR(limits_->SetMemory(memory_bytes));
  memory_bytes_ = memory_bytes;
  return Expect(LimitKind::kMemory);
}

absl::Status AdoptedCgroup::SetCpu(int32_t cpu_millis) {
  BENCH_RETURN_IF_ERROR(CheckStillThere());
  BENCH_RETURN_IF_ERROR(CheckCpuAbove(group_, cpu_millis));
  changed_ = true;
  BENCH_RETURN_IF_ERROR(limits_->SetCpu(cpu_millis));
  cpu_millis_ = cpu_millis;
  return Expect(LimitKind::kCpu);
}

absl::StatusOr<std::vector<std::string>> AdoptedCgroup::Drift() const {
  BENCH_RETURN_IF_ERROR(CheckStillThere());
  std::vector<std::string> drift;
  BENCH_ASSIGN_OR_RETURN(std::vector<SavedKnob> now, ReadAllKnobs(group_));
  for (const SavedKnob& expected : expected_) {
    auto same = std::find_if(now.begin(), now.end(),
                             [&](const SavedKnob& knob) { return knob.path == expected.path; });
    if (same != now.end() && same->text == expected.text) continue;
    drift.push_back(absl::StrCat(KnobName(expected.path), " of ",
                                 DescribeGroup(KnobDirectory(expected.path)), " is ",
                                 same == now.end() ? "gone" : absl::StrCat("\"", same->text, "\""),
                                 " and was set to \"", expected.text, "\""));
  }
  // Only what was asked for: a group that was found under a tighter one is as it was found.
  for (const absl::Status& above :
       {cpu_millis_ ? CheckCpuAbove(group_, *cpu_millis_) : absl::OkStatus(),
        memory_bytes_ ? CheckMemoryAbove(group_, *memory_bytes_) : absl::OkStatus()}) {
    if (!above.ok()) drift.push_back(std::string(above.message()));
  }
  return drift;
}

absl::Status AdoptedCgroup::Reapply() {
  if (group_.version == 2) BENCH_RETURN_IF_ERROR(EnableForGroup(kernel_, group_.unified));
  if (memory_bytes_) BENCH_RETURN_IF_ERROR(SetMemory(*memory_bytes_));
  if (cpu_millis_) BENCH_RETURN_IF_ERROR(SetCpu(*cpu_millis_));
  return absl::OkStatus();
}

absl::Status AdoptedCgroup::Restore() {
  return RestoreOnce();
}

absl::Status AdoptedCgroup::RestoreOnce() {
  if (!changed_) return absl::OkStatus();
  absl::Status result;
  for (const std::vector<SavedKnob>& knobs : SplitByGroup(saved_)) {
    result.Update(RestoreGroup(kernel_, knobs).status());
  }
  if (!result.ok()) return result;
  changed_ = false;
  expected_ = saved_;
  cpu_millis_.reset();
  memory_bytes_.reset();
  return absl::OkStatus();
}

absl::StatusOr<GroupToAdopt> FindGroupToAdopt(const std::string& root, pid_t pid) {
  const std::string proc = root + "/proc";
  const std::string who = absl::StrCat("limiting process ", pid);
  absl::StatusOr<std::string> cgroup = ReadFile(absl::StrCat(proc, "/", pid, "/cgroup"));
  if (!cgroup.ok()) return Annotate(cgroup.status(), who);
  BENCH_ASSIGN_OR_RETURN(std::string mountinfo, ReadFile(proc + "/self/mountinfo"));
  absl::StatusOr<CgroupDirectories> group = MapProcessCgroup(*cgroup, mountinfo);
  if (!group.ok()) return Annotate(group.status(), who);
  for (std::string* directory : {&group->unified, &group->cpu, &group->cpuacct, &group->memory}) {
    if (!directory->empty()) directory->insert(0, root);
  }
  absl::StatusOr<std::vector<pid_t>> others = OtherMembers(*group, pid, proc);
  if (!others.ok()) return Annotate(others.status(), who);
  return GroupToAdopt{.directories = *std::move(group), .others = *std::move(others)};
}

std::string OthersNote(const std::string& root, const GroupToAdopt& group) {
  if (group.others.empty()) return "";
  const bool one = group.others.size() == 1;
  const CgroupDirectories& at = group.directories;
  return absl::StrCat("its control group (",
                      DescribeGroup(at.version == 2 ? at.unified : at.memory), ") also holds ",
                      group.others.size(), one ? " process" : " processes",
                      " besides Falco's own (", NameMembers(group.others, root + "/proc"),
                      "): ", one ? "it is" : "they are", " limited with Falco, and what ",
                      one ? "it uses" : "they use", " counts as Falco's");
}

absl::StatusOr<std::unique_ptr<AdoptedCgroup>> AdoptCgroup(pid_t pid,
                                                           const BeforeKnobsChange& before_change) {
  return AdoptCgroupWith(RealCgroupKernel(), "", pid, before_change);
}

absl::StatusOr<std::unique_ptr<AdoptedCgroup>> AdoptCgroupWith(
    CgroupKernel& kernel, const std::string& root, pid_t pid,
    const BeforeKnobsChange& before_change) {
  BENCH_ASSIGN_OR_RETURN(GroupToAdopt found, FindGroupToAdopt(root, pid));
  CgroupDirectories& group = found.directories;
  if (group.version == 2) BENCH_RETURN_IF_ERROR(EnableForGroup(kernel, group.unified));
  BENCH_ASSIGN_OR_RETURN(std::vector<SavedKnob> saved, ReadAllKnobs(group));
  // A limit that can't be read can't be put back either.
  if (absl::Status readable = LimitsOf(kernel, group)->ReadBack().status(); !readable.ok()) {
    return Annotate(readable, absl::StrCat("limiting process ", pid));
  }
  if (before_change) BENCH_RETURN_IF_ERROR(before_change(saved));
  return std::make_unique<AdoptedCgroup>(kernel, std::move(group), pid, std::move(saved));
}

}  // namespace bench
