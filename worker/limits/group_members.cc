#include "worker/limits/group_members.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::vector<pid_t>> PidsIn(const std::string& directory) {
  BENCH_ASSIGN_OR_RETURN(std::string text, ReadFile(directory + "/cgroup.procs"));
  std::vector<pid_t> pids;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(line, &pid)) pids.push_back(pid);
  }
  return pids;
}

void AddTree(const std::string& directory, std::set<pid_t>* members) {
  if (absl::StatusOr<std::vector<pid_t>> pids = PidsIn(directory); pids.ok()) {
    members->insert(pids->begin(), pids->end());
  }
  std::error_code error;
  for (fs::directory_iterator entries(directory, error);
       !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::error_code unknown;
    if (entries->is_directory(unknown)) AddTree(entries->path().string(), members);
  }
}

// 0 = it has ended, or has none that is seen here.
pid_t ParentOf(const std::string& proc, pid_t pid) {
  absl::StatusOr<std::string> stat = ReadFile(absl::StrCat(proc, "/", pid, "/stat"));
  if (!stat.ok()) return 0;
  const std::vector<absl::string_view> fields = StatFieldsAfterName(*stat);  // "S PPID …"
  pid_t parent = 0;
  return fields.size() > 1 && absl::SimpleAtoi(fields[1], &parent) ? parent : 0;
}

bool DescendsFrom(const std::string& proc, pid_t pid, pid_t ancestor) {
  // Pids may come round while we look: no chain is that long.
  for (int steps = 0; pid > 1 && steps < 1000; ++steps) {
    if (pid == ancestor) return true;
    pid = ParentOf(proc, pid);
  }
  return pid == ancestor;
}

}  // namespace

std::string NameMembers(const std::vector<pid_t>& members, const std::string& proc) {
  constexpr size_t kNamed = 5;
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(members.size(), kNamed); ++i) {
    if (members[i] == 0) {
      names.push_back("one of another pid namespace");
      continue;
    }
    std::string name =
        ReadFile(absl::StrCat(proc, "/", members[i], "/comm")).value_or("that has just ended");
    absl::StripTrailingAsciiWhitespace(&name);
    // Whoever runs there chose it.
    names.push_back(absl::StrCat(members[i], " ", absl::Utf8SafeCHexEscape(name)));
  }
  std::string named = absl::StrJoin(names, ", ");
  if (members.size() > kNamed) {
    absl::StrAppend(&named, " and ", members.size() - kNamed, " more");
  }
  return named;
}

absl::StatusOr<bool> HoldsProcess(const std::string& directory, pid_t pid) {
  BENCH_ASSIGN_OR_RETURN(std::vector<pid_t> pids, PidsIn(directory));
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

absl::StatusOr<std::vector<pid_t>> OtherMembers(const CgroupDirectories& group, pid_t pid,
                                                const std::string& proc) {
  std::set<pid_t> members;
  std::set<std::string> directories = {group.unified, group.cpu, group.cpuacct, group.memory};
  directories.erase("");
  for (const std::string& directory : directories) {
    BENCH_ASSIGN_OR_RETURN(bool holds, HoldsProcess(directory, pid));
    if (!holds) {
      return absl::FailedPreconditionError(
          absl::StrCat(directory,
                       "/cgroup.procs does not list it, though the kernel says that this is its "
                       "control group: /sys/fs/cgroup here is not that of the host, or the process "
                       "has just been moved"));
    }
    AddTree(directory, &members);
  }
  if (members.count(getpid()) > 0) {
    return absl::FailedPreconditionError(
        "this benchmark is in the same control group, so its load would be limited too. Start it "
        "elsewhere (systemd-run --scope benchctl …), or let it start Falco (--sensor falco)");
  }
  std::vector<pid_t> others;
  std::copy_if(members.begin(), members.end(), std::back_inserter(others),
               [&](pid_t member) { return !DescendsFrom(proc, member, pid); });
  return others;
}

}  // namespace bench
