// Everything that commands touch, faked, but for gRPC and the command line themselves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "benchctl/client/session.h"
#include "benchctl/commands/cli.h"
#include "benchctl/commands/console.h"
#include "benchctl/commands/host.h"
#include "benchctl/commands/interrupts.h"
#include "common/os/clock.h"
#include "tests/fakes/fake_admin_service.h"

namespace bench {

class FakeConsole final : public Console {
 public:
  absl::Status Out(absl::string_view text) override;
  void ErrLine(absl::string_view line) override;
  void SetLiveBlock(const std::vector<std::string>& lines) override;
  bool out_is_terminal() const override { return false; }
  bool err_is_terminal() const override { return terminal; }
  int err_width() const override { return 100; }

  bool terminal = false;
  absl::Status out_status;
  std::string out;
  std::string err;
  std::vector<std::vector<std::string>> blocks;
};

class FakeHost final : public Host {
 public:
  int cpus() const override { return 2; }
  absl::Status CheckPrivileges() const override { return privileges; }
  absl::Status CheckMix(const v1::SweepSpec& spec, MixScope scope) const override;
  absl::StatusOr<v1::ActionCatalogue> Actions(absl::string_view actions_regex) const override;
  absl::Status DriveLoad(const LoadJob& job, const LoadSinks& sinks,
                         const std::atomic<bool>& cancelled) override;
  v1::DoctorReport Doctor(const DoctorRequest& request) const override;

  absl::Status privileges;
  v1::DoctorReport doctor;
  // What a load tells, and what was asked for; a load that has told all waits to be cancelled if
  // it has no end.
  std::vector<v1::LoadRound> rounds;
  absl::Status load_status;
  bool load_never_ends = false;
  LoadJob job;
};

// Waiting moves its clock on; the interrupt comes at the wait with that number.
class FakeTime final : public Interrupts, public Clock {
 public:
  absl::Status Arm(const char* last_words) override;
  bool WaitFor(absl::Duration duration) override;
  bool requested() const override { return interrupt_at_wait > 0 && waits >= interrupt_at_wait; }
  absl::Time Now() override { return absl::FromUnixSeconds(1'000'000) + passed; }
  absl::Duration Monotonic() override { return passed; }
  void Sleep(absl::Duration duration) override { passed += duration; }

  int interrupt_at_wait = 0;  // 0 = never
  int waits = 0;
  bool armed = false;
  absl::Duration passed;
};

// Sessions with a FakeController; with a controller's address, real ones to that address.
class FakeSessions final : public SessionOpener {
 public:
  absl::StatusOr<std::unique_ptr<Session>> Open(const SessionRequest& request) override;

  FakeController* controller = nullptr;
  bool fake_remote = false;  // the address leads to `controller` too
  absl::Status health;
  absl::Status start_worker;
  int workers_started = 0;
  std::vector<SessionRequest> opened;
  int closed = 0;
};

struct FakeWorld {
  explicit FakeWorld(AdminScript script);
  // Runs benchctl with these words after the program's name.
  int Run(std::vector<std::string> arguments);

  FakeController controller;
  FakeConsole console;
  FakeHost host;
  FakeTime time;
  FakeSessions sessions;
  std::map<std::string, std::string> variables;
};

// Campaign "c1" of one run "r1", DONE with `verdict`.
AdminScript OneRunScript(v1::Result::Verdict verdict);

}  // namespace bench
