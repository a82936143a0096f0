#include "worker/cleanup/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/guard.h"
#include "worker/cleanup/journal_format.h"

namespace bench {
namespace {

// Longer than InspectStateDir holds the lock to see whether it is free.
constexpr absl::Duration kLockPatience = absl::Milliseconds(300);
// For a guard that is undoing what another benchmark left.
constexpr absl::Duration kGuardPatience = absl::Seconds(20);

bool TryLock(int fd, int how) {
  int result = 0;
  while ((result = flock(fd, how | LOCK_NB)) != 0 && errno == EINTR) {
  }
  return result == 0;
}

// The pid in the lock file; 0 = unreadable.
pid_t ReadHolder(const std::string& state_dir) {
  pid_t pid = 0;
  absl::StatusOr<std::string> text = ReadFile(LockPath(state_dir));
  return text.ok() && absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &pid) ? pid : 0;
}

bool IsGuard(pid_t pid) {
  const absl::StatusOr<std::string> name = ReadFile(absl::StrCat("/proc/", pid, "/comm"));
  return name.ok() && absl::StripAsciiWhitespace(*name) == kGuardProgram;
}

absl::Status LockedByAnother(const std::string& state_dir) {
  const pid_t pid = ReadHolder(state_dir);
  return absl::AlreadyExistsError(
      absl::StrCat("another benchmark", pid > 0 ? absl::StrCat(", process ", pid, ",") : "",
                   " runs on this host (it holds ", LockPath(state_dir),
                   "), and two would disturb each other: wait until it has ended",
                   pid > 0 ? absl::StrCat(", or stop it with: kill ", pid) : ""));
}

}  // namespace

std::string LockPath(const std::string& state_dir) {
  return state_dir + "/lock";
}
std::string JournalPath(const std::string& state_dir) {
  return state_dir + "/journal";
}

std::string ScratchPath(const std::string& state_dir) {
  return absl::StrCat(state_dir, "/scratch");
}

absl::Status AdviseStateDir(const absl::Status& status, const std::string& state_dir) {
  if (status.ok()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat("the state directory ", state_dir, " can't be used: ", status.message(),
                   ". Mend it, or choose another with --state-dir DIR"));
}

absl::StatusOr<UniqueFd> LockStateDir(const std::string& state_dir) {
  if (absl::Status made = MakeDirectories(state_dir); !made.ok()) {
    return AdviseStateDir(made, state_dir);
  }
  const std::string path = LockPath(state_dir);
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid())
    return AdviseStateDir(ErrnoStatus(absl::StrCat("open ", path), errno), state_dir);
  Clock& clock = RealClock();
  const absl::Duration began = clock.Monotonic();
  while (!TryLock(fd.get(), LOCK_EX)) {
    if (errno != EWOULDBLOCK) {
      return AdviseStateDir(ErrnoStatus(absl::StrCat("flock ", path), errno), state_dir);
    }
    const absl::Duration waited = clock.Monotonic() - began;
    const bool patient =
        waited < kLockPatience || (waited < kGuardPatience && IsGuard(ReadHolder(state_dir)));
    if (!patient) return LockedByAnother(state_dir);
    clock.Sleep(absl::Milliseconds(20));
  }
  const std::string holder = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd.get(), 0) != 0 ||
      pwrite(fd.get(), holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    return AdviseStateDir(ErrnoStatus(absl::StrCat("write ", path), errno), state_dir);
  }
  return fd;
}

StateDirContents InspectStateDir(const std::string& state_dir) {
  StateDirContents contents;
  UniqueFd lock(open(LockPath(state_dir).c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock.valid()) return contents;
  if (!TryLock(lock.get(), LOCK_SH)) {
    contents.held_by = ReadHolder(state_dir);
    return contents;
  }
  lock.Reset();
  absl::StatusOr<std::string> text = ReadFile(JournalPath(state_dir));
  if (!text.ok()) return contents;
  for (const JournalEntry& entry : ParseJournal(*text).pending) {
    contents.leftovers.push_back(Describe(entry));
  }
  return contents;
}

}  // namespace bench
