#include "tests/benchctl/commands/fake_world.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchctl/client/remote_session.h"

namespace bench {
namespace {

class FakeSession final : public Session {
 public:
  FakeSession(FakeSessions& owner, std::unique_ptr<AdminClient> admin)
      : owner_(owner), admin_(std::move(admin)) {}
  ~FakeSession() override { FakeSession::Close(); }
  AdminClient& admin() override { return *admin_; }
  absl::Status StartWorker() override {
    ++owner_.workers_started;
    return owner_.start_worker;
  }
  absl::Status Health() const override { return owner_.health; }
  void Close() override {
    if (!std::exchange(closed_, true)) ++owner_.closed;
  }

 private:
  FakeSessions& owner_;
  const std::unique_ptr<AdminClient> admin_;
  bool closed_ = false;
};

}  // namespace

absl::Status FakeConsole::Out(absl::string_view text) {
  absl::StrAppend(&out, text);
  return out_status;
}
void FakeConsole::ErrLine(absl::string_view line) {
  absl::StrAppend(&err, line, "\n");
}
void FakeConsole::SetLiveBlock(const std::vector<std::string>& lines) {
  blocks.push_back(lines);
}

absl::Status FakeHost::CheckMix(const v1::SweepSpec& spec, MixScope /*scope*/) const {
  return Actions(spec.actions_regex()).status();
}

absl::StatusOr<v1::ActionCatalogue> FakeHost::Actions(absl::string_view actions_regex) const {
  v1::ActionCatalogue catalogue;
  for (const char* name : {"ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"}) {
    if (!absl::StrContains(name, actions_regex)) continue;
    v1::ActionDescription* action = catalogue.add_actions();
    action->set_name(name);
    action->set_enabled_by_default(name[0] == 'R');
  }
  if (catalogue.actions().empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no action matches \"", actions_regex,
                                                   "\"; there are: ReadSensitiveFileUntrusted, "
                                                   "WriteBelowBinaryDir"));
  }
  return catalogue;
}

absl::Status FakeHost::DriveLoad(const LoadJob& asked, const LoadSinks& sinks,
                                 const std::atomic<bool>& cancelled) {
  job = asked;
  sinks.say("the sensor that was taken");
  v1::SensorInfo sensor;
  sensor.set_kind("reference");
  if (!asked.dry_run) sinks.sensor(sensor);
  for (const v1::LoadRound& round : rounds) sinks.round(round);
  while (load_never_ends && !cancelled) absl::SleepFor(absl::Milliseconds(1));
  if (cancelled) return absl::CancelledError("cancelled");
  return load_status;
}

v1::DoctorReport FakeHost::Doctor(const DoctorRequest& /*request*/) const {
  return doctor;
}

absl::Status FakeTime::Arm(const char* /*last_words*/) {
  armed = true;
  return absl::OkStatus();
}

bool FakeTime::WaitFor(absl::Duration duration) {
  ++waits;
  passed += duration;
  return requested();
}

absl::StatusOr<std::unique_ptr<Session>> FakeSessions::Open(const SessionRequest& request) {
  opened.push_back(request);
  if (!request.controller.empty() && !fake_remote) return OpenRemoteSession(request.controller);
  return std::make_unique<FakeSession>(*this, controller->NewClient(request.controller));
}

FakeWorld::FakeWorld(AdminScript script) : controller(std::move(script)) {
  sessions.controller = &controller;
}

int FakeWorld::Run(std::vector<std::string> arguments) {
  auto getenv = [this](const char* name) -> const char* {
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  return RunBenchctl(std::move(arguments), {.console = console,
                                            .sessions = sessions,
                                            .host = host,
                                            .interrupts = time,
                                            .clock = time,
                                            .getenv = getenv});
}

AdminScript OneRunScript(v1::Result::Verdict verdict) {
  AdminScript script;
  v1::Campaign* campaign = script.campaign.mutable_campaign();
  campaign->set_id("c1");
  campaign->set_runs_total(1);
  v1::Run* run = script.campaign.add_runs();
  run->set_id("r1");
  run->set_campaign_id("c1");
  run->set_repeat(1);
  run->set_attempt(1);
  run->mutable_cell()->set_cpu_millis(500);
  run->mutable_cell()->set_memory_bytes(512LL << 20);

  v1::GetProgressResponse progress;
  campaign->set_state(v1::Campaign::RUNNING);
  run->set_state(v1::Run::RUNNING);
  *progress.mutable_campaign() = *campaign;
  *progress.mutable_runs() = script.campaign.runs();
  v1::Progress* now = progress.add_progress();
  now->set_run_id("r1");
  now->set_stage("baseline");
  now->set_note("sensor auto: no Falco on this host, taking the reference sensor");
  script.progress.push_back(progress);

  campaign->set_state(v1::Campaign::DONE);
  run->set_state(verdict == v1::Result::FAILED ? v1::Run::FAILED : v1::Run::DONE);
  run->mutable_result()->set_verdict(verdict);
  run->mutable_result()->mutable_sustainable()->set_syscalls_per_sec(153000);
  *progress.mutable_campaign() = *campaign;
  *progress.mutable_runs() = script.campaign.runs();
  progress.clear_progress();
  v1::Trial* trial = progress.add_trials();
  trial->set_run_id("r1");
  trial->set_number(1);
  trial->set_phase(v1::Trial::RAMP);
  trial->mutable_offered()->set_syscalls_per_sec(20000);
  trial->set_classification(v1::Trial::GOOD);
  script.progress.push_back(progress);
  return script;
}

}  // namespace bench
