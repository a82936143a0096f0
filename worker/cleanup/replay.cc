#include "worker/cleanup/replay.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/limits/cgroup.h"

namespace bench {
namespace {

constexpr int kDeathTimeoutMs = 3000;

// Each of these gives whether there was anything to undo.

absl::StatusOr<bool> KillProcess(const JournalEntry& entry) {
  const std::string boot_id = CurrentBootId();
  if (!entry.boot_id.empty() && !boot_id.empty() && entry.boot_id != boot_id) return false;
  // The descriptor stands for the process that has the pid now; the start time says whether it is
  // the one that was recorded. In this order no other process can be hit.
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, entry.pid, 0)));
  if (!pidfd.valid()) {
    if (errno == ESRCH) return false;
    return ErrnoStatus("pidfd_open", errno);
  }
  absl::StatusOr<uint64_t> ticks = ProcessStartTicks(entry.pid);
  if (!ticks.ok() || *ticks != entry.start_ticks || entry.pid == getpid()) return false;
  if (syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) != 0) {
    if (errno == ESRCH) return false;
    return ErrnoStatus("sending SIGKILL", errno);
  }
  pollfd death = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  int ready = 0;
  while ((ready = poll(&death, 1, kDeathTimeoutMs)) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return absl::DeadlineExceededError("it did not die within 3 s of SIGKILL");
  return true;
}

absl::StatusOr<bool> RemoveGroup(const JournalEntry& entry) {
  if (!PathExists(entry.path)) return false;
  BENCH_RETURN_IF_ERROR(RemoveCgroupDirectory(entry.path));
  return true;
}

absl::StatusOr<bool> Undo(const JournalEntry& entry) {
  switch (entry.kind) {
    case JournalEntry::Kind::kProcess:
      return KillProcess(entry);
    case JournalEntry::Kind::kCgroup:
      return RemoveGroup(entry);
    case JournalEntry::Kind::kFile:
      break;
  }
  return RemoveTree(entry.path);
}

}  // namespace

std::string CurrentBootId() {
  absl::StatusOr<std::string> text = ReadFile("/proc/sys/kernel/random/boot_id");
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

std::vector<JournalEntry> ReplayEntries(const std::vector<JournalEntry>& entries,
                                        ReplayReport* report) {
  std::vector<JournalEntry> order(entries.rbegin(), entries.rend());
  auto rank = [](const JournalEntry& entry) {
    switch (entry.kind) {
      case JournalEntry::Kind::kProcess:
        return 0;
      case JournalEntry::Kind::kCgroup:
        return 1;
      case JournalEntry::Kind::kFile:
        break;
    }
    return 2;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const JournalEntry& a, const JournalEntry& b) { return rank(a) < rank(b); });

  std::vector<JournalEntry> left;
  for (const JournalEntry& entry : order) {
    if (absl::Status allowed = CheckUndoable(entry); !allowed.ok()) {
      report->problems.push_back(std::string(allowed.message()));
      continue;
    }
    absl::StatusOr<bool> undone = Undo(entry);
    if (!undone.ok()) {
      report->problems.push_back(
          absl::StrCat("could not undo ", Describe(entry), ": ", undone.status().message()));
      left.push_back(entry);
    } else if (*undone) {
      bool process = entry.kind == JournalEntry::Kind::kProcess;
      report->undone.push_back(absl::StrCat(process ? "killed " : "removed ", Describe(entry)));
    }
  }
  std::reverse(left.begin(), left.end());
  return left;
}

}  // namespace bench
