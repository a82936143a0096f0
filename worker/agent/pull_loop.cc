#include "worker/agent/pull_loop.h"

#include <algorithm>
#include <utility>

#include "spdlog/spdlog.h"
#include "worker/agent/run_reporter.h"

namespace bench {
namespace {

// Short, so that Stop() never waits long for a poll that has nothing to bring.
constexpr double kPollSec = 2;
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(200);
constexpr absl::Duration kMaxBackoff = absl::Seconds(5);

}  // namespace

PullLoop::PullLoop(AgentClient& client, v1::Node node, RigFactory factory, HostFacts host,
                   Clock& clock)
    : client_(client),
      node_(std::move(node)),
      factory_(std::move(factory)),
      host_(std::move(host)),
      clock_(clock),
      thread_([this] { Loop(); }) {}

PullLoop::~PullLoop() {
  Stop();
}

void PullLoop::Stop() {
  stopping_ = true;
  run_cancelled_ = true;
  if (thread_.joinable()) thread_.join();
}

absl::Status PullLoop::status() const {
  absl::MutexLock lock(&mutex_);
  return ended_;
}

void PullLoop::End(const absl::Status& status) {
  spdlog::error("the worker ends: {}", status.ToString());
  absl::MutexLock lock(&mutex_);
  ended_ = status;
}

void PullLoop::SleepUnlessStopped(absl::Duration duration) {
  constexpr absl::Duration kStep = absl::Milliseconds(50);
  for (absl::Duration slept; slept < duration && !stopping_; slept += kStep) clock_.Sleep(kStep);
}

bool PullLoop::RegisterUntilAccepted() {
  v1::RegisterRequest request;
  *request.mutable_node() = node_;
  absl::Duration backoff = kFirstBackoff;
  bool said = false;
  while (!stopping_) {
    absl::StatusOr<v1::RegisterResponse> response = client_.Register(request);
    if (response.ok()) {
      spdlog::info("registered as {} (controller {})", node_.name(),
                   response->controller_version());
      return true;
    }
    if (!IsTransient(response.status())) {
      End(response.status());
      return false;
    }
    if (!std::exchange(said, true)) {
      spdlog::warn("the controller can't be reached yet, trying on: {}",
                   response.status().ToString());
    }
    SleepUnlessStopped(backoff);
    backoff = std::min(backoff * 2, kMaxBackoff);
  }
  return false;
}

void PullLoop::Loop() {
  if (!RegisterUntilAccepted()) return;
  absl::Duration backoff = kFirstBackoff;
  while (!stopping_) {
    v1::AcquireRunRequest request;
    request.set_node(node_.name());
    request.set_wait_sec(kPollSec);
    absl::StatusOr<v1::AcquireRunResponse> response = client_.AcquireRun(request);
    if (response.ok()) {
      backoff = kFirstBackoff;
      if (response->has_assignment() && !stopping_) ExecuteOne(response->assignment());
      continue;
    }
    if (absl::IsNotFound(response.status())) {
      // The controller does not know us: it lost its database, or we are new to it.
      if (!RegisterUntilAccepted()) return;
    } else if (!IsTransient(response.status())) {
      if (!stopping_) End(response.status());
      return;
    }
    SleepUnlessStopped(backoff);
    backoff = std::min(backoff * 2, kMaxBackoff);
  }
}

void PullLoop::ExecuteOne(const v1::Assignment& assignment) {
  spdlog::info("run {} (attempt {}) begins", assignment.run_id(), assignment.attempt());
  run_cancelled_ = false;
  if (stopping_) run_cancelled_ = true;
  RunReporter reporter(client_, assignment, run_cancelled_, clock_);
  RunExecutor executor(
      assignment, factory_, reporter, host_, [this] { return ReadHostLoad(clock_.Monotonic()); },
      run_cancelled_, clock_);
  RunOutcome outcome = executor.Execute();
  absl::Status reported = reporter.Finish(outcome);
  spdlog::info("run {} ends: {}{}", assignment.run_id(),
               v1::Result::Verdict_Name(outcome.result.verdict()),
               outcome.result.message().empty() ? "" : ": " + outcome.result.message());
  if (!reported.ok()) {
    spdlog::warn("run {}: its result was not taken: {}", assignment.run_id(), reported.ToString());
  }
}

}  // namespace bench
