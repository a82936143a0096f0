#include "worker/cleanup/replay.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/saved_knob.h"

namespace bench {
namespace {

constexpr int kDeathTimeoutMs = 3000;

bool OfEarlierBoot(const JournalEntry& entry) {
  const std::string boot_id = CurrentBootId();
  return !entry.boot_id.empty() && !boot_id.empty() && entry.boot_id != boot_id;
}

// Each of these gives whether there was anything to undo.

absl::StatusOr<bool> KillProcess(const JournalEntry& entry) {
  if (OfEarlierBoot(entry)) return false;
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
    case JournalEntry::Kind::kKnob:  // RestoreLimits
      break;
  }
  return RemoveTree(entry.path);
}

// `entries` are knobs, oldest first. Gives those that could not be put back.
std::vector<JournalEntry> RestoreLimits(CgroupKernel& kernel,
                                        const std::vector<JournalEntry>& entries,
                                        ReplayReport* report) {
  std::vector<SavedKnob> knobs;
  for (const JournalEntry& entry : entries) {
    if (OfEarlierBoot(entry)) continue;
    knobs.push_back(
        {.path = entry.path, .directory_inode = entry.directory_inode, .text = entry.text});
  }
  std::vector<JournalEntry> left;
  for (const std::vector<SavedKnob>& group : SplitByGroup(knobs)) {
    const std::string directory = KnobDirectory(group.front().path);
    absl::StatusOr<std::vector<std::string>> changed = RestoreGroup(kernel, group);
    if (changed.ok()) {
      if (!changed->empty()) {
        report->undone.push_back(
            absl::StrCat("put back ", absl::StrJoin(*changed, ", "), " of ", directory));
      }
      continue;
    }
    report->problems.push_back(std::string(changed.status().message()));
    // A damaged or foreign journal named it: that will not change by the next start.
    if (!kernel.IsCgroup(directory)) continue;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(left),
                 [&](const JournalEntry& entry) {
                   return KnobDirectory(entry.path) == directory &&
                          entry.directory_inode == group.front().directory_inode;
                 });
  }
  return left;
}

}  // namespace

std::string CurrentBootId() {
  absl::StatusOr<std::string> text = ReadFile("/proc/sys/kernel/random/boot_id");
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

std::vector<JournalEntry> ReplayEntries(CgroupKernel& kernel,
                                        const std::vector<JournalEntry>& entries,
                                        ReplayReport* report) {
  std::vector<JournalEntry> knobs;
  std::vector<JournalEntry> order;
  for (const JournalEntry& entry : entries) {
    if (absl::Status allowed = CheckUndoable(entry); !allowed.ok()) {
      report->problems.push_back(std::string(allowed.message()));
      continue;
    }
    (entry.kind == JournalEntry::Kind::kKnob ? knobs : order).push_back(entry);
  }
  std::vector<JournalEntry> left_limits = RestoreLimits(kernel, knobs, report);

  std::reverse(order.begin(), order.end());
  auto rank = [](const JournalEntry& entry) {
    switch (entry.kind) {
      case JournalEntry::Kind::kProcess:
        return 0;
      case JournalEntry::Kind::kCgroup:
        return 1;
      case JournalEntry::Kind::kFile:
      case JournalEntry::Kind::kKnob:
        break;
    }
    return 2;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const JournalEntry& a, const JournalEntry& b) { return rank(a) < rank(b); });

  std::vector<JournalEntry> left;
  for (const JournalEntry& entry : order) {
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
  left.insert(left.end(), left_limits.begin(), left_limits.end());
  return left;
}

}  // namespace bench
