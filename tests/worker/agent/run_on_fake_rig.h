// A run that the executor takes from its assignment to its outcome, on a rig that takes no time.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/fake_rig.h"
#include "worker/agent/run_executor.h"

namespace bench {

struct RecordingSink final : RunSink {
  void OnProgress(const v1::Progress& progress) override { notes.push_back(progress.note()); }
  void OnTrial(const v1::Trial& trial, const std::vector<v1::Sample>& samples) override {
    trials.push_back(trial);
    sample_count += samples.size();
  }
  void OnManifest(const v1::Manifest& manifest) override { manifests.push_back(manifest); }
  void OnBaseline(const v1::Baseline&) override { ++baselines; }
  void OnCalibration(const std::vector<v1::ActionCalibration>& units) override {
    calibrations += static_cast<int>(units.size());
  }
  std::vector<std::string> notes;
  std::vector<v1::Trial> trials;
  size_t sample_count = 0;
  std::vector<v1::Manifest> manifests;
  int baselines = 0;
  int calibrations = 0;
};

class RunOnFakeRig : public ::testing::Test {
 protected:
  RunOnFakeRig() {
    assignment_.set_run_id("r-1");
    assignment_.set_epoch(1);
    assignment_.set_attempt(1);
    assignment_.mutable_cell()->set_cpu_millis(200);
    v1::SweepSpec& spec = *assignment_.mutable_spec();
    spec.set_method("search");
    spec.set_profile("recipe");
    spec.set_precision(0.1);
    spec.set_round_duration_sec(10);
    spec.set_run_timeout_sec(3600);
  }

  RunOutcome Execute(FakeRig::Script script) {
    RunExecutor executor(
        assignment_,
        [&](const v1::Assignment&, Rig::ProgressSink progress, const std::atomic<bool>&) {
          return ChosenRig{std::make_unique<FakeRig>(script, &calls_, std::move(progress)),
                           "took the fake sensor"};
        },
        sink_, host_, [this] { return NextLook(); }, cancelled_, RealClock());
    return executor.Execute();
  }

  // Of each 100 ticks between two looks 20 are stolen; a kernel without PSI.
  HostLoadReading NextLook() {
    HostLoadReading look;
    look.at = absl::Seconds(++looks_);
    look.cpu = CpuTicks{.total = looks_ * 100, .steal = looks_ * 20};
    return look;
  }

  int looks_ = 0;
  v1::Assignment assignment_;
  HostFacts host_;
  RecordingSink sink_;
  FakeRig::Calls calls_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace bench
