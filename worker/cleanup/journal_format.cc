#include "worker/cleanup/journal_format.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "worker/actions/action.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/saved_knob.h"

namespace bench {
namespace {

constexpr size_t kMaxReportedProblems = 5;
constexpr char kUnknownBoot[] = "-";

// FNV-1a: against torn and garbled lines, not against malice.
uint32_t Checksum(absl::string_view text) {
  uint32_t hash = 2166136261u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

std::string Seal(const std::string& body) {
  return absl::StrCat(absl::Hex(Checksum(body), absl::kZeroPad8), " ", body, "\n");
}

struct Line {
  JournalEntry entry;
  bool done = false;
};

bool ParsePath(absl::string_view text, std::string* path) {
  return absl::CUnescape(text, path) && !path->empty();
}

bool ParseKnob(absl::string_view text, JournalEntry* entry) {
  std::vector<absl::string_view> fields = absl::StrSplit(text, absl::MaxSplits(' ', 2));
  if (fields.size() != 3 || !absl::SimpleAtoi(fields[0], &entry->directory_inode)) return false;
  if (fields[1] != kUnknownBoot) entry->boot_id = std::string(fields[1]);
  // An escaped text has no tab.
  std::vector<absl::string_view> path_and_text = absl::StrSplit(fields[2], '\t');
  return path_and_text.size() == 2 && ParsePath(path_and_text[0], &entry->path) &&
         absl::CUnescape(path_and_text[1], &entry->text);
}

std::string BootField(const JournalEntry& entry) {
  return entry.boot_id.empty() ? kUnknownBoot : entry.boot_id;
}

std::optional<Line> ParseLine(absl::string_view text) {
  std::vector<absl::string_view> sealed = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  if (sealed.size() != 2 ||
      sealed[0] != absl::StrCat(absl::Hex(Checksum(sealed[1]), absl::kZeroPad8))) {
    return std::nullopt;
  }
  std::vector<absl::string_view> fields = absl::StrSplit(sealed[1], absl::MaxSplits(' ', 2));
  Line line;
  if (fields.size() < 2 || !absl::SimpleAtoi(fields[0], &line.entry.number)) return std::nullopt;
  const absl::string_view kind = fields[1];
  if (kind == "done" && fields.size() == 2) {
    line.done = true;
    return line;
  }
  if (fields.size() != 3) return std::nullopt;
  if (kind == "process") {
    line.entry.kind = JournalEntry::Kind::kProcess;
    std::vector<absl::string_view> ids = absl::StrSplit(fields[2], ' ');
    if (ids.size() != 3 || !absl::SimpleAtoi(ids[0], &line.entry.pid) ||
        !absl::SimpleAtoi(ids[1], &line.entry.start_ticks)) {
      return std::nullopt;
    }
    if (ids[2] != kUnknownBoot) line.entry.boot_id = std::string(ids[2]);
    return line;
  }
  if (kind == "knob") {
    line.entry.kind = JournalEntry::Kind::kKnob;
    if (!ParseKnob(fields[2], &line.entry)) return std::nullopt;
    return line;
  }
  if (kind != "cgroup" && kind != "file") return std::nullopt;
  line.entry.kind = kind == "cgroup" ? JournalEntry::Kind::kCgroup : JournalEntry::Kind::kFile;
  if (!ParsePath(fields[2], &line.entry.path)) return std::nullopt;
  return line;
}

}  // namespace

std::string EncodeEntry(const JournalEntry& entry) {
  switch (entry.kind) {
    case JournalEntry::Kind::kCgroup:
      return Seal(absl::StrCat(entry.number, " cgroup ", absl::CEscape(entry.path)));
    case JournalEntry::Kind::kFile:
      return Seal(absl::StrCat(entry.number, " file ", absl::CEscape(entry.path)));
    case JournalEntry::Kind::kKnob:
      return Seal(absl::StrCat(entry.number, " knob ", entry.directory_inode, " ", BootField(entry),
                               " ", absl::CEscape(entry.path), "\t", absl::CEscape(entry.text)));
    case JournalEntry::Kind::kProcess:
      break;
  }
  return Seal(absl::StrCat(entry.number, " process ", entry.pid, " ", entry.start_ticks, " ",
                           BootField(entry)));
}

std::string EncodeDone(int64_t number) {
  return Seal(absl::StrCat(number, " done"));
}

JournalContents ParseJournal(absl::string_view text) {
  JournalContents contents;
  size_t damaged = 0;
  for (absl::string_view text_line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::optional<Line> line = ParseLine(text_line);
    if (!line) {
      if (++damaged <= kMaxReportedProblems) {
        contents.problems.push_back(absl::StrCat("skipped a damaged line of the journal: \"",
                                                 absl::CHexEscape(text_line.substr(0, 80)), "\""));
      }
      continue;
    }
    auto& pending = contents.pending;
    if (line->done) {
      pending.erase(std::remove_if(pending.begin(), pending.end(),
                                   [&](const JournalEntry& entry) {
                                     return entry.number == line->entry.number;
                                   }),
                    pending.end());
    } else {
      pending.push_back(std::move(line->entry));
    }
  }
  if (damaged > kMaxReportedProblems) {
    contents.problems.push_back(absl::StrCat("skipped ", damaged - kMaxReportedProblems,
                                             " more damaged lines of the journal"));
  }
  return contents;
}

std::string Describe(const JournalEntry& entry) {
  switch (entry.kind) {
    case JournalEntry::Kind::kCgroup:
      return absl::StrCat("the control group ", entry.path);
    case JournalEntry::Kind::kFile:
      return absl::StrCat("the file ", entry.path);
    case JournalEntry::Kind::kKnob:
      return absl::StrCat("the limit ", entry.path, " (it was \"", entry.text, "\")");
    case JournalEntry::Kind::kProcess:
      break;
  }
  return absl::StrCat("process ", entry.pid);
}

absl::Status CheckUndoable(const JournalEntry& entry) {
  if (entry.kind == JournalEntry::Kind::kProcess) {
    if (entry.pid > 1) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(Describe(entry), " can't be one of ours"));
  }
  if (entry.kind == JournalEntry::Kind::kKnob) {
    if (CheckSavedKnob(entry.path, entry.text).ok()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(absl::CHexEscape(Describe(entry)),
                     " is not ours to write: it is no limit of a control group"));
  }
  const absl::string_view path = entry.path;
  const absl::string_view prefix =
      entry.kind == JournalEntry::Kind::kCgroup ? kCgroupPrefix : kMarkerPrefix;
  // A NUL would cut the path short for the kernel, and the name we look at would not be the one
  // that is removed.
  const size_t slash = path.rfind('/');
  if (absl::StartsWith(path, "/") && !absl::StrContains(path, '\0') &&
      absl::StartsWith(path.substr(slash + 1), prefix)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(absl::CHexEscape(Describe(entry)),
                   " is not ours to remove: its name does not begin with ", prefix));
}

}  // namespace bench
