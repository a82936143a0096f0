#include "worker/cleanup/journal_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

JournalEntry File(int64_t number, const std::string& path) {
  return {.number = number, .kind = JournalEntry::Kind::kFile, .path = path};
}
JournalEntry Group(int64_t number, const std::string& path) {
  return {.number = number, .kind = JournalEntry::Kind::kCgroup, .path = path};
}
JournalEntry Process(int64_t number, pid_t pid) {
  return {.number = number,
          .kind = JournalEntry::Kind::kProcess,
          .pid = pid,
          .start_ticks = 123456789012,
          .boot_id = "12345678-abcd"};
}

JournalEntry Knob(int64_t number, const std::string& path, const std::string& text) {
  return {.number = number,
          .kind = JournalEntry::Kind::kKnob,
          .path = path,
          .boot_id = "12345678-abcd",
          .directory_inode = 98765432109,
          .text = text};
}

TEST(JournalFormat, ReadsWhatItWrites) {
  auto contents =
      ParseJournal(EncodeEntry(Group(1, "/sys/fs/cgroup/falco-bench-a")) +
                   EncodeEntry(Process(2, 4242)) + EncodeEntry(File(3, "/bin/falco-bench-b")));
  EXPECT_THAT(contents.problems, IsEmpty());
  ASSERT_THAT(contents.pending, SizeIs(3));
  EXPECT_EQ(contents.pending[0].kind, JournalEntry::Kind::kCgroup);
  EXPECT_EQ(contents.pending[0].path, "/sys/fs/cgroup/falco-bench-a");
  EXPECT_EQ(contents.pending[1].kind, JournalEntry::Kind::kProcess);
  EXPECT_EQ(contents.pending[1].pid, 4242);
  EXPECT_EQ(contents.pending[1].start_ticks, 123456789012u);
  EXPECT_EQ(contents.pending[1].boot_id, "12345678-abcd");
  EXPECT_EQ(contents.pending[2].number, 3);
  EXPECT_EQ(contents.pending[2].path, "/bin/falco-bench-b");
}

TEST(JournalFormat, OneEntryIsOneLineWhateverThePathHolds) {
  for (const std::string& path :
       {std::string("/a b/c\nd\r\t\\n\"'"), std::string("/\xff\xfe\x01"),
        std::string("/nul\0inside", 11), std::string("/tail "), std::string("/\n7 done\n")}) {
    const std::string line = EncodeEntry(File(7, path));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    auto contents = ParseJournal(line);
    ASSERT_THAT(contents.pending, SizeIs(1)) << line;
    EXPECT_EQ(contents.pending[0].path, path);
  }
}

TEST(JournalFormat, KeepsAKnobWithItsTextWhateverBothHold) {
  for (const char* path : {"/cg/a b\\x2d/cpu.max", "/cg/tab\there/memory.max", "/\n7 done\n"}) {
    for (const char* text : {"max 100000", "-1", "", "a\tb\\n\n"}) {
      const std::string line = EncodeEntry(Knob(7, path, text));
      EXPECT_EQ(line.find('\n'), line.size() - 1);
      auto contents = ParseJournal(line);
      ASSERT_THAT(contents.pending, SizeIs(1)) << line;
      const JournalEntry& entry = contents.pending[0];
      EXPECT_EQ(entry.kind, JournalEntry::Kind::kKnob);
      EXPECT_EQ(entry.path, path);
      EXPECT_EQ(entry.text, text);
      EXPECT_EQ(entry.directory_inode, 98765432109u);
      EXPECT_EQ(entry.boot_id, "12345678-abcd");
    }
  }
}

TEST(JournalFormat, DoneStrikesOutItsEntryOnly) {
  auto contents =
      ParseJournal(EncodeEntry(File(1, "/falco-bench-a")) + EncodeEntry(File(2, "/falco-bench-b")) +
                   EncodeDone(1) + EncodeDone(99));
  ASSERT_THAT(contents.pending, SizeIs(1));
  EXPECT_EQ(contents.pending[0].path, "/falco-bench-b");
  EXPECT_THAT(contents.problems, IsEmpty());
}

TEST(JournalFormat, SkipsAndReportsDamagedLinesAndReadsTheRest) {
  const std::string good = EncodeEntry(File(2, "/falco-bench-good"));
  const std::string cut = EncodeEntry(File(3, "/falco-bench-cut")).substr(0, 20);
  auto contents = ParseJournal("garbage\n\n" + good + cut);
  ASSERT_THAT(contents.pending, SizeIs(1));
  EXPECT_EQ(contents.pending[0].path, "/falco-bench-good");
  ASSERT_THAT(contents.problems, SizeIs(2));
  EXPECT_THAT(contents.problems[0], HasSubstr("garbage"));
}

TEST(JournalFormat, NoticesEachFlippedBitOfALine) {
  const std::string line = EncodeEntry(Knob(3, "/sys/fs/cgroup/x/cpu.max", "max 100000"));
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = line;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_THAT(ParseJournal(damaged).pending, IsEmpty()) << damaged;
    }
  }
}

TEST(JournalFormat, ReportsAFloodOfDamageInAFewLines) {
  std::string text;
  for (int i = 0; i < 10000; ++i) absl::StrAppend(&text, "noise ", i, "\n");
  EXPECT_THAT(ParseJournal(text).problems, SizeIs(6));
  EXPECT_THAT(ParseJournal(text).problems.back(), HasSubstr("9995 more"));
}

TEST(JournalFormat, RandomBytesAreNeverAnEntry) {
  std::mt19937 random(20240607);
  for (int round = 0; round < 500; ++round) {
    std::string noise(random() % 400, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_THAT(ParseJournal(noise).pending, IsEmpty());
    // Between good lines it costs at most its neighbours.
    const std::string good = EncodeEntry(File(1, "/falco-bench-a"));
    auto contents = ParseJournal(absl::StrCat(good, noise, "\n", good));
    EXPECT_THAT(contents.pending, SizeIs(2));
  }
}

TEST(JournalFormat, AllowsOnlyLimitsToBeWritten) {
  EXPECT_TRUE(CheckUndoable(Knob(1, "/sys/fs/cgroup/system.slice/x/cpu.max", "max 100000")).ok());
  EXPECT_FALSE(CheckUndoable(Knob(1, "/sys/fs/cgroup/x/cgroup.procs", "1")).ok());
  EXPECT_FALSE(CheckUndoable(Knob(1, "/bin/falco-bench-x", "1")).ok());
  EXPECT_FALSE(CheckUndoable(Knob(1, "/sys/fs/cgroup/x/cpu.max", "")).ok());
  // Nor is a limit ever removed.
  EXPECT_FALSE(CheckUndoable(File(1, "/sys/fs/cgroup/x/cpu.max")).ok());
}

TEST(JournalFormat, AllowsOnlyNamesWithThePrefixToBeUndone) {
  for (const char* path : {"/bin/falco-bench-x", "/tmp/a/falco-bench-", "/falco-bench-x"}) {
    EXPECT_TRUE(CheckUndoable(File(1, path)).ok()) << path;
    EXPECT_TRUE(CheckUndoable(Group(1, path)).ok()) << path;
  }
  const std::string cut_by_nul("/etc/passwd\0/falco-bench-x", 26);
  for (const std::string& path :
       {std::string(""), std::string("/"), std::string("/bin/ls"), std::string("falco-bench-x"),
        std::string("/falco-bench-x/"), std::string("/falco-bench-x/.."),
        std::string("/falco-bench-x/passwd"), std::string("/etc/xfalco-bench-"), cut_by_nul}) {
    EXPECT_FALSE(CheckUndoable(File(1, path)).ok()) << path;
    EXPECT_FALSE(CheckUndoable(Group(1, path)).ok()) << path;
  }
  EXPECT_FALSE(CheckUndoable(Process(1, 1)).ok());
  EXPECT_FALSE(CheckUndoable(Process(1, 0)).ok());
  EXPECT_FALSE(CheckUndoable(Process(1, -4)).ok());
  EXPECT_TRUE(CheckUndoable(Process(1, 4242)).ok());
}

}  // namespace
}  // namespace bench
