#include "worker/sensor/state/interpreter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/fakes/fake_proc_source.h"
#include "tests/worker/sensor/event_maker.h"

namespace bench::sensor {
namespace {

class InterpreterTest : public testing::Test {
 protected:
  InterpreterTest() {
    ProcessFacts facts;
    facts.name = "app";
    facts.cwd = "/srv";
    proc_.processes[50] = facts;
  }
  EventContext Do(const MadeEvent& made) { return Interpreted(interpreter_, made); }
  EventContext Openat(int dirfd, const char* path, int flags, int64_t ret) {
    return Do(MakeEvent(EventType::kOpenat, 50, {dirfd, 0, flags, 0}, ret, Nul(path)));
  }
  FdTable& fds() { return *table_.Get(50, 50)->process->fds; }

  FakeProcSource proc_;
  ThreadTable table_{&proc_};
  Interpreter interpreter_{&table_};
};

TEST_F(InterpreterTest, AnOpenIsKnownByItsPathUntilTheClose) {
  EventContext opened = Openat(AT_FDCWD, "../etc/./shadow", O_RDONLY | O_CLOEXEC, 3);
  EXPECT_EQ(opened.fd_name, "/etc/shadow");
  EXPECT_EQ(opened.raw_path, "../etc/./shadow");
  EXPECT_EQ(opened.fd, 3);
  EXPECT_EQ(opened.fd_kind, FdKind::kFile);
  EventContext closed = Do(MakeEvent(EventType::kClose, 50, {3}, 0));
  EXPECT_EQ(closed.fd_name, "/etc/shadow");
  EXPECT_EQ(fds().size(), 0u);
  EXPECT_EQ(Do(MakeEvent(EventType::kClose, 50, {3}, -EBADF)).fd_name, "");
}

TEST_F(InterpreterTest, AFailedOpenLeavesNothingOpen) {
  EventContext failed = Openat(AT_FDCWD, "/none", O_RDONLY, -ENOENT);
  EXPECT_EQ(failed.fd_name, "/none");
  EXPECT_EQ(failed.fd, -1);
  EXPECT_EQ(fds().size(), 0u);
}

TEST_F(InterpreterTest, PathsFollowTheDirectoryDescriptor) {
  Openat(AT_FDCWD, "/var/log", O_RDONLY | O_DIRECTORY, 4);
  EXPECT_EQ(Openat(4, "syslog", O_RDONLY, 5).fd_name, "/var/log/syslog");
  EXPECT_EQ(Openat(77, "x", O_RDONLY, 6).fd_name, "<UNKNOWN>/x");
}

TEST_F(InterpreterTest, PathsFollowTheWorkingDirectory) {
  Do(MakeEvent(EventType::kChdir, 50, {}, 0, Nul("data")));
  EXPECT_EQ(Openat(AT_FDCWD, "f", O_RDONLY, 3).fd_name, "/srv/data/f");
  Do(MakeEvent(EventType::kChdir, 50, {}, -ENOENT, Nul("/nowhere")));
  EXPECT_EQ(Openat(AT_FDCWD, "f", O_RDONLY, 3).fd_name, "/srv/data/f");
  Openat(AT_FDCWD, "/opt", O_RDONLY | O_DIRECTORY, 4);
  Do(MakeEvent(EventType::kFchdir, 50, {4}, 0));
  EXPECT_EQ(Openat(AT_FDCWD, "f", O_RDONLY, 3).fd_name, "/opt/f");
}

TEST_F(InterpreterTest, CreatAndOpenTakeTheirFlagsFromWhereTheyStand) {
  EventContext created = Do(MakeEvent(EventType::kCreat, 50, {0, 0600}, 3, Nul("/a")));
  EXPECT_EQ(created.open_flags, static_cast<uint32_t>(O_CREAT | O_WRONLY | O_TRUNC));
  EventContext opened = Do(MakeEvent(EventType::kOpen, 50, {0, O_RDWR}, 3, Nul("/a")));
  EXPECT_EQ(opened.open_flags, static_cast<uint32_t>(O_RDWR));
}

TEST_F(InterpreterTest, DuplicatesAreKnownByTheOriginal) {
  Openat(AT_FDCWD, "/a", O_RDONLY, 3);
  Do(MakeEvent(EventType::kDup2, 50, {3, 1}, 1));
  Do(MakeEvent(EventType::kFcntl, 50, {3, F_DUPFD_CLOEXEC, 10}, 10));
  ASSERT_NE(fds().Find(1), nullptr);
  EXPECT_EQ(fds().Find(1)->name, "/a");
  EXPECT_TRUE(fds().Find(10)->close_on_exec);
  Do(MakeEvent(EventType::kDup, 50, {3}, -EMFILE));
  EXPECT_EQ(fds().size(), 3u);
}

TEST_F(InterpreterTest, PipesMakeTwoDescriptors) {
  Do(MakeEvent(EventType::kPipe2, 50, {7, 8}, 0));
  EXPECT_EQ(fds().size(), 2u);
  EXPECT_EQ(fds().Find(8)->kind, FdKind::kPipe);
}

TEST_F(InterpreterTest, AConnectNamesItsSocket) {
  Do(MakeEvent(EventType::kSocket, 50, {AF_INET, SOCK_STREAM | SOCK_CLOEXEC}, 4));
  EXPECT_TRUE(fds().Find(4)->close_on_exec);
  sockaddr_in peer = {};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(80);
  peer.sin_addr.s_addr = htonl(0xA9FEA9FE);
  std::string data(reinterpret_cast<const char*>(&peer), sizeof peer);
  EventContext connected = Do(MakeEvent(EventType::kConnect, 50, {4}, -EINPROGRESS, data));
  EXPECT_EQ(connected.peer_address, "169.254.169.254");
  EXPECT_EQ(connected.peer_port, 80);
  EXPECT_EQ(connected.fd_name, "->169.254.169.254:80");
  EXPECT_EQ(Do(MakeEvent(EventType::kClose, 50, {4}, 0)).fd_name, "->169.254.169.254:80");
}

TEST_F(InterpreterTest, NameAndPathSurviveTruncatedAndOddData) {
  EXPECT_EQ(Do(MakeEvent(EventType::kConnect, 50, {4}, 0, "\x02")).peer_address, "");
  EXPECT_EQ(Do(MakeEvent(EventType::kExec, 50, {1, 2, 3}, 0, "short")).thread->name, "app");
  EXPECT_EQ(Do(MakeEvent(EventType::kOpen, 50, {}, 3, "no terminator")).fd_name,
            "/srv/no terminator");
  EXPECT_EQ(Do(MakeEvent(static_cast<EventType>(9999), 50, {}, 0)).fd, -1);
}

TEST_F(InterpreterTest, RenamesHaveTwoPaths) {
  EventContext renamed = Do(MakeEvent(EventType::kRenameat2, 50, {AT_FDCWD, 0, AT_FDCWD, 0}, 0,
                                      Nul("old") + Nul("/tmp/new")));
  EXPECT_EQ(renamed.path, "/srv/old");
  EXPECT_EQ(renamed.second_path, "/tmp/new");
}

TEST_F(InterpreterTest, AForkAndExecAreFollowed) {
  Do(MakeFork(50, 60));
  EventContext started =
      Do(MakeExec(60, 50, "cat", "/usr/bin/cat", Nul("cat") + Nul("/etc/shadow")));
  EXPECT_EQ(started.thread->name, "cat");
  EXPECT_EQ(started.thread->process->parent_pid, 50);
  EXPECT_EQ(started.thread->process->args, (std::vector<std::string>{"cat", "/etc/shadow"}));
  EventContext ended = Do(MakeEvent(EventType::kProcExit, 60, {0, 1}, 0));
  EXPECT_EQ(ended.thread->name, "cat") << "rules may look at what just ended";
  EXPECT_EQ(table_.process_count(), 1u);
}

TEST_F(InterpreterTest, PrctlRenamesTheThread) {
  EXPECT_EQ(Do(MakeEvent(EventType::kPrctl, 50, {PR_SET_NAME}, 0, Nul("pool-1"))).thread->name,
            "pool-1");
}

TEST_F(InterpreterTest, NothingOfAnEventIsLeftInTheNext) {
  EventContext context;
  MadeEvent opened = MakeEvent(EventType::kOpen, 50, {0, O_RDWR}, 3, Nul("/a"));
  interpreter_.Interpret(opened.event, opened.data, context);
  MadeEvent next = MakeEvent(EventType::kSetns, 50, {9, 0}, -EBADF);
  interpreter_.Interpret(next.event, next.data, context);
  EXPECT_EQ(context.fd_name, "");
  EXPECT_EQ(context.raw_path, "");
  EXPECT_EQ(context.open_flags, 0u);
  EXPECT_EQ(context.fd_kind, FdKind::kUnknown);
}

}  // namespace
}  // namespace bench::sensor
