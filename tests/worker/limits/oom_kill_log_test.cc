#include "worker/limits/oom_kill_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::HasSubstr;

constexpr char kKilled[] =
    "6,1204,57309952076,-;Memory cgroup out of memory: Killed process 812 (falco) "
    "total-vm:29980kB, anon-rss:1792kB, file-rss:3432kB, shmem-rss:0kB, UID:0 pgtables:68kB "
    "oom_score_adj:0";

TEST(OomKilledProcess, IsNamedByTheKernel) {
  EXPECT_EQ(OomKilledProcess(kKilled), 812);
  // Linux 4.x.
  EXPECT_EQ(OomKilledProcess("3,12,5,-;Memory cgroup out of memory: Kill process 7 (falco) score "
                             "1009 or sacrifice child"),
            7);
  // With CONFIG_PRINTK_CALLER.
  EXPECT_EQ(OomKilledProcess(
                "3,12,5,-,caller=T9;Memory cgroup out of memory: Killed process 9 (a b) total"),
            9);
}

TEST(OomKilledProcess, IsNoneInAnyOtherRecord) {
  for (const char* record :
       {"", ";", "6,1,2,-", "6,1,2,-;", " SUBSYSTEM=memory",
        // The host's memory, not a limit.
        "3,1,2,-;Out of memory: Killed process 812 (falco) total-vm:1kB",
        "6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,task=falco,pid=812,uid=0",
        "6,1,2,-;falco said: Memory cgroup out of memory: Killed process 812 (falco)",
        "3,1,2,-;Memory cgroup out of memory: Killed process (falco)",
        "3,1,2,-;Memory cgroup out of memory: Killed process"}) {
    EXPECT_EQ(OomKilledProcess(record), 0) << record;
  }
}

TEST(OomKillLog, TellsWhoWasKilledSinceItWasOpened) {
  TempDir dir;
  const std::string path = dir.Write("kmsg", std::string(kKilled) + "\n");
  auto log = OomKillLog::Open(path);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_FALSE(log->Killed(812));  // one of that number, long ago
  std::ofstream(path, std::ios::app)
      << "6,1205,5,-;eth0: link is up\n SUBSYSTEM=net\n"
      << "3,1206,6,-;Memory cgroup out of memory: Killed process 900 (falco) total-vm:1kB\n";
  EXPECT_TRUE(log->Killed(900));
  EXPECT_TRUE(log->Killed(900));  // however often it is asked
  EXPECT_FALSE(log->Killed(812));
}

TEST(OomKillLog, NamesALogThatCannotBeRead) {
  TempDir dir;
  const auto log = OomKillLog::Open(dir / "absent");
  EXPECT_THAT(std::string(log.status().message()), HasSubstr(dir / "absent"));
}

TEST(OomKillLog, NeverWaitsForTheKernelToSpeak) {
  auto log = OomKillLog::Open();
  if (!log.ok()) GTEST_SKIP() << log.status().message();
  EXPECT_FALSE(log->Killed(1));
}

}  // namespace
}  // namespace bench
