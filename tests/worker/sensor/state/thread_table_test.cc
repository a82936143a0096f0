#include "worker/sensor/state/thread_table.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_proc_source.h"

namespace bench::sensor {
namespace {

class ThreadTableTest : public testing::Test {
 protected:
  ThreadTableTest() {
    ProcessFacts shell;
    shell.parent_pid = 1;
    shell.name = "bash";
    shell.exe_path = "/usr/bin/bash";
    shell.cwd = "/root";
    shell.args = {"bash", "-l"};
    shell.fds = {{0, {FdKind::kFile, "/dev/pts/0"}}, {255, {FdKind::kFile, "/dev/tty", true}}};
    proc_.processes[100] = shell;
    ProcessFacts init;
    init.name = "systemd";
    proc_.processes[1] = init;
  }

  ForkInfo Fork(pid_t child, bool shares_files = false) {
    ForkInfo fork;
    fork.child_tid = fork.child_pid = child;
    fork.parent_pid = 100;
    fork.shares_files = shares_files;
    return fork;
  }
  ForkInfo NewThread(pid_t tid) {
    ForkInfo fork;
    fork.child_tid = tid;
    fork.child_pid = 100;
    fork.shares_files = fork.shares_fs = true;
    return fork;
  }
  ExecInfo Exec(const char* name) {
    ExecInfo exec;
    exec.name = name;
    exec.file = std::string("bin/") + name;
    exec.args = {name, "x"};
    exec.parent_pid = 100;
    return exec;
  }

  FakeProcSource proc_;
  ThreadTable table_{&proc_};
};

TEST_F(ThreadTableTest, ReadsAProcessAtFirstSightOnly) {
  std::shared_ptr<Thread> thread = table_.Get(100, 100);
  EXPECT_EQ(thread->name, "bash");
  EXPECT_EQ(thread->process->fs->cwd, "/root");
  EXPECT_EQ(thread->process->fds->size(), 2u);
  EXPECT_EQ(table_.Get(100, 100), thread);
  EXPECT_EQ(proc_.process_reads, 1);
}

TEST_F(ThreadTableTest, KeepsANamelessEntryForWhatIsGoneAlready) {
  EXPECT_EQ(table_.Get(7, 7)->name, "");
  table_.Get(7, 7);
  EXPECT_EQ(proc_.process_reads, 1);
}

TEST_F(ThreadTableTest, ThreadsHaveNamesOfTheirOwnAndOneProcess) {
  proc_.thread_names[101] = "worker";
  std::shared_ptr<Thread> worker = table_.Get(101, 100);
  EXPECT_EQ(worker->name, "worker");
  EXPECT_EQ(worker->process, table_.Get(100, 100)->process);
  table_.SetName(*worker, "renamed");
  EXPECT_EQ(worker->process->name, "bash");
  table_.SetName(*table_.Get(100, 100), "main");
  EXPECT_EQ(worker->process->name, "main");
}

TEST_F(ThreadTableTest, AChildBeginsAsACopyOfItsParent) {
  table_.OnFork(*table_.Get(100, 100), Fork(200));
  std::shared_ptr<Process> child = table_.Get(200, 200)->process;
  EXPECT_EQ(child->name, "bash");
  EXPECT_EQ(child->parent_pid, 100);
  EXPECT_EQ(child->fds->size(), 2u);
  child->fds->Close(0);
  child->fs->cwd = "/tmp";
  EXPECT_NE(table_.Get(100, 100)->process->fds->Find(0), nullptr);
  EXPECT_EQ(table_.Get(100, 100)->process->fs->cwd, "/root");
  EXPECT_EQ(proc_.process_reads, 1) << "a forked child is known without /proc";
}

TEST_F(ThreadTableTest, AChildMayShareItsParentsDescriptors) {
  table_.OnFork(*table_.Get(100, 100), Fork(200, /*shares_files=*/true));
  std::shared_ptr<Process> child = table_.Get(200, 200)->process;
  child->fds->Close(0);
  EXPECT_EQ(table_.Get(100, 100)->process->fds->Find(0), nullptr);
  // Until it runs another program.
  table_.OnExec(200, 200, Exec("cat"));
  child->fds->Open(5, {FdKind::kFile, "/x"});
  EXPECT_EQ(table_.Get(100, 100)->process->fds->Find(5), nullptr);
}

TEST_F(ThreadTableTest, AnExecReplacesTheProgramAndClosesWhatItMust) {
  table_.OnFork(*table_.Get(100, 100), Fork(200));
  table_.OnExec(200, 200, Exec("cat"));
  std::shared_ptr<Thread> thread = table_.Get(200, 200);
  EXPECT_EQ(thread->name, "cat");
  EXPECT_EQ(thread->process->args, (std::vector<std::string>{"cat", "x"}));
  EXPECT_EQ(thread->process->exe_path, "/root/bin/cat") << "from the name, as /proc has it no more";
  EXPECT_NE(thread->process->fds->Find(0), nullptr);
  EXPECT_EQ(thread->process->fds->Find(255), nullptr);
}

TEST_F(ThreadTableTest, NothingIsLeftOfWhatExits) {
  table_.Get(100, 100);
  const size_t threads = table_.thread_count();
  const int64_t fds = table_.fd_totals().open;
  for (pid_t pid = 1000; pid < 3000; ++pid) {
    table_.OnFork(*table_.Get(100, 100), Fork(pid));
    table_.OnExec(pid, pid, Exec("true"));
    table_.Get(pid, pid)->process->fds->Open(3, {FdKind::kFile, "/x"});
    table_.OnExit(pid, true);
  }
  EXPECT_EQ(table_.thread_count(), threads);
  EXPECT_EQ(table_.process_count(), 1u);
  EXPECT_EQ(table_.fd_totals().open, fds);
}

TEST_F(ThreadTableTest, AProcessEndsWithItsLastThread) {
  table_.OnFork(*table_.Get(100, 100), NewThread(101));
  table_.OnExit(100, false);
  EXPECT_EQ(table_.process_count(), 1u);
  EXPECT_EQ(table_.Get(101, 100)->process->name, "bash");
  table_.OnExit(101, true);
  EXPECT_EQ(table_.process_count(), 0u);
  EXPECT_EQ(table_.thread_count(), 0u);
}

TEST_F(ThreadTableTest, ANumberMayBeGivenToAnotherProcess) {
  proc_.thread_names[300] = "old";
  table_.Get(300, 100);
  ProcessFacts fresh;
  fresh.name = "fresh";
  proc_.processes[300] = fresh;
  EXPECT_EQ(table_.Get(300, 300)->name, "fresh");
  EXPECT_EQ(table_.Get(300, 300)->process->pid, 300);
}

TEST_F(ThreadTableTest, AnOrphanIsGivenToItsNewParent) {
  table_.OnFork(*table_.Get(100, 100), Fork(200));
  std::shared_ptr<Process> orphan = table_.Get(200, 200)->process;
  EXPECT_EQ(table_.ParentOf(*orphan)->name, "bash");
  table_.OnExit(100, true);
  proc_.processes.erase(100);
  proc_.processes[200].parent_pid = 1;
  EXPECT_EQ(table_.ParentOf(*orphan)->name, "systemd");
}

TEST_F(ThreadTableTest, ALostParentIsNotAskedForAgainAndAgain) {
  proc_.processes[100].parent_pid = 77;  // gone already
  std::shared_ptr<Process> shell = table_.Get(100, 100)->process;
  EXPECT_EQ(table_.ParentOf(*shell), nullptr);
  const int reads = proc_.process_reads;
  EXPECT_EQ(table_.ParentOf(*shell), nullptr);
  EXPECT_EQ(proc_.process_reads, reads);
}

TEST_F(ThreadTableTest, TheSweepRemovesTheDeadAtItsSecondVisit) {
  table_.Get(100, 100);
  table_.Get(7, 7);  // never lived, or its exit was lost
  while (!table_.Sweep(1)) {
  }
  EXPECT_EQ(table_.thread_count(), 2u) << "its last events may still be queued";
  while (!table_.Sweep(1)) {
  }
  EXPECT_EQ(table_.thread_count(), 1u);
  EXPECT_EQ(table_.process_count(), 1u);
  EXPECT_EQ(table_.Get(100, 100)->name, "bash");
}

}  // namespace
}  // namespace bench::sensor
