#include "worker/sensor/procfs/proc_reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"

namespace bench::sensor {
namespace {

constexpr size_t kContainerIdBytes = 64;
constexpr size_t kShortContainerIdBytes = 12;
// A process may hold a million descriptors; that many are enough to name those that rules look at.
constexpr int kMaxFdsRead = 4096;

std::string ReadLink(const std::string& path) {
  char target[PATH_MAX];
  ssize_t n = readlink(path.c_str(), target, sizeof target);
  return n < 0 ? std::string() : std::string(target, static_cast<size_t>(n));
}

std::string ReadOrEmpty(const std::string& path) {
  absl::StatusOr<std::string> content = ReadFile(path);
  return content.ok() ? *std::move(content) : std::string();
}

FdInfo FdOfTarget(std::string target) {
  FdInfo info;
  if (absl::StartsWith(target, "socket:")) return info;  // its family isn't told there
  if (absl::StartsWith(target, "pipe:")) {
    info.kind = FdKind::kPipe;
  } else if (absl::StartsWith(target, "anon_inode:")) {
    info.kind = FdKind::kEvent;
  } else {
    info.kind = FdKind::kFile;
    info.name = std::move(target);
  }
  return info;
}

std::vector<std::pair<int, FdInfo>> ReadFds(const std::string& directory) {
  std::vector<std::pair<int, FdInfo>> fds;
  DIR* dir = opendir(directory.c_str());
  if (dir == nullptr) return fds;
  int read = 0;
  while (const dirent* entry = readdir(dir)) {
    int fd = -1;
    if (!absl::SimpleAtoi(entry->d_name, &fd)) continue;
    if (++read > kMaxFdsRead) break;
    fds.emplace_back(fd, FdOfTarget(ReadLink(absl::StrCat(directory, "/", entry->d_name))));
  }
  closedir(dir);
  return fds;
}

// Name, parent and terminal from /proc/PID/stat: "7 (a (b) c) S 1 7 7 34816 …".
bool ParseStat(absl::string_view stat, ProcessFacts& facts) {
  size_t open = stat.find('(');
  size_t close = stat.rfind(')');
  if (open == absl::string_view::npos || close == absl::string_view::npos || close < open) {
    return false;
  }
  facts.name = std::string(stat.substr(open + 1, close - open - 1));
  std::vector<absl::string_view> fields =
      absl::StrSplit(stat.substr(close + 1), ' ', absl::SkipEmpty());
  return fields.size() > 4 && absl::SimpleAtoi(fields[1], &facts.parent_pid) &&
         absl::SimpleAtoi(fields[4], &facts.tty);
}

}  // namespace

std::string ContainerIdOf(absl::string_view cgroup_file) {
  size_t hex = 0;
  for (size_t i = 0; i < cgroup_file.size(); ++i) {
    const char c = cgroup_file[i];
    hex = absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f') ? hex + 1 : 0;
    if (hex == kContainerIdBytes) {
      return std::string(cgroup_file.substr(i + 1 - kContainerIdBytes, kShortContainerIdBytes));
    }
  }
  return "host";
}

std::optional<ProcessFacts> ProcReader::ReadProcess(pid_t pid) {
  const std::string directory = absl::StrCat(root_, "/", pid);
  ProcessFacts facts;
  if (!ParseStat(ReadOrEmpty(directory + "/stat"), facts)) return std::nullopt;
  facts.exe_path = ReadLink(directory + "/exe");
  std::string cwd = ReadLink(directory + "/cwd");
  if (!cwd.empty()) facts.cwd = std::move(cwd);
  std::string cmdline = ReadOrEmpty(directory + "/cmdline");
  if (!cmdline.empty()) {
    facts.args = absl::StrSplit(absl::StripSuffix(cmdline, absl::string_view("\0", 1)), '\0');
  }
  struct stat owner = {};
  if (stat(directory.c_str(), &owner) == 0) facts.uid = owner.st_uid;
  uint32_t login_uid = 0;
  if (absl::SimpleAtoi(ReadOrEmpty(directory + "/loginuid"), &login_uid)) {
    facts.login_uid = login_uid;
  }
  facts.container_id = ReadContainerId(pid);
  facts.fds = ReadFds(directory + "/fd");
  return facts;
}

std::optional<std::string> ProcReader::ReadThreadName(pid_t pid, pid_t tid) {
  std::string name = ReadOrEmpty(absl::StrCat(root_, "/", pid, "/task/", tid, "/comm"));
  if (name.empty()) return std::nullopt;
  return std::string(absl::StripSuffix(name, "\n"));
}

std::string ProcReader::ReadExePath(pid_t pid) {
  return ReadLink(absl::StrCat(root_, "/", pid, "/exe"));
}

std::string ProcReader::ReadContainerId(pid_t pid) {
  std::string cgroup = ReadOrEmpty(absl::StrCat(root_, "/", pid, "/cgroup"));
  return cgroup.empty() ? std::string() : ContainerIdOf(cgroup);
}

bool ProcReader::Exists(pid_t tid) {
  // A thread's directory is there under its own number, though listings of /proc leave it out.
  return access(absl::StrCat(root_, "/", tid).c_str(), F_OK) == 0;
}

absl::flat_hash_map<uint32_t, std::string> ReadUserNames(const std::string& passwd_file) {
  absl::flat_hash_map<uint32_t, std::string> names;
  const std::string content = ReadOrEmpty(passwd_file);
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    std::vector<absl::string_view> fields = absl::StrSplit(line, ':');
    uint32_t uid = 0;
    if (fields.size() > 2 && absl::SimpleAtoi(fields[2], &uid)) {
      names.try_emplace(uid, fields[0]);
    }
  }
  return names;
}

}  // namespace bench::sensor
