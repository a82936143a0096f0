// A cgroup file system declared by a test, as ordinary files in a temporary directory, with the
// kernel's manners: a new group comes with its files, a write is rounded or refused, a group with
// members can't be removed; on v1 no group has more CPU than the one above it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/fakes/temp_dir.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// Not thread-safe.
class FakeCgroupTree : public CgroupKernel {
 public:
  using Files = std::map<std::string, std::string>;  // name -> content

  // A v2 tree: cpu and memory offered at its root, none enabled.
  static CgroupMounts V2(FakeCgroupTree& tree);
  // A v1 tree of separate hierarchies, or with cpu and cpuacct in one.
  static CgroupMounts V1(FakeCgroupTree& tree, bool comounted = false);

  const std::string& root() const { return dir_.path(); }
  // Declares a hierarchy at `mount` ("cpu"): the files of its root and those of each new group.
  // Returns its full path.
  std::string AddHierarchy(const std::string& mount, const Files& root_files, Files group_files);
  // Files that groups of the hierarchy at `mount` shall not have, e.g. an older kernel's.
  void DropFromNewGroups(const std::string& mount, const std::string& name);

  // Makes the group at `path` below the hierarchy at `mount` with those above it; returns its
  // directory.
  std::string AddGroup(const std::string& mount, const std::string& path);

  // The file's content.
  static std::string Get(const std::string& path);
  static void Set(const std::string& path, const std::string& content);
  // The next writes to files of this name fail so; 0 = no longer.
  void RefuseWrites(const std::string& name, int error) { refused_[name] = error; }
  // This pid stays in its groups whatever is sent to it.
  void MakeUnkillable(pid_t pid) { unkillable_.insert(pid); }
  // Every write that was taken, "NAME=TEXT", in order.
  const std::vector<std::string>& writes() const { return writes_; }
  void ForgetWrites() { writes_.clear(); }
  const std::vector<pid_t>& killed() const { return killed_; }

  int MakeDirectory(const std::string& path) override;
  int RemoveDirectory(const std::string& path) override;
  int Write(const std::string& path, absl::string_view text) override;
  int Kill(pid_t pid) override;
  bool IsCgroup(const std::string& directory) override;

 private:
  // What the kernel would make of it; an errno, or 0 with `content` as it is read back.
  static int Interpret(const std::string& path, absl::string_view text, std::string* content);
  // Of the hierarchy that `path` is in.
  const Files& GroupFilesAt(const std::string& path) const;
  void AddControllerFiles(const std::string& parent, absl::string_view request);
  void TakeOut(const std::string& procs_file, const std::set<pid_t>& pids);

  TempDir dir_;
  std::map<std::string, Files> group_files_;  // by the hierarchy's path
  std::map<std::string, int> refused_;
  std::set<pid_t> unkillable_;
  std::vector<std::string> writes_;
  std::vector<pid_t> killed_;
};

}  // namespace bench
