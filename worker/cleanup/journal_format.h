// The journal as text. Pure.
//
// A line: CHECKSUM NUMBER "cgroup" PATH | "process" PID START_TICKS BOOT_ID | "file" PATH |
// "knob" INODE BOOT_ID PATH TAB TEXT | "done".
// "done" strikes out the entry of that number. Paths and texts are escaped as in C, so a line is a
// line whatever a path holds; the checksum tells a damaged or partial one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bench {

struct JournalEntry {
  // A knob is a file of a control group that is not ours; its text is put back.
  enum class Kind { kCgroup, kProcess, kFile, kKnob };
  int64_t number = 0;
  Kind kind = Kind::kFile;
  std::string path;  // of a cgroup, a file or a knob
  pid_t pid = 0;
  uint64_t start_ticks = 0;
  std::string boot_id;           // start_ticks and inodes begin anew with each boot; "" = not known
  uint64_t directory_inode = 0;  // of a knob: which group of that name it was
  std::string text;              // of a knob: what it held
};

std::string EncodeEntry(const JournalEntry& entry);
std::string EncodeDone(int64_t number);

struct JournalContents {
  std::vector<JournalEntry> pending;  // not struck out, in the order of the text
  std::vector<std::string> problems;  // damaged lines
};
JournalContents ParseJournal(absl::string_view text);

// "the control group /sys/fs/cgroup/…", "process 12", "the file /bin/…".
std::string Describe(const JournalEntry& entry);

// Whether the replay may touch it: only what carries our prefix in its own name, and the limits of
// control groups. A damaged journal must never delete or write anything else.
absl::Status CheckUndoable(const JournalEntry& entry);

}  // namespace bench
