#include "tests/benchctl/view/messages.h"

#include <utility>

namespace bench {

v1::Run DoneRun(const std::string& id, int cpu_millis, double lower, double upper) {
  v1::Run run;
  run.set_id(id);
  run.set_campaign_id("c1");
  run.set_node("n1");
  run.set_repeat(1);
  run.set_attempt(1);
  run.set_state(v1::Run::DONE);
  run.mutable_cell()->set_cpu_millis(cpu_millis);
  run.mutable_cell()->set_memory_bytes(512LL << 20);
  run.mutable_sensor()->set_kind("reference");
  run.mutable_sensor()->set_version("0.1.0");
  run.mutable_sensor()->set_driver("modern_ebpf");
  v1::Result* result = run.mutable_result();
  result->set_verdict(v1::Result::SUSTAINABLE);
  result->set_limited_by(v1::Result::CPU_LIMIT);
  result->mutable_sustainable()->set_syscalls_per_sec(lower);
  result->mutable_sustainable()->set_events_per_sec(lower * 1.01);
  result->mutable_sustainable()->set_actions_per_sec(lower / 50);
  result->mutable_sustainable()->set_alerts_per_sec(lower / 40);
  result->mutable_upper()->set_syscalls_per_sec(upper);
  result->set_confirmed_trials(3);
  run.mutable_usage()->set_cpu_cores(cpu_millis / 1000.0 * 0.97);
  run.mutable_usage()->set_peak_memory_bytes(123LL << 20);
  run.set_trials(14);
  run.set_duration_sec(135);
  run.mutable_started_at()->set_seconds(1767323045);  // 2026-01-02 03:04:05Z
  return run;
}

v1::GetProgressResponse ProgressOfThree() {
  v1::GetProgressResponse response;
  v1::Campaign* campaign = response.mutable_campaign();
  campaign->set_id("c1");
  campaign->set_state(v1::Campaign::RUNNING);
  campaign->set_runs_total(3);
  campaign->set_runs_ended(1);
  *response.add_runs() = DoneRun("r1", 500, 153211, 160400);
  for (const auto& [id, cpu_millis] : {std::pair("r2", 1000), std::pair("r3", 2000)}) {
    v1::Run* run = response.add_runs();
    run->set_id(id);
    run->set_campaign_id("c1");
    run->set_repeat(1);
    run->set_state(v1::Run::QUEUED);
    run->mutable_cell()->set_cpu_millis(cpu_millis);
    run->mutable_cell()->set_memory_bytes(512LL << 20);
  }
  response.mutable_runs(1)->set_state(v1::Run::RUNNING);
  response.mutable_runs(1)->set_node("n1");
  response.mutable_runs(1)->set_attempt(1);
  v1::Progress* now = response.add_progress();
  now->set_run_id("r2");
  now->set_stage("bisection");
  now->set_trial_number(7);
  now->set_offered_syscalls_per_sec(182000);
  now->set_sensor_events_per_sec(183500);
  now->set_drops(0);
  now->set_lag_ms(12);
  now->set_cpu_cores(0.81);
  now->set_lower_syscalls_per_sec(153000);
  now->set_upper_syscalls_per_sec(216000);
  now->set_elapsed_sec(65);
  now->set_stage_elapsed_sec(6);
  now->set_stage_total_sec(10);
  return response;
}

v1::Trial JudgedTrial(const std::string& run_id, int number, v1::Trial::Phase phase, double offered,
                      v1::Trial::Class classification) {
  v1::Trial trial;
  trial.set_run_id(run_id);
  trial.set_attempt(1);
  trial.set_number(number);
  trial.set_phase(phase);
  trial.set_duration_sec(10);
  trial.mutable_offered()->set_syscalls_per_sec(offered);
  trial.mutable_achieved()->set_syscalls_per_sec(offered);
  trial.set_events(static_cast<int64_t>(offered * 10));
  trial.set_lag_median_ms(12);
  trial.set_cpu_cores(0.81);
  trial.set_classification(classification);
  return trial;
}

}  // namespace bench
