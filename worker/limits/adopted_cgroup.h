// The control group of a process that runs already, and that is not ours: limited for a while, then
// handed back as it was.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"
#include "worker/limits/saved_knob.h"

namespace bench {

// Not thread-safe, but Stats() may be called beside itself. The destructor restores as Restore()
// does.
class AdoptedCgroup : public LimitedGroup {
 public:
  // `saved` are all knobs that a change may touch. Use AdoptCgroup.
  AdoptedCgroup(CgroupKernel& kernel, CgroupDirectories group, pid_t pid,
                std::vector<SavedKnob> saved);
  ~AdoptedCgroup() override;

  std::vector<std::string> directories() const override { return limits_->directories(); }
  // FAILED_PRECONDITION: a group above is tighter. RESOURCE_EXHAUSTED: the process holds more
  // memory than that already; nothing was changed then.
  absl::Status SetMemory(int64_t memory_bytes) override;
  absl::Status SetCpu(int32_t cpu_millis) override;
  absl::StatusOr<CgroupLimits> ReadBack() const override { return limits_->ReadBack(); }
  absl::StatusOr<CgroupStats> Stats() const override { return limits_->Stats(); }

  // What no longer is as it was left by SetMemory and SetCpu, "cpu.max of the unit x.service is …
  // and was set to …": systemd (daemon-reload), the kubelet or docker update put their own limits
  // back. Empty = all holds. NOT_FOUND: the group is gone or the process is not in it any more, as
  // after a restart; adopt the new one.
  absl::StatusOr<std::vector<std::string>> Drift() const;
  // Sets what was set last once more.
  absl::Status Reapply();
  // Puts back the texts of before the first change and reads them back. OK where the group is gone:
  // its limits went with it. Idempotent; on failure it may be tried again.
  absl::Status Restore();

  // NOT_FOUND as of Drift(), without a look at the limits.
  absl::Status CheckStillThere() const;

 private:
  // What the knobs of `kind` hold now is what Drift() expects.
  absl::Status Expect(LimitKind kind);
  absl::Status RestoreOnce();

  CgroupKernel& kernel_;
  const CgroupDirectories group_;
  const pid_t pid_;
  const std::vector<SavedKnob> saved_;
  const std::unique_ptr<LimitedGroup> limits_;
  std::vector<SavedKnob> expected_;
  // Unset: not set yet, as it was found.
  std::optional<int32_t> cpu_millis_;
  std::optional<int64_t> memory_bytes_;
  bool changed_ = false;
};

// Is told the knobs before any is changed, to journal them.
using BeforeKnobsChange = std::function<absl::Status(const std::vector<SavedKnob>&)>;

// The group that /proc/PID/cgroup names, looked at only.
struct GroupToAdopt {
  CgroupDirectories directories;
  std::vector<pid_t>
      others;  // see OtherMembers: the limits hold them too, and what they use counts
};

// NOT_FOUND: there is no such process. FAILED_PRECONDITION: the group can't be limited from here or
// must not be (see MapProcessCgroup, OtherMembers). `root` is put before each path.
absl::StatusOr<GroupToAdopt> FindGroupToAdopt(const std::string& root, pid_t pid);

// For people: who else is limited with the process; "" = nobody.
std::string OthersNote(const std::string& root, const GroupToAdopt& group);

// The group that FindGroupToAdopt finds; its errors. Changes nothing yet, except that on v2 the
// controllers cpu and memory are enabled for the group where nobody had a use for them; they stay
// so (see EnableControllers).
absl::StatusOr<std::unique_ptr<AdoptedCgroup>> AdoptCgroup(pid_t pid,
                                                           const BeforeKnobsChange& before_change);

// AdoptCgroup with its surroundings as arguments: `kernel` must outlive the result; `root` is put
// before each path.
absl::StatusOr<std::unique_ptr<AdoptedCgroup>> AdoptCgroupWith(
    CgroupKernel& kernel, const std::string& root, pid_t pid,
    const BeforeKnobsChange& before_change);

}  // namespace bench
