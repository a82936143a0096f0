#include "worker/cleanup/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/replay.h"
#include "worker/cleanup/state_dir.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {
namespace {

absl::Status WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return ErrnoStatus("writing the journal", n < 0 ? errno : EIO);
    text.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
  // Some file systems can't sync a directory: EINVAL is no failure.
  if (fsync(fd.get()) != 0 && errno != EINVAL)
    return ErrnoStatus(absl::StrCat("fsync ", path), errno);
  return absl::OkStatus();
}

// Under a second name first: a crash leaves the old file or the new one, never half of either.
absl::Status Replace(const std::string& path, absl::string_view content) {
  const std::string draft = path + ".new";
  UniqueFd fd(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", draft), errno);
  BENCH_RETURN_IF_ERROR(WriteAll(fd.get(), content));
  if (fsync(fd.get()) != 0) return ErrnoStatus(absl::StrCat("fsync ", draft), errno);
  if (rename(draft.c_str(), path.c_str()) != 0) {
    return ErrnoStatus(absl::StrCat("rename ", draft), errno);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(const std::string& directory,
                                                       ReplayReport* report) {
  // Whole, as what is made in it is written down so: a replay may run elsewhere.
  std::error_code unknown;
  std::filesystem::path whole = std::filesystem::absolute(directory, unknown);
  const std::string state_dir = unknown ? directory : whole.string();
  BENCH_ASSIGN_OR_RETURN(UniqueFd lock, LockStateDir(state_dir));
  std::unique_ptr<Journal> journal(new Journal(state_dir, std::move(lock)));

  absl::StatusOr<std::string> text = ReadFile(JournalPath(state_dir));
  if (!text.ok() && !absl::IsNotFound(text.status())) {
    return AdviseStateDir(text.status(), state_dir);
  }
  std::vector<JournalEntry> carried;
  if (text.ok()) {
    JournalContents contents = ParseJournal(*text);
    report->problems.insert(report->problems.end(), contents.problems.begin(),
                            contents.problems.end());
    carried = ReplayEntries(RealCgroupKernel(), contents.pending, report);
  }
  if (absl::Status started = journal->StartWith(std::move(carried)); !started.ok()) {
    return AdviseStateDir(started, state_dir);
  }
  return journal;
}

Journal::Journal(std::string state_dir, UniqueFd lock)
    : state_dir_(std::move(state_dir)), boot_id_(CurrentBootId()), lock_(std::move(lock)) {}

Journal::~Journal() = default;

absl::Status Journal::StartWith(std::vector<JournalEntry> carried) {
  absl::MutexLock lock(&mutex_);
  std::string content;
  for (JournalEntry& entry : carried) {
    entry.number = next_++;
    content += EncodeEntry(entry);
  }
  const std::string path = JournalPath(state_dir_);
  BENCH_RETURN_IF_ERROR(Replace(path, content));
  BENCH_RETURN_IF_ERROR(SyncDirectory(state_dir_));
  file_.Reset(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file_.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
  size_bytes_ = carried_bytes_ = static_cast<int64_t>(content.size());
  return absl::OkStatus();
}

absl::StatusOr<Journal::Entry> Journal::WillCreateCgroup(const std::string& directory) {
  return Add({.kind = JournalEntry::Kind::kCgroup, .path = directory});
}

absl::StatusOr<Journal::Entry> Journal::WillCreateFile(const std::string& path) {
  return Add({.kind = JournalEntry::Kind::kFile, .path = path});
}

absl::StatusOr<Journal::Entry> Journal::DidStartProcess(pid_t pid, uint64_t start_ticks) {
  return Add({.kind = JournalEntry::Kind::kProcess,
              .pid = pid,
              .start_ticks = start_ticks,
              .boot_id = boot_id_});
}

absl::StatusOr<Journal::Entry> Journal::WillChangeKnob(const SavedKnob& knob) {
  return Add({.kind = JournalEntry::Kind::kKnob,
              .path = knob.path,
              .boot_id = boot_id_,
              .directory_inode = knob.directory_inode,
              .text = knob.text});
}

absl::StatusOr<Journal::Entry> Journal::Add(JournalEntry entry) {
  BENCH_RETURN_IF_ERROR(CheckUndoable(entry));
  absl::MutexLock lock(&mutex_);
  entry.number = next_;
  if (absl::Status appended = AppendLine(EncodeEntry(entry)); !appended.ok()) {
    return AdviseStateDir(appended, state_dir_);
  }
  outstanding_.insert(next_);
  return next_++;
}

absl::Status Journal::Done(Entry entry) {
  absl::MutexLock lock(&mutex_);
  if (outstanding_.erase(entry) == 0) return absl::OkStatus();
  // Emptying needs no space, so that the last one can be struck out on a full disk, too.
  absl::Status status =
      outstanding_.empty() ? TruncateTo(carried_bytes_) : AppendLine(EncodeDone(entry));
  return AdviseStateDir(status, state_dir_);
}

absl::Status Journal::AppendLine(const std::string& line) {
  absl::Status status = WriteAll(file_.get(), line);
  if (status.ok() && fdatasync(file_.get()) != 0) {
    status = ErrnoStatus("writing the journal to disk", errno);
  }
  if (status.ok()) {
    size_bytes_ += static_cast<int64_t>(line.size());
  } else {
    // Half a line must not spoil the next one.
    TruncateTo(size_bytes_).IgnoreError();
  }
  return status;
}

absl::Status Journal::TruncateTo(int64_t size_bytes) {
  if (ftruncate(file_.get(), size_bytes) != 0) return ErrnoStatus("emptying the journal", errno);
  if (fdatasync(file_.get()) != 0) return ErrnoStatus("writing the journal to disk", errno);
  size_bytes_ = size_bytes;
  return absl::OkStatus();
}

}  // namespace bench
