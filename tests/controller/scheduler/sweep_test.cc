#include "controller/scheduler/sweep.h"

#include <cmath>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Sweep ValidSweep() {
  Sweep sweep;
  sweep.cpu_millis = {500, 1000, 2000};
  sweep.memory_bytes = {512 << 20};
  sweep.sensor = "reference";
  sweep.profile = "recipe";
  sweep.method = "search";
  sweep.repeats = 1;
  sweep.precision = 0.05;
  sweep.round_duration_sec = 10;
  sweep.run_timeout_sec = 600;
  sweep.retries = 2;
  return sweep;
}

std::vector<std::string> Cells(const Sweep& sweep) {
  std::vector<std::string> cells;
  for (const PlannedRun& run : ExpandSweep(sweep)) {
    cells.push_back(
        absl::StrCat(run.cpu_millis, "/", run.memory_bytes, "/", run.repeat, "/", run.node));
  }
  return cells;
}

TEST(Sweep, AcceptsAnOrdinarySweep) {
  EXPECT_TRUE(ValidateSweep(ValidSweep()).ok());
}

TEST(Sweep, OrdersCpuAscendingAndMemoryDescendingWithNoLimitAsTheMost) {
  Sweep sweep = ValidSweep();
  sweep.cpu_millis = {2000, 0, 500};
  sweep.memory_bytes = {256, 0, 512};
  EXPECT_THAT(Cells(sweep),
              ElementsAre("500/0/1/", "500/512/1/", "500/256/1/", "2000/0/1/", "2000/512/1/",
                          "2000/256/1/", "0/0/1/", "0/512/1/", "0/256/1/"));
}

TEST(Sweep, MakesARunForEachRepeatAndEachNode) {
  Sweep sweep = ValidSweep();
  sweep.cpu_millis = {500};
  sweep.memory_bytes = {512};
  sweep.repeats = 2;
  EXPECT_THAT(Cells(sweep), ElementsAre("500/512/1/", "500/512/2/"));
  sweep.nodes = {"b", "a"};
  EXPECT_THAT(Cells(sweep),
              ElementsAre("500/512/1/b", "500/512/1/a", "500/512/2/b", "500/512/2/a"));
}

TEST(Sweep, TheGridOfEachSettingComesByItself) {
  Sweep sweep = ValidSweep();
  sweep.cpu_millis = {1000, 500};
  sweep.repeats = 2;
  sweep.sensor = "falco";
  sweep.settings.driver = {"modern_ebpf", "kmod"};
  sweep.settings.buffer_preset = {6, 4};
  ASSERT_TRUE(ValidateSweep(sweep).ok());
  std::vector<std::string> cells;
  for (const PlannedRun& run : ExpandSweep(sweep)) {
    if (run.repeat == 1) {
      cells.push_back(
          absl::StrCat(run.settings.driver, "/", run.settings.buffer_preset, "/", run.cpu_millis));
    }
  }
  EXPECT_THAT(cells, ElementsAre("modern_ebpf/6/500", "modern_ebpf/6/1000", "modern_ebpf/4/500",
                                 "modern_ebpf/4/1000", "kmod/6/500", "kmod/6/1000", "kmod/4/500",
                                 "kmod/4/1000"));
}

TEST(Sweep, RefusesWhatCannotBeMeasuredAndSaysWhatWouldDo) {
  const std::vector<std::pair<std::string, std::function<void(Sweep&)>>> wrong = {
      {"cpu_millis: the axis is empty", [](Sweep& s) { s.cpu_millis.clear(); }},
      {"memory_bytes: the axis is empty", [](Sweep& s) { s.memory_bytes.clear(); }},
      {"cpu_millis: 500 is given twice",
       [](Sweep& s) {
         s.cpu_millis = {500, 1000, 500};
       }},
      {"cpu_millis: -1", [](Sweep& s) { s.cpu_millis = {-1}; }},
      {"memory_bytes: -5", [](Sweep& s) { s.memory_bytes = {-5}; }},
      {"nodes: 'a' is given twice",
       [](Sweep& s) {
         s.nodes = {"a", "a"};
       }},
      {"nodes: a name is empty", [](Sweep& s) { s.nodes = {""}; }},
      {"sensor: 'falko' is not known; give one of auto, falco",
       [](Sweep& s) { s.sensor = "falko"; }},
      {"profile: ''", [](Sweep& s) { s.profile = ""; }},
      {"mix: it goes with the profile 'custom'", [](Sweep& s) { s.profile = "custom"; }},
      {"mix: it goes with the profile 'custom'", [](Sweep& s) { s.weights = {1}; }},
      {"mix: a weight is 0",
       [](Sweep& s) {
         s.profile = "custom";
         s.weights = {1, 0};
       }},
      {"mix: it has 100 parts",
       [](Sweep& s) {
         s.profile = "custom";
         s.weights.assign(100, 1);
       }},
      {"pinning: 'no'", [](Sweep& s) { s.pinning = "no"; }},
      {"method: 'guess'", [](Sweep& s) { s.method = "guess"; }},
      {"repeats: 0 is out of range; give 1 to 100", [](Sweep& s) { s.repeats = 0; }},
      {"repeats: 101", [](Sweep& s) { s.repeats = 101; }},
      {"precision: 0 is out of range", [](Sweep& s) { s.precision = 0; }},
      {"precision: 1.5", [](Sweep& s) { s.precision = 1.5; }},
      {"precision: nan", [](Sweep& s) { s.precision = std::nan(""); }},
      {"max_loss: 1", [](Sweep& s) { s.max_loss = 1; }},
      {"round_duration_sec: 0", [](Sweep& s) { s.round_duration_sec = 0; }},
      {"run_timeout_sec: -1", [](Sweep& s) { s.run_timeout_sec = -1; }},
      {"retries: -1", [](Sweep& s) { s.retries = -1; }},
      {"generators: -1", [](Sweep& s) { s.generators = -1; }},
      {"driver: 'bpf' is not known; give one of modern_ebpf, kmod, ebpf",
       [](Sweep& s) {
         s.sensor = "falco";
         s.settings.driver = {"bpf"};
       }},
      {"driver: only for --sensor falco, not for reference",
       [](Sweep& s) { s.settings.driver = {"kmod"}; }},
      {"15000 runs",
       [](Sweep& s) {
         s.repeats = 100;
         s.settings.buffer_preset.assign(50, 4);
       }},
      {"30000 runs",
       [](Sweep& s) {
         s.repeats = 100;
         s.memory_bytes.clear();
         for (int i = 1; i <= 100; ++i) s.memory_bytes.push_back(i);
       }},
  };
  for (const auto& [message, spoil] : wrong) {
    Sweep sweep = ValidSweep();
    spoil(sweep);
    absl::Status status = ValidateSweep(sweep);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }
}

TEST(Sweep, TheEndsOfTheRangesAreAllowed) {
  Sweep sweep = ValidSweep();
  sweep.precision = 1;
  sweep.repeats = 100;
  sweep.cpu_millis = {0};
  sweep.memory_bytes = {0};
  EXPECT_TRUE(ValidateSweep(sweep).ok());
}

}  // namespace
}  // namespace bench
