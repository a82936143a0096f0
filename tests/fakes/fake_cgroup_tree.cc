#include "tests/fakes/fake_cgroup_tree.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPage = 4096;
constexpr int64_t kV1Unlimited = INT64_MAX / kPage * kPage;

std::set<pid_t> PidsIn(const std::string& procs_file) {
  std::set<pid_t> pids;
  const std::string text = FakeCgroupTree::Get(procs_file);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(line, &pid)) pids.insert(pid);
  }
  return pids;
}

int64_t NumberIn(const std::string& path) {
  int64_t number = 0;
  const std::string text = FakeCgroupTree::Get(path);
  return absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &number) ? number : -1;
}

// Whether the v1 group above `group` has as much CPU as that.
bool FitsBelow(const fs::path& group, int64_t quota_us, int64_t period_us) {
  const fs::path above = group.parent_path();
  const int64_t quota_above_us = NumberIn((above / "cpu.cfs_quota_us").string());
  const int64_t period_above_us = NumberIn((above / "cpu.cfs_period_us").string());
  return quota_above_us <= 0 || quota_us * period_above_us <= quota_above_us * period_us;
}

}  // namespace

CgroupMounts FakeCgroupTree::V2(FakeCgroupTree& tree) {
  std::string at = tree.AddHierarchy(
      "unified",
      {{"cgroup.controllers", "cpuset cpu io memory pids\n"},
       {"cgroup.subtree_control", "pids\n"},
       {"cgroup.procs", ""}},
      {{"cgroup.procs", ""},
       {"cgroup.kill", ""},
       {"cpu.max", "max 100000\n"},
       {"cpu.stat",
        "usage_usec 0\nuser_usec 0\nsystem_usec 0\nnr_periods 0\nnr_throttled 0\n"
        "throttled_usec 0\n"},
       {"cpu.max.burst", "0\n"},
       {"cgroup.subtree_control", ""},
       {"memory.max", "max\n"},
       {"memory.high", "max\n"},
       {"memory.stat", "anon 0\nfile 0\ninactive_file 0\n"},
       {"memory.swap.max", "max\n"},
       {"memory.current", "0\n"},
       {"memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"}});
  return {.version = 2, .unified = at};
}

CgroupMounts FakeCgroupTree::V1(FakeCgroupTree& tree, bool comounted) {
  Files cpu = {{"cgroup.procs", ""},
               {"cpu.cfs_period_us", "100000\n"},
               {"cpu.cfs_quota_us", "-1\n"},
               {"cpu.cfs_burst_us", "0\n"},
               {"cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n"}};
  const Files cpuacct = {{"cgroup.procs", ""}, {"cpuacct.usage", "0\n"}};
  const Files memory = {{"cgroup.procs", ""},
                        {"memory.limit_in_bytes", absl::StrCat(kV1Unlimited, "\n")},
                        {"memory.memsw.limit_in_bytes", absl::StrCat(kV1Unlimited, "\n")},
                        {"memory.swappiness", "60\n"},
                        {"memory.usage_in_bytes", "0\n"},
                        {"memory.stat", "cache 0\ntotal_inactive_file 0\n"},
                        {"memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"}};
  CgroupMounts mounts = {.version = 1};
  if (comounted) {
    cpu.insert(cpuacct.begin(), cpuacct.end());
    mounts.cpu = mounts.cpuacct = tree.AddHierarchy("cpu,cpuacct", {}, cpu);
  } else {
    mounts.cpu = tree.AddHierarchy("cpu", {}, cpu);
    mounts.cpuacct = tree.AddHierarchy("cpuacct", {}, cpuacct);
  }
  mounts.memory = tree.AddHierarchy("memory", {}, memory);
  return mounts;
}

std::string FakeCgroupTree::AddHierarchy(const std::string& mount, const Files& root_files,
                                         Files group_files) {
  std::string path = dir_ / mount;
  fs::create_directories(path);
  for (const auto& [name, content] : root_files) Set(absl::StrCat(path, "/", name), content);
  group_files_[path] = std::move(group_files);
  return path;
}

void FakeCgroupTree::DropFromNewGroups(const std::string& mount, const std::string& name) {
  group_files_[dir_ / mount].erase(name);
}

std::string FakeCgroupTree::Get(const std::string& path) {
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

void FakeCgroupTree::Set(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::trunc) << content;
}

int FakeCgroupTree::MakeDirectory(const std::string& path) {
  std::error_code error;
  if (!fs::create_directory(path, error)) return error ? error.value() : EEXIST;
  for (const auto& [name, content] : GroupFilesAt(path)) {
    Set(absl::StrCat(path, "/", name), content);
  }
  return 0;
}

const FakeCgroupTree::Files& FakeCgroupTree::GroupFilesAt(const std::string& path) const {
  static const Files* none = new Files;
  for (const auto& [hierarchy, files] : group_files_) {
    if (absl::StartsWith(path, hierarchy + "/")) return files;
  }
  return *none;
}

std::string FakeCgroupTree::AddGroup(const std::string& mount, const std::string& path) {
  std::string directory = dir_ / mount;
  for (absl::string_view name : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    absl::StrAppend(&directory, "/", name);
    MakeDirectory(directory);
  }
  return directory;
}

// What a controller brings into the groups below when it is handed down to them.
void FakeCgroupTree::AddControllerFiles(const std::string& parent, absl::string_view request) {
  static const auto* all = new Files{{"cpu.max", "max 100000\n"}, {"memory.max", "max\n"}};
  for (const auto& entry : fs::directory_iterator(parent)) {
    if (!entry.is_directory()) continue;
    for (const auto& [name, content] : *all) {
      const std::string file = (entry.path() / name).string();
      const std::string controller = name.substr(0, name.find('.'));
      if (absl::StrContains(request, "+" + controller) && !fs::exists(file)) Set(file, content);
    }
  }
}

bool FakeCgroupTree::IsCgroup(const std::string& directory) {
  return absl::StartsWith(directory, dir_.path() + "/") && fs::is_directory(directory);
}

int FakeCgroupTree::RemoveDirectory(const std::string& path) {
  if (!fs::exists(path)) return ENOENT;
  if (!PidsIn(path + "/cgroup.procs").empty()) return EBUSY;
  std::error_code error;
  fs::remove_all(path, error);
  return error.value();
}

int FakeCgroupTree::Write(const std::string& path, absl::string_view text) {
  const std::string name = fs::path(path).filename().string();
  if (!fs::exists(path)) return ENOENT;
  if (auto refused = refused_.find(name); refused != refused_.end() && refused->second != 0) {
    return refused->second;
  }
  if (name == "cgroup.kill") {
    const std::string procs = (fs::path(path).parent_path() / "cgroup.procs").string();
    for (pid_t pid : PidsIn(procs)) killed_.push_back(pid);
    TakeOut(procs, PidsIn(procs));
  }
  std::string content;
  if (int error = Interpret(path, text, &content); error != 0) return error;
  Set(path, content);
  if (name == "cgroup.subtree_control") {
    AddControllerFiles(fs::path(path).parent_path().string(), text);
  }
  writes_.push_back(absl::StrCat(name, "=", text));
  return 0;
}

int FakeCgroupTree::Interpret(const std::string& path, absl::string_view text,
                              std::string* content) {
  const fs::path parent = fs::path(path).parent_path();
  const std::string name = fs::path(path).filename().string();
  auto beside = [&](const char* other) { return (parent / other).string(); };
  *content = absl::StrCat(text, "\n");
  int64_t number = 0;
  const bool numeric = absl::SimpleAtoi(text, &number);

  if (name == "cgroup.subtree_control") {
    if (!PidsIn(beside("cgroup.procs")).empty()) return EBUSY;
    *content = absl::StrCat(absl::StripAsciiWhitespace(Get(path)), " ",
                            absl::StrReplaceAll(text, {{"+", ""}}), "\n");
  } else if (name == "cpu.max") {
    if (text == "max") *content = "max 100000\n";
    std::vector<absl::string_view> fields = absl::StrSplit(text, ' ');
    if (absl::SimpleAtoi(fields[0], &number)) {
      if (number < 1000 || number < NumberIn(beside("cpu.max.burst"))) return EINVAL;
    }
  } else if (name == "cpu.cfs_quota_us") {
    if (!numeric || (number >= 0 && number < 1000)) return EINVAL;
    if (number >= 0 && number < NumberIn(beside("cpu.cfs_burst_us"))) return EINVAL;
    if (number > 0 && !FitsBelow(parent, number, NumberIn(beside("cpu.cfs_period_us")))) {
      return EINVAL;
    }
  } else if (name == "cpu.cfs_period_us") {
    if (!numeric || number < 1000 || number > 1000000) return EINVAL;
    const int64_t quota = NumberIn(beside("cpu.cfs_quota_us"));
    if (quota > 0 && !FitsBelow(parent, quota, number)) return EINVAL;
  } else if (name == "cpu.cfs_burst_us") {
    const int64_t quota = NumberIn(beside("cpu.cfs_quota_us"));
    if (!numeric || number < 0 || (quota >= 0 && number > quota)) return EINVAL;
  } else if (name == "memory.max" && numeric) {
    *content = absl::StrCat(number / kPage * kPage, "\n");
  } else if (name == "memory.limit_in_bytes" || name == "memory.memsw.limit_in_bytes") {
    if (!numeric) return EINVAL;
    number = number < 0 ? kV1Unlimited : number / kPage * kPage;
    const int64_t with_swap = NumberIn(beside("memory.memsw.limit_in_bytes"));
    const bool is_memory = name == "memory.limit_in_bytes";
    if (is_memory && with_swap >= 0 && number > with_swap) return EINVAL;
    if (!is_memory && number < NumberIn(beside("memory.limit_in_bytes"))) return EINVAL;
    *content = absl::StrCat(number, "\n");
  }
  return 0;
}

int FakeCgroupTree::Kill(pid_t pid) {
  killed_.push_back(pid);
  for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
    if (entry.path().filename() == "cgroup.procs") TakeOut(entry.path().string(), {pid});
  }
  return 0;
}

void FakeCgroupTree::TakeOut(const std::string& procs_file, const std::set<pid_t>& pids) {
  std::vector<pid_t> left;
  for (pid_t pid : PidsIn(procs_file)) {
    if (pids.count(pid) == 0 || unkillable_.count(pid) != 0) left.push_back(pid);
  }
  Set(procs_file, left.empty() ? "" : absl::StrJoin(left, "\n") + "\n");
}

}  // namespace bench
