#include "worker/attach_falco.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

FalcoToAttachTo Falco() {
  FalcoToAttachTo falco;
  falco.facts.process = {.pid = 812, .unit = "falco-modern-bpf.service"};
  falco.facts.version.falco = "0.44.1";
  return falco;
}

TEST(AttachNote, NamesTheFalcoAndWhatStandsInTheWay) {
  FalcoToAttachTo falco = Falco();
  falco.facts.faults = {
      {"reload", false, "it watches its files", "in its falco.yaml: watch_config_files: false"}};
  EXPECT_THAT(AttachNote(falco),
              AllOf(HasSubstr("Falco 0.44.1, process 812 (falco-modern-bpf.service)"),
                    HasSubstr("\n  note: it watches its files; in its falco.yaml: watch_config")));
}

TEST(AttachNote, SaysWhereItIsRead) {
  FalcoToAttachTo falco = Falco();
  falco.feeds.counter_file = "/metrics";
  falco.feeds.no_better_alerts = "its port is taken";
  EXPECT_THAT(AttachNote(falco), HasSubstr("counters are read from its metrics file /metrics, "
                                           "alerts from nowhere (its port is taken)"));
}

TEST(AttachNote, SaysWhoIsLimitedWithIt) {
  FalcoToAttachTo falco = Falco();
  EXPECT_THAT(AttachNote(falco), Not(HasSubstr("note:")));
  falco.others_note = "its control group also holds 900 falcoctl";
  EXPECT_THAT(AttachNote(falco), HasSubstr("\n  note: its control group also holds 900 falcoctl"));
}

}  // namespace
}  // namespace bench
