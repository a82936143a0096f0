// Control groups of the machine itself, for tests that can't do with a FakeCgroupTree.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/os/process.h"
#include "worker/limits/cgroup.h"

namespace bench {

// Whether the machine, or who runs the test, has no control groups to offer: a reason to skip the
// test. Any other error is one.
bool NoCgroupsHere(const absl::Status& status);

// FindCgroups, for root alone.
absl::StatusOr<CgroupMounts> FindCgroupsAsRoot();

// A group of ours, as a run makes it.
absl::StatusOr<std::unique_ptr<Cgroup>> MakeOwnGroup();

// A group that is not ours: without our prefix and without limits, as a service's may be.
class ForeignGroup {
 public:
  // Its name is `name` and this process' id.
  static absl::StatusOr<std::unique_ptr<ForeignGroup>> Make(const std::string& name);
  // Removes it; the processes in it must have ended.
  ~ForeignGroup();
  ForeignGroup(const ForeignGroup&) = delete;
  ForeignGroup& operator=(const ForeignGroup&) = delete;

  // One on v2, up to three on v1.
  const std::vector<std::string>& directories() const { return directories_; }
  // Starts a program in it.
  absl::StatusOr<ChildProcess> Spawn(const std::vector<std::string>& argv) const;

 private:
  ForeignGroup() = default;

  std::vector<std::string> directories_;
};

// A knob of the group of these directories, by its name in whichever version has it; a name may be
// "". Gives its path, "" if the group lacks it.
std::string KnobPath(const std::vector<std::string>& directories, const std::string& v1_name,
                     const std::string& v2_name);
// Every limit of that group, by path.
std::map<std::string, std::string> LimitTexts(const std::vector<std::string>& directories);

}  // namespace bench
