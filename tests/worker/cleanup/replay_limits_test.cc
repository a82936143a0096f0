// Limits of groups that are not ours, put back from the journal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "common/os/files.h"
#include "tests/fakes/fake_cgroup_tree.h"
#include "worker/cleanup/journal.h"
#include "worker/cleanup/replay.h"
#include "worker/cleanup/state_dir.h"
#include "worker/limits/saved_knob.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReplayLimitsTest : public ::testing::Test {
 protected:
  ReplayLimitsTest() {
    FakeCgroupTree::V1(tree_);
    for (const char* mount : {"cpu", "cpuacct", "memory"}) tree_.AddGroup(mount, "docker/falco");
    Set("cpu/docker/falco/cpu.cfs_quota_us", "75000\n");
    Set("cpu/docker/falco/cpu.cfs_period_us", "50000\n");
    Set("memory/docker/falco/memory.limit_in_bytes", "8192\n");
    Set("memory/docker/falco/memory.memsw.limit_in_bytes", "16384\n");
  }
  std::string Get(const std::string& path) { return tree_.Get(tree_.root() + "/" + path); }
  void Set(const std::string& path, const std::string& text) {
    tree_.Set(tree_.root() + "/" + path, text);
  }
  // What a journal would hold of the group as it is now.
  std::vector<JournalEntry> Entries() {
    const CgroupDirectories group = {.version = 1,
                                     .cpu = tree_.root() + "/cpu/docker/falco",
                                     .cpuacct = tree_.root() + "/cpuacct/docker/falco",
                                     .memory = tree_.root() + "/memory/docker/falco"};
    std::vector<JournalEntry> entries;
    for (LimitKind kind : {LimitKind::kCpu, LimitKind::kMemory}) {
      auto knobs = ReadKnobs(group, kind);
      EXPECT_TRUE(knobs.ok()) << knobs.status();
      for (const SavedKnob& knob : *knobs) {
        entries.push_back({.number = static_cast<int64_t>(entries.size()) + 1,
                           .kind = JournalEntry::Kind::kKnob,
                           .path = knob.path,
                           .boot_id = CurrentBootId(),
                           .directory_inode = knob.directory_inode,
                           .text = knob.text});
      }
    }
    return entries;
  }
  void Change() {
    Set("cpu/docker/falco/cpu.cfs_quota_us", "25000\n");
    Set("cpu/docker/falco/cpu.cfs_period_us", "100000\n");
    Set("memory/docker/falco/memory.limit_in_bytes", "4096\n");
    Set("memory/docker/falco/memory.memsw.limit_in_bytes", "4096\n");
  }
  void ExpectRestored() {
    EXPECT_EQ(Get("cpu/docker/falco/cpu.cfs_quota_us"), "75000\n");
    EXPECT_EQ(Get("cpu/docker/falco/cpu.cfs_period_us"), "50000\n");
    EXPECT_EQ(Get("memory/docker/falco/memory.limit_in_bytes"), "8192\n");
    EXPECT_EQ(Get("memory/docker/falco/memory.memsw.limit_in_bytes"), "16384\n");
  }

  FakeCgroupTree tree_;
  ReplayReport report_;
};

TEST_F(ReplayLimitsTest, PutsThemBackWhateverTheOrderInTheJournal) {
  std::vector<JournalEntry> entries = Entries();
  for (int turn = 0; turn < 6; ++turn) {
    std::rotate(entries.begin(), entries.begin() + 1, entries.end());
    Change();
    EXPECT_THAT(ReplayEntries(tree_, entries, &report_), IsEmpty());
    ExpectRestored();
  }
  EXPECT_THAT(report_.problems, IsEmpty());
  EXPECT_THAT(report_.undone, SizeIs(12));
  EXPECT_THAT(report_.undone[0], HasSubstr("put back "));
}

TEST_F(ReplayLimitsTest, HasNothingToDoASecondTime) {
  auto entries = Entries();
  EXPECT_THAT(ReplayEntries(tree_, entries, &report_), IsEmpty());
  EXPECT_THAT(report_.undone, IsEmpty());
  EXPECT_THAT(tree_.writes(), IsEmpty());
}

TEST_F(ReplayLimitsTest, TouchesNoGroupOfAnotherBootOrInode) {
  auto rebooted = Entries();
  for (JournalEntry& entry : rebooted) entry.boot_id = "another-boot";
  auto another = Entries();
  for (JournalEntry& entry : another) ++entry.directory_inode;
  Change();
  EXPECT_THAT(ReplayEntries(tree_, rebooted, &report_), IsEmpty());
  EXPECT_THAT(ReplayEntries(tree_, another, &report_), IsEmpty());
  EXPECT_THAT(tree_.writes(), IsEmpty());
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(ReplayLimitsTest, KeepsWhatTheKernelRefusesForTheNextStart) {
  auto entries = Entries();
  Change();
  tree_.RefuseWrites("memory.limit_in_bytes", EINVAL);
  auto left = ReplayEntries(tree_, entries, &report_);
  EXPECT_THAT(left, SizeIs(3));  // the memory group's
  EXPECT_THAT(report_.problems, ElementsAre(HasSubstr("by hand: echo 8192 > ")));
  EXPECT_EQ(Get("cpu/docker/falco/cpu.cfs_quota_us"), "75000\n");
  tree_.RefuseWrites("memory.limit_in_bytes", 0);
  EXPECT_THAT(ReplayEntries(tree_, left, &report_), IsEmpty());
  ExpectRestored();
}

// A second benchmark found the limits that the first one could not put back.
TEST_F(ReplayLimitsTest, TheOldestEntryOfAFileCounts) {
  auto entries = Entries();
  Change();
  auto later = Entries();
  entries.insert(entries.end(), later.begin(), later.end());
  EXPECT_THAT(ReplayEntries(tree_, entries, &report_), IsEmpty());
  ExpectRestored();
}

TEST_F(ReplayLimitsTest, WritesNoOtherFileWhateverTheJournalSays) {
  TempDir dir;
  const std::string plain = dir.Write("memory.max", "precious\n");
  const std::string procs = tree_.root() + "/cpu/docker/falco/cgroup.procs";
  std::vector<JournalEntry> entries = Entries();
  entries.resize(1);
  const JournalEntry model = entries[0];
  Change();
  entries.clear();
  for (const auto& [path, text] :
       {std::pair<std::string, std::string>{plain, "max"},
        {procs, "1"},
        {tree_.root() + "/cpu/docker/falco/../falco/cpu.cfs_quota_us", "-1"},
        {tree_.root() + "/cpu/docker/falco/cpu.cfs_quota_us", "-1; reboot"}}) {
    JournalEntry entry = model;
    entry.path = path;
    entry.text = text;
    struct stat info = {};
    ASSERT_EQ(stat(KnobDirectory(path).c_str(), &info), 0);
    entry.directory_inode = info.st_ino;
    entries.push_back(entry);
  }
  EXPECT_THAT(ReplayEntries(tree_, entries, &report_), IsEmpty());
  EXPECT_THAT(report_.problems, SizeIs(4));
  EXPECT_THAT(tree_.writes(), IsEmpty());
  EXPECT_EQ(tree_.Get(plain), "precious\n");
}

TEST_F(ReplayLimitsTest, TheJournalRefusesWhatItWouldNotPutBack) {
  TempDir dir;
  auto journal = Journal::Open(dir / "state", &report_);
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_FALSE((*journal)->WillChangeKnob({.path = "/etc/passwd", .text = "1"}).ok());
  EXPECT_FALSE((*journal)->WillChangeKnob({.path = "/cg/memory.max", .text = "a lot"}).ok());
  auto entry =
      (*journal)->WillChangeKnob({.path = "/cg/memory.max", .directory_inode = 7, .text = "max"});
  ASSERT_TRUE(entry.ok()) << entry.status();
  auto pending = ParseJournal(*ReadFile(JournalPath(dir / "state"))).pending;
  ASSERT_THAT(pending, SizeIs(1));
  EXPECT_EQ(pending[0].boot_id, CurrentBootId());
  EXPECT_EQ(pending[0].directory_inode, 7u);
  ASSERT_TRUE((*journal)->Done(*entry).ok());
  EXPECT_EQ(*ReadFile(JournalPath(dir / "state")), "");
}

// The journal's own kernel is the real one: no ordinary file is ever written, whatever its name.
TEST_F(ReplayLimitsTest, AnOrdinaryFileOfThatNameIsReportedOnce) {
  TempDir dir;
  const std::string plain = dir.Write("memory.max", "4096\n");
  struct stat info = {};
  ASSERT_EQ(stat(dir.path().c_str(), &info), 0);
  {
    auto journal = Journal::Open(dir / "state", &report_);
    ASSERT_TRUE(journal.ok());
    ASSERT_TRUE((*journal)
                    ->WillChangeKnob({.path = plain, .directory_inode = info.st_ino, .text = "max"})
                    .ok());
  }
  ASSERT_TRUE(Journal::Open(dir / "state", &report_).ok());
  EXPECT_THAT(report_.problems, ElementsAre(HasSubstr("is not a control group")));
  EXPECT_EQ(tree_.Get(plain), "4096\n");
  ASSERT_TRUE(Journal::Open(dir / "state", &report_).ok());
  EXPECT_THAT(report_.problems, SizeIs(1));
}

}  // namespace
}  // namespace bench
