#include "worker/cleanup/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"
#include "worker/cleanup/state_dir.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class JournalTest : public ::testing::Test {
 protected:
  std::unique_ptr<Journal> Open() {
    report_ = {};
    auto journal = Journal::Open(state_, &report_);
    EXPECT_TRUE(journal.ok()) << journal.status();
    return journal.ok() ? *std::move(journal) : nullptr;
  }
  std::string JournalText() {
    auto text = ReadFile(JournalPath(state_));
    return text.ok() ? *text : text.status().ToString();
  }
  std::string MakeFile(const std::string& name) {
    std::string path = dir_ / name;
    EXPECT_TRUE(WriteFile(path, "data").ok());
    return path;
  }
  std::string MakeGroup(const std::string& name) {  // an empty directory goes like a cgroup
    std::string path = dir_ / name;
    fs::create_directory(path);
    return path;
  }

  TempDir dir_;
  const std::string state_ = dir_ / "deep/state";
  ReplayReport report_;
};

TEST_F(JournalTest, UndoesWhatWasNotStruckOut) {
  const std::string kept = MakeFile("falco-bench-kept");
  const std::string file = MakeFile("falco-bench-file");
  const std::string group = MakeGroup("falco-bench-group");
  {
    auto journal = Open();
    ASSERT_TRUE(journal->WillCreateFile(file).ok());
    auto done = journal->WillCreateFile(kept);
    ASSERT_TRUE(done.ok());
    ASSERT_TRUE(journal->WillCreateCgroup(group).ok());
    ASSERT_TRUE(journal->WillCreateFile(dir_ / "falco-bench-never-made").ok());
    ASSERT_TRUE(journal->Done(*done).ok());
    EXPECT_EQ(journal->state_dir(), state_);
  }
  auto journal = Open();
  EXPECT_TRUE(PathExists(kept));
  EXPECT_FALSE(PathExists(file));
  EXPECT_FALSE(PathExists(group));
  EXPECT_THAT(report_.undone,
              ElementsAre("removed the control group " + group, "removed the file " + file));
  EXPECT_THAT(report_.problems, IsEmpty());
  EXPECT_EQ(JournalText(), "");
}

TEST_F(JournalTest, RemovesADirectoryWithAllThatIsInIt) {
  const std::string kept = MakeFile("kept");
  const std::string home = dir_ / "falco-bench-home";
  dir_.Write("falco-bench-home/.ssh/id", "data");
  fs::create_symlink(kept, home + "/.ssh/link");
  ASSERT_TRUE(Open()->WillCreateFile(home).ok());
  Open();
  EXPECT_FALSE(PathExists(home));
  EXPECT_TRUE(PathExists(kept));
  EXPECT_THAT(report_.problems, IsEmpty());
}

// What is made in it is written down by its whole path.
TEST_F(JournalTest, KnowsItsDirectoryByItsWholePath) {
  const fs::path before = fs::current_path();
  fs::current_path(dir_.path());
  auto journal = Journal::Open("relative", &report_);
  fs::current_path(before);
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ((*journal)->state_dir(), fs::canonical(dir_ / "relative").string());
}

TEST_F(JournalTest, ASecondReplayFindsNothingToDo) {
  const std::string file = MakeFile("falco-bench-file");
  ASSERT_TRUE(Open()->WillCreateFile(file).ok());
  Open();
  EXPECT_THAT(report_.undone, SizeIs(1));
  MakeFile("falco-bench-file");
  Open();
  EXPECT_THAT(report_.undone, IsEmpty());
  EXPECT_TRUE(PathExists(file));
}

TEST_F(JournalTest, AReplayThatWasKilledIsDoneAgain) {
  const std::string file = MakeFile("falco-bench-file");
  ASSERT_TRUE(Open()->WillCreateFile(file).ok());
  const std::string before = JournalText();
  Open();
  // As if it had been killed after the undoing and before the journal was replaced.
  ASSERT_TRUE(WriteFile(JournalPath(state_), before).ok());
  ASSERT_TRUE(WriteFile(JournalPath(state_) + ".new", "half a li").ok());
  Open();
  EXPECT_THAT(report_.undone, IsEmpty());
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(JournalTest, RefusesToWriteDownWhatItWouldNotUndo) {
  auto journal = Open();
  EXPECT_EQ(journal->WillCreateFile("/etc/passwd").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(journal->WillCreateCgroup("/sys/fs/cgroup/system.slice").ok());
  EXPECT_FALSE(journal->DidStartProcess(1, 0).ok());
  EXPECT_EQ(JournalText(), "");
}

TEST_F(JournalTest, ADamagedJournalDeletesNothingElse) {
  const std::string precious = MakeFile("precious");
  Open();
  // Well formed, but not ours: e.g. written by hand.
  ASSERT_TRUE(WriteFile(JournalPath(state_), EncodeEntry({.number = 1, .path = precious}) +
                                                 EncodeEntry({.number = 2,
                                                              .kind = JournalEntry::Kind::kCgroup,
                                                              .path = MakeGroup("other-group")}) +
                                                 "file " + precious + "\n")
                  .ok());
  Open();
  EXPECT_TRUE(PathExists(precious));
  EXPECT_TRUE(PathExists(dir_ / "other-group"));
  EXPECT_THAT(report_.undone, IsEmpty());
  EXPECT_THAT(report_.problems, SizeIs(3));
  // Not ours now, not ours at the next start: it is reported once.
  Open();
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(JournalTest, SurvivesRandomBytesInItsFile) {
  Open();
  std::mt19937 random(7);
  const std::string file = dir_ / "falco-bench-file";
  for (int round = 0; round < 100; ++round) {
    MakeFile("falco-bench-file");
    std::string noise(random() % 300, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    ASSERT_TRUE(
        WriteFile(JournalPath(state_),
                  absl::StrCat(noise, "\n", EncodeEntry({.number = 1, .path = file}), noise))
            .ok());
    ASSERT_NE(Open(), nullptr);
    EXPECT_FALSE(PathExists(file));
  }
}

TEST_F(JournalTest, IsEmptiedWheneverNothingIsLeftToUndo) {
  auto journal = Open();
  for (int round = 0; round < 50; ++round) {
    auto a = journal->WillCreateFile("/tmp/falco-bench-a");
    auto b = journal->WillCreateFile("/tmp/falco-bench-b");
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_NE(*a, *b);
    ASSERT_TRUE(journal->Done(*a).ok());
    EXPECT_NE(JournalText(), "");
    ASSERT_TRUE(journal->Done(*b).ok());
    EXPECT_EQ(JournalText(), "");
    EXPECT_TRUE(journal->Done(*b).ok());  // idempotent
  }
}

TEST_F(JournalTest, KeepsWhatCouldNotBeUndoneForTheNextStart) {
  const std::string group = MakeGroup("falco-bench-group");
  MakeFile("falco-bench-group/occupant");  // as a member that does not die
  ASSERT_TRUE(Open()->WillCreateCgroup(group).ok());
  {
    auto journal = Open();
    ASSERT_THAT(report_.problems, SizeIs(1));
    EXPECT_THAT(report_.problems[0], HasSubstr(group));
    auto entry = journal->WillCreateFile("/tmp/falco-bench-a");
    ASSERT_TRUE(entry.ok());
    ASSERT_TRUE(journal->Done(*entry).ok());
  }
  fs::remove(group + "/occupant");
  Open();
  EXPECT_THAT(report_.undone, ElementsAre("removed the control group " + group));
  EXPECT_THAT(report_.problems, IsEmpty());
}

TEST_F(JournalTest, KillsARecordedProcessOnlyIfItIsStillTheSame) {
  SpawnOptions options;
  options.argv = {"/bin/sleep", "100"};
  auto same = ChildProcess::Spawn(options);
  auto other = ChildProcess::Spawn(options);
  auto rebooted = ChildProcess::Spawn(options);
  ASSERT_TRUE(same.ok() && other.ok() && rebooted.ok());
  {
    auto journal = Open();
    ASSERT_TRUE(journal->DidStartProcess(same->pid(), *ProcessStartTicks(same->pid())).ok());
    ASSERT_TRUE(journal->DidStartProcess(other->pid(), 1).ok());
    ASSERT_TRUE(journal->DidStartProcess(0x3fffffff, 1).ok());
  }
  ASSERT_TRUE(
      WriteFile(JournalPath(state_),
                JournalText() + EncodeEntry({.number = 9,
                                             .kind = JournalEntry::Kind::kProcess,
                                             .pid = rebooted->pid(),
                                             .start_ticks = *ProcessStartTicks(rebooted->pid()),
                                             .boot_id = "another-boot"}))
          .ok());
  Open();
  EXPECT_THAT(report_.undone, ElementsAre(absl::StrCat("killed process ", same->pid())));
  EXPECT_THAT(report_.problems, IsEmpty());
  ASSERT_TRUE(same->Wait(absl::Seconds(10)).ok());
  EXPECT_FALSE(other->Poll().has_value());
  EXPECT_FALSE(rebooted->Poll().has_value());
}

TEST_F(JournalTest, ThreadsMayShareIt) {
  auto journal = Open();
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        auto entry = journal->WillCreateFile(absl::StrCat("/tmp/falco-bench-", t, "-", i));
        ASSERT_TRUE(entry.ok());
        if (i % 2 == 0) {
          ASSERT_TRUE(journal->Done(*entry).ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  JournalContents contents = ParseJournal(JournalText());
  EXPECT_THAT(contents.pending, SizeIs(4 * 12));
  EXPECT_THAT(contents.problems, IsEmpty());
}

TEST_F(JournalTest, SaysWhatToDoWhenTheDirectoryCannotBeMade) {
  const std::string file = MakeFile("a-file");
  ReplayReport report;
  auto journal = Journal::Open(file + "/state", &report);
  ASSERT_FALSE(journal.ok());
  EXPECT_THAT(std::string(journal.status().message()),
              AllOf(HasSubstr(file + "/state"), HasSubstr("--state-dir")));
}

// A file size limit refuses writes as a full disk does, in the middle of a line too.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = {.rlim_cur = bytes, .rlim_max = old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_;
  void (*old_handler_)(int);
};

TEST_F(JournalTest, AFullDiskLeavesNoHalfLineAndCanStillBeStruckOut) {
  auto journal = Open();
  auto first = journal->WillCreateFile("/tmp/falco-bench-first");
  ASSERT_TRUE(first.ok());
  const std::string before = JournalText();
  {
    FileSizeLimit full(before.size() + 10);
    auto second = journal->WillCreateFile("/tmp/falco-bench-second");
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(std::string(second.status().message()), HasSubstr("--state-dir"));
    EXPECT_EQ(JournalText(), before);
    EXPECT_TRUE(journal->Done(*first).ok());
  }
  EXPECT_EQ(JournalText(), "");
  EXPECT_TRUE(journal->WillCreateFile("/tmp/falco-bench-third").ok());
}

}  // namespace
}  // namespace bench
