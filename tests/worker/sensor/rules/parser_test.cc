#include "worker/sensor/rules/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/fakes/fake_proc_source.h"
#include "tests/worker/sensor/event_maker.h"

namespace bench::sensor {
namespace {

using ::testing::HasSubstr;

class ConditionTest : public testing::Test {
 protected:
  ConditionTest() {
    const char* names[] = {"systemd", "sshd", "bash", "cat"};
    for (int i = 0; i < 4; ++i) {
      ProcessFacts facts;
      facts.name = names[i];
      facts.parent_pid = 9 + i;
      facts.args = {names[i], "-x"};
      proc_.processes[10 + i] = facts;
    }
    event_ = Interpreted(interpreter_,
                         MakeEvent(EventType::kOpenat, 13, {-100, 0, 0, 0}, 5, Nul("/etc/shadow")));
    vocabulary_.lists["readers"] = {"sudo", "cat"};
    vocabulary_.macros["opened"] = "evt.type in (open, openat)";
    vocabulary_.macros["both"] = "opened and fd.num>=0";
  }

  bool Matches(const char* text) {
    absl::StatusOr<ConditionPtr> condition = ParseCondition(text, vocabulary_);
    EXPECT_TRUE(condition.ok()) << condition.status();
    return condition.ok() && (*condition)->Matches(event_);
  }
  std::string Refused(const char* text) {
    absl::StatusOr<ConditionPtr> condition = ParseCondition(text, vocabulary_);
    EXPECT_FALSE(condition.ok()) << text;
    return std::string(condition.status().message());
  }

  FakeProcSource proc_;
  ThreadTable table_{&proc_};
  Interpreter interpreter_{&table_};
  EventContext event_;
  Vocabulary vocabulary_;
};

TEST_F(ConditionTest, Compares) {
  EXPECT_TRUE(Matches("fd.name=/etc/shadow"));
  EXPECT_FALSE(Matches("fd.name != '/etc/shadow'"));
  EXPECT_TRUE(Matches("fd.num = 5 and fd.num>=5 and fd.num<6 and fd.num > 4 and fd.num<=5"));
  EXPECT_TRUE(Matches("fd.num in (1, 5)"));
  EXPECT_FALSE(Matches("fd.num in (1, 6)"));
  EXPECT_TRUE(Matches("fd.name startswith /etc and fd.name endswith dow and fd.name contains c/s"));
  EXPECT_TRUE(Matches("fd.name glob '/etc/sh*w' and not fd.name glob '/etc'"));
  EXPECT_TRUE(Matches("evt.is_open_read=true and evt.is_open_write=false"));
}

TEST_F(ConditionTest, PmatchTakesWholeComponents) {
  EXPECT_TRUE(Matches("fd.name pmatch (/usr, /etc)"));
  EXPECT_TRUE(Matches("fd.name pmatch (/etc/shadow)"));
  EXPECT_FALSE(Matches("fd.name pmatch (/et, /etc/shad)"));
}

TEST_F(ConditionTest, AndBindsTighterThanOr) {
  EXPECT_TRUE(Matches("fd.num=5 or fd.num=1 and fd.num=2"));
  EXPECT_FALSE(Matches("(fd.num=5 or fd.num=1) and fd.num=2"));
  EXPECT_TRUE(Matches("not fd.num=1 and not (fd.num=2 or fd.num=3)"));
}

TEST_F(ConditionTest, UsesListsAndMacros) {
  EXPECT_TRUE(Matches("both and proc.name in (readers)"));
  EXPECT_FALSE(Matches("both and not proc.name in (readers, other)"));
  EXPECT_FALSE(Matches("proc.name in ('readers')")) << "quoted: the word itself";
}

TEST_F(ConditionTest, LooksAtAncestors) {
  EXPECT_TRUE(Matches("proc.pname=bash and proc.aname[2]=sshd and proc.aname[3]=systemd"));
  EXPECT_TRUE(Matches("proc.aname in (sshd)"));
  EXPECT_FALSE(Matches("proc.aname in (cat)")) << "itself is no ancestor";
  EXPECT_TRUE(Matches("proc.pcmdline='bash -x'"));
}

TEST_F(ConditionTest, WhatIsUnknownEqualsNothing) {
  EXPECT_FALSE(Matches("fs.path.target=x"));
  EXPECT_FALSE(Matches("proc.aname[8]=x"));
  EXPECT_TRUE(Matches("proc.aname[8]!=x and not proc.aname[8] exists and proc.pname exists"));
}

TEST_F(ConditionTest, KnowsWhichEventsCanMatch) {
  auto count = [&](const char* text) {
    return (*ParseCondition(text, vocabulary_))->Types().count();
  };
  EXPECT_EQ(count("evt.type=setns and fd.num>=0"), 1u);
  EXPECT_EQ(count("evt.type=setns or evt.type in (open, openat)"), 3u);
  EXPECT_EQ(count("evt.type=execve"), 2u) << "started, and failed to start";
  EXPECT_EQ(count("fd.num>=0"), static_cast<size_t>(kEventTypes));
  EXPECT_EQ(count("not evt.type=setns"), static_cast<size_t>(kEventTypes));
}

TEST_F(ConditionTest, SaysWhatItDoesNotUnderstand) {
  EXPECT_THAT(Refused("fd.nam=/etc"), HasSubstr(">>fd.nam"));
  EXPECT_THAT(Refused("fd.name ~ x"), HasSubstr("operator"));
  EXPECT_THAT(Refused("fd.num=five"), HasSubstr("\"five\""));
  EXPECT_THAT(Refused("evt.is_open_read=yes"), HasSubstr("true or false"));
  EXPECT_THAT(Refused("(fd.num=5"), HasSubstr("\")\""));
  EXPECT_THAT(Refused("fd.num=5 fd.num=6"), HasSubstr("\"and\""));
  EXPECT_THAT(Refused("fd.name in (a, b"), HasSubstr("\")\""));
  EXPECT_THAT(Refused("fd.name in"), HasSubstr("\"(\""));
  EXPECT_THAT(Refused("fd.name='x"), HasSubstr("unclosed"));
  EXPECT_THAT(Refused(""), HasSubstr("expected a condition"));
  EXPECT_THAT(Refused("proc.name[2]=x"), HasSubstr("expected a field"));
}

TEST_F(ConditionTest, RefusesEndlessNesting) {
  vocabulary_.macros["self"] = "not self";
  EXPECT_THAT(Refused("self"), HasSubstr("nested too deep"));
  EXPECT_THAT(Refused((std::string(1000, '(') + "fd.num=1").c_str()), HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace bench::sensor
