#include "worker/sensor/rules/builtin.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "tests/fakes/fake_proc_source.h"
#include "tests/worker/sensor/event_maker.h"

namespace bench::sensor {
namespace {

class BuiltinRulesTest : public testing::Test {
 protected:
  BuiltinRulesTest() : engine_(*RuleEngine::Make(BuiltinRules(), BuiltinVocabulary())) {
    AddProcess(20, "bash", 1);
    AddProcess(21, "bench-generator", 20);
    AddProcess(22, "sudo", 20);
    AddProcess(23, "dpkg", 20);
    AddProcess(24, "preinst", 23);
    AddProcess(25, "nginx", 1);
    AddProcess(26, "runc", 1);
  }
  void AddProcess(pid_t pid, const char* name, pid_t parent) {
    ProcessFacts facts;
    facts.name = name;
    facts.parent_pid = parent;
    facts.args = {name, "--marker", "trial-7"};
    proc_.processes[pid] = facts;
  }

  std::string Match(const MadeEvent& made) {
    const Rule* rule = engine_.FirstMatch(Interpreted(interpreter_, made));
    return rule == nullptr ? "" : rule->name;
  }
  std::string Open(pid_t pid, const char* path, int flags, int64_t ret = 5) {
    return Match(MakeEvent(EventType::kOpenat, pid, {AT_FDCWD, 0, flags, 0644}, ret, Nul(path)));
  }

  FakeProcSource proc_;
  ThreadTable table_{&proc_};
  Interpreter interpreter_{&table_};
  RuleEngine engine_;
};

TEST_F(BuiltinRulesTest, AreAsManyAsFalcosStableOnesAndNamedApart) {
  EXPECT_GE(engine_.rules().size(), 28u);
  std::set<std::string> names;
  for (const Rule& rule : engine_.rules()) names.insert(rule.name);
  EXPECT_EQ(names.size(), engine_.rules().size());
}

TEST_F(BuiltinRulesTest, AreEachIndexedByTheirEvents) {
  for (const Rule& rule : engine_.rules()) {
    const size_t types = rule.condition->Types().count();
    EXPECT_GT(types, 0u) << rule.name;
    EXPECT_LT(types, 10u) << rule.name;
  }
}

TEST_F(BuiltinRulesTest, TheRecipesActionsMatchTheirRules) {
  EXPECT_EQ(Open(21, "/etc/shadow", O_RDONLY), "Read sensitive file untrusted");
  EXPECT_EQ(Match(MakeEvent(EventType::kSetns, 21, {0, 0}, -EINVAL)), "Change thread namespace");
  EXPECT_EQ(Open(21, "/bin/falco-bench-r1-0", O_WRONLY), "Write below binary dir");
  EXPECT_EQ(engine_.matches_total(), 3);
}

TEST_F(BuiltinRulesTest, WhatTheRecipeDoesBesidesMatchesNothing) {
  Open(21, "/etc/shadow", O_RDONLY);
  EXPECT_EQ(Match(MakeEvent(EventType::kClose, 21, {5}, 0)), "");
  EXPECT_EQ(Match(MakeEvent(EventType::kUnlink, 21, {}, 0, Nul("/bin/falco-bench-r1-0"))), "");
  EXPECT_EQ(Match(MakeEvent(EventType::kMknodat, 21, {AT_FDCWD}, 0, Nul("/bin/falco-bench-x"))),
            "");
  EXPECT_EQ(Match(MakeEvent(EventType::kClose, 21, {-1}, -EBADF)), "");
  EXPECT_EQ(Open(21, "/dev/shm/falco-bench-filler", O_RDONLY), "");
  EXPECT_EQ(Open(21, "/tmp/falco-bench-filler", O_RDWR | O_CREAT), "");
}

TEST_F(BuiltinRulesTest, AFailedOpenIsNoAlert) {
  EXPECT_EQ(Open(21, "/etc/shadow", O_RDONLY, -EACCES), "");
  EXPECT_EQ(Open(21, "/bin/x", O_WRONLY, -EROFS), "");
}

TEST_F(BuiltinRulesTest, TrustedProgramsAreLeftAlone) {
  EXPECT_EQ(Open(22, "/etc/shadow", O_RDONLY), "");
  EXPECT_EQ(Open(23, "/usr/bin/new", O_WRONLY | O_CREAT), "");
  EXPECT_EQ(Open(24, "/usr/bin/new", O_WRONLY | O_CREAT), "");
  EXPECT_EQ(Match(MakeEvent(EventType::kSetns, 26, {4, 0}, 0)), "");
}

TEST_F(BuiltinRulesTest, OtherRulesMatchWhatTheyAreFor) {
  EXPECT_EQ(Open(25, "/etc/shadow", O_RDONLY), "Sensitive file read by a server");
  EXPECT_EQ(Open(21, "/root/.ssh/id_ed25519", O_RDONLY),
            "Private key read by an untrusted program");
  EXPECT_EQ(Open(21, "/usr/lib/libx.so", O_WRONLY), "Write below library dir");
  EXPECT_EQ(Open(21, "/etc/cron.d/x", O_WRONLY), "Write below /etc by an untrusted program");
  EXPECT_EQ(Open(21, "/var/log/auth.log", O_WRONLY | O_TRUNC), "Log file emptied");
  EXPECT_EQ(Open(21, "/root/.ssh/authorized_keys", O_WRONLY), "SSH keys added to those authorized");
  EXPECT_EQ(Open(21, "/dev/hidden", O_WRONLY | O_CREAT), "File created below /dev");
  EXPECT_EQ(Match(MakeEvent(EventType::kFchmodat, 21, {AT_FDCWD, 0, S_ISUID | 0755}, 0, Nul("/x"))),
            "Set-user-id bit set");
  EXPECT_EQ(Match(MakeExec(21, 25, "sh", "/bin/sh", Nul("sh") + Nul("-c") + Nul("id"))),
            "Shell started by a server");
}

TEST_F(BuiltinRulesTest, AWrongTableIsRefusedWithTheRulesName) {
  auto engine = RuleEngine::Make({{"Broken", "Notice", "evt.typ=x", "", {}}}, {});
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.status().message().find("Broken"), absl::string_view::npos);
  engine = RuleEngine::Make({{"Output", "Notice", "evt.type=open", "%fd.nope", {}}}, {});
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.status().message().find("fd.nope"), absl::string_view::npos);
}

}  // namespace
}  // namespace bench::sensor
